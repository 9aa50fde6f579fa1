import type { Problem } from "../../core/errors.ts";
import type { Tensor, TensorData } from "../../core/tensor.ts";
import type { Assembly } from "../wasm/assembly.ts";

/** A program for the worker: its assembly without the rules of host lines, which cannot be sent, but how many there are. */
export interface Sent extends Omit<Assembly, "host"> {
  readonly host: number;
}

/** What the page tells the worker. Programs and questions have numbers. */
export type Message =
  | { readonly kind: "link"; readonly question: number; readonly program: number; readonly assembly: Sent }
  | { readonly kind: "write"; readonly program: number; readonly part: Write }
  | {
      readonly kind: "run";
      readonly question: number;
      readonly program: number;
      readonly parts: readonly Write[];
      readonly turns: number | undefined;
      /** Whether it is to stop as soon as it can. */
      readonly stopped: boolean;
    }
  | { readonly kind: "stop" }
  | { readonly kind: "close"; readonly program: number };

/** Numbers for an input, from one of its elements on. */
export interface Write {
  readonly input: number;
  readonly from: number;
  readonly numbers: TensorData;
}

/** A tensor as it arrives: its data without its methods. */
export type Plain = Pick<Tensor, "shape" | "data" | "dtype">;

/** What the worker says: that it is there (and the lock that it holds while it lives), or an answer. */
export type Reply =
  | { readonly kind: "ready"; readonly lock: string | null }
  | { readonly kind: "answer"; readonly question: number; readonly answer: Answer };

export type Answer =
  | { readonly kind: "linked" }
  | { readonly kind: "outputs" | "stopped"; readonly tensors: readonly Plain[]; readonly threads: number }
  /** A line needs the host's rule: the page runs the program itself. */
  | { readonly kind: "host" }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "error"; readonly message: string };
