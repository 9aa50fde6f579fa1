import { z } from "zod";
import { ModelError } from "../core/index.ts";
import { named } from "../core/names.ts";

/** A name out of a table, however it is written: `leaky-relu` is `leakyRelu`. */
export const nameIn = <K extends string>(what: string, table: Readonly<Record<K, unknown>>) =>
  z.string().transform((name, context): K => {
    try {
      return named(what, name, table);
    } catch (error) {
      context.addIssue({
        code: "custom",
        message: error instanceof ModelError ? `${error.problem.rule} ${error.problem.hint}` : String(error),
      });
      return z.NEVER;
    }
  });
