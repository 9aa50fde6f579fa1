import type { Tensor } from "../core/tensor.ts";
import type { Program } from "../graph/program.ts";

/** The precision of every real number of a program. */
export type Precision = "f64" | "f32";

/** How to compile. */
export interface BackendOptions {
  readonly precision: Precision;
  /** The same bits on every machine: nothing that a processor may round in its own way. Default false. */
  readonly reproducible?: boolean;
}

/** Where a program that runs in slices stands: the loop in progress, and its carries as they are now. */
export interface Slice {
  /** Turns of the outermost loop done so far, and in all. */
  readonly done: number;
  readonly length: number;
  /** Copies of the loop's carries after `done` turns. */
  carries(): Tensor[];
}

/** A compiled program. */
export interface Executable {
  /** Runs it once. Inputs and outputs in the order of the program's. */
  run(inputs: readonly Tensor[]): Tensor[];
  /**
   * Runs it once, pausing between turns of its outermost loops, so that a caller can show progress or stop: after every
   * `turns` turns, or, left out, as often as is cheap (every few milliseconds at least).
   */
  slices(inputs: readonly Tensor[], turns?: number): Generator<Slice, Tensor[], void>;
}

/** An engine: the same meaning for every program, within rounding. */
export interface Backend {
  readonly name: string;
  compile(program: Program, options: BackendOptions): Executable;
}
