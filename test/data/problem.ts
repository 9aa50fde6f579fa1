import { ModelError, type Problem } from "../../src/core/index.ts";

/** The facts of the ModelError that `f` throws or rejects with; fails when it does neither. */
export async function problemOf(f: () => unknown): Promise<Problem> {
  try {
    await f();
  } catch (error) {
    if (error instanceof ModelError) return error.problem;
    throw error;
  }
  throw new Error("expected a ModelError, but nothing was thrown");
}
