import { ModelError } from "../core/errors.ts";

/** Receives files, one after another: a name and its bytes. */
export type Sink = (name: string, bytes: Uint8Array) => void | Promise<void>;

type Bytes = Uint8Array | null | undefined;

/** Gives back the bytes of a file that a sink received, or nothing where there is no such file. */
export type Source = (name: string) => Bytes | Promise<Bytes>;

/**
 * A function that keeps or gives back files.
 *
 * @throws `option` for a path: in Node, the package's entry has made a function of it before
 */
export function accessTo<F extends Sink | Source>(where: string, to: F | string): F {
  if (typeof to === "function") return to;
  throw new ModelError({
    code: "option",
    where,
    given: { given: String(to) },
    rule: "a path can be used in Node only.",
    hint: "give a function (name, bytes) => … that keeps files, or (name) => … that gives them back.",
  });
}
