import type { Precision } from "../../compile/backend.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Op, Params, Type } from "../../graph/value.ts";
import type { View } from "./views.ts";

/** Elements of an array in memory: the array begins at a byte address and has `length` elements. */
export interface Place extends Omit<View, "base">, Pick<Type, "dtype"> {
  readonly address: number;
  readonly length: number;
}

/** A line that the host evaluates: the reference rule on the numbers in memory. */
export interface HostLine {
  readonly op: Pick<Op, "name" | "evaluate">;
  readonly params: Params;
  readonly inputs: readonly Place[];
  readonly outputs: readonly (Place | null)[];
  /** Whether the line has no code of its own; otherwise the host is called for its errors alone. */
  readonly always: boolean;
}

/** What is called one after another: straight pieces, and outermost loops from turn to turn, with their carries. */
export type Part = {
  /** Whether several threads have something to do in it. */
  readonly divided: boolean;
} & (
  | { readonly kind: "straight" }
  | { readonly kind: "loop"; readonly length: number; readonly carries: readonly Place[] }
);

/**
 * A program compiled: the bytes of its module, which exports part i as `part<i>`, and where everything stands in its
 * memory. All of it is plain data (but for the rules of host lines), so that any thread can run it.
 */
export interface Assembly {
  readonly precision: Precision;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Memory, in pages of 64 KiB; shared, where there are several threads. */
  readonly pages: number;
  /** Threads that it is made for; each has an instance of the module of its own. */
  readonly threads: number;
  /** Whether so many were asked for. */
  readonly eager: boolean;
  /** Milliseconds that a run will take on one thread, roughly. */
  readonly expected: number;
  /** Types of the arguments, and where they go; `null` for one that nothing reads. */
  readonly inputs: readonly (Type & { readonly address: number | null })[];
  readonly outputs: readonly Place[];
  readonly constants: readonly { readonly address: number; readonly tensor: Tensor }[];
  readonly parts: readonly Part[];
  readonly host: readonly HostLine[];
}
