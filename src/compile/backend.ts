import type { Pace } from "../core/pause.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Closure } from "../graph/closure.ts";
import type { Program } from "../graph/program.ts";
import type { Threads } from "./threads.ts";

/** The precision of every real number of a program. */
export type Precision = "f64" | "f32";

/** How to compile. */
export interface BackendOptions {
  readonly precision: Precision;
  /** The same bits on every machine: nothing that a processor may round in its own way. Default false. */
  readonly reproducible?: boolean;
  /** Threads that may work on a program: as many, or as many as seem to pay. The bits do not depend on it. Default 1. */
  readonly threads?: Threads;
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
  /** Threads that worked on it at the same time so far. */
  readonly threads: number;
  /** Runs it once. Inputs and outputs in the order of the program's. */
  run(inputs: readonly Tensor[]): Tensor[];
  /**
   * Runs it once, pausing between turns of its outermost loops, so that a caller can show progress or stop: after every
   * `turns` turns, or, left out, as often as is cheap (every few milliseconds at least).
   */
  slices(inputs: readonly Tensor[], turns?: number): Generator<Slice, Tensor[], void>;
  /** Lets go of what it holds outside of this thread; nothing is run after that. Without it, that goes when nobody knows of it any more. */
  close?(): void;
}

/** An engine: the same meaning for every program, within rounding. */
export interface Backend {
  readonly name: string;
  /** Loads what it needs for a function, if that is not there: for those who can wait. */
  ready?(traced: Closure, options: BackendOptions): Promise<void>;
  compile(program: Program, options: BackendOptions): Executable;
  /** A place of its own where programs run for those who wait. Default: this thread. */
  place?(tools: PlaceTools): Place;
}

/** Where an engine has programs run for those who wait. */
export interface Place {
  start(program: Program, options: BackendOptions): Promise<Runner>;
  /** Lets go of the place; a run in progress is given up, and its promise stays open. */
  close(): void;
}

/** What a place is given, so that an engine, which is loaded later, need not share it with what a page has at its start. */
export interface PlaceTools {
  readonly pace: Pace;
  /** Runs a program on this thread instead, with pauses. */
  readonly here: (executable: Pick<Executable, "slices" | "close" | "threads">) => Runner;
}

/** When to end a run before its end: between turns of its first loop, and not after that loop. */
export interface Stop {
  readonly signal?: AbortSignal | undefined;
  /** After so many turns of the first loop, if it has as many. */
  readonly turns?: number | undefined;
}

/** How a run ended: with all its results, or stopped, with the carries of its first loop. */
export type Outcome = {
  /** Threads that worked on the program at the same time so far. */
  readonly threads: number;
} & ({ readonly outputs: Tensor[] } | { readonly stopped: Tensor[] });

/** A compiled program run for someone who waits, without holding up the thread for more than a moment. */
export interface Runner {
  /** Runs it once, one run at a time. A tensor that the run before was given too is not read again. */
  run(inputs: readonly Tensor[], stop?: Stop): Promise<Outcome>;
  /** Lets go of its memory; nothing is run after that. */
  close(): void;
}

/** A place where programs are compiled and run for someone who waits: this thread in moments between, or another one. */
export interface Workshop {
  /** Threads that worked on one of its programs at the same time so far. */
  readonly threads: number;
  compile(traced: Closure, options: BackendOptions): Promise<Runner>;
  /** Lets go of the place; a run in progress is given up, and its promise stays open. */
  close(): void;
}
