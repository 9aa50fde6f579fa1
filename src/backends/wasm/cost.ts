import { size } from "../../core/shape.ts";
import type { Loop } from "../../ops/index.ts";
import type { Kernel, Plan } from "./kernel.ts";
import type { Lanes } from "./lanes.ts";
import { functionNames } from "./mathematics/index.ts";

/** Whether it pays to divide so many nanoseconds of work among so many threads. */
export type Worth = (nanoseconds: number, threads: number) => boolean;

/**
 * Nanoseconds until threads have met, and have each other's numbers in their caches: on the dear side, because a network that
 * is divided for nothing is a fifth slower, and one that is not divided by mistake loses little.
 */
const meeting = (threads: number): number => 2000 + 500 * threads;

export const pays: Worth = (nanoseconds, threads) => nanoseconds - nanoseconds / threads > 2 * meeting(threads);

/**
 * Nanoseconds of a number in f32, by measurement to a factor of two: enough to tell what is worth dividing from what is not.
 * What is not here is left to the host.
 */
const perNumber: Readonly<Record<string, number>> = {
  ...{ sumTo: 0.06, max: 0.06, min: 0.06, argmax: 1, argmin: 1, logSumExp: 1, cumsum: 0.5, cumsumBackwards: 0.5 },
  ...{ take: 0.15, embed: 0.15, concat: 0.15, oneHot: 0.1, scatterAdd: 0.3 },
  ...{ randomBits: 1, randomUniform: 1, randomNormal: 3, foldKey: 20 },
};
const [computed, loaded, interpreted, function_] = [0.03, 0.05, 60, 0.3];
/** Multiplications and additions of a product in a nanosecond. */
const multiplied = 110;

const functions: ReadonlySet<string> = new Set(functionNames);

/** Ops that read no more of their inputs than they write. */
const picking: ReadonlySet<string> = new Set(["take", "embed"]);

/** Ops whose results are computed without looking at each other. */
const divisible: ReadonlySet<string> = new Set([
  ...["sumTo", "max", "min", "argmax", "argmin", "logSumExp", "cumsum", "cumsumBackwards"],
  ...["matmul", "take", "embed", "concat"],
]);

/** What the kernels of a program cost, and which are divided among threads. */
export class Costs {
  readonly threads: number;
  readonly #worth: Worth;
  /** f64 takes twice as long. */
  readonly #scale: number;
  readonly #known = new WeakMap<Kernel, number>();

  constructor({ count }: Pick<Lanes, "count">, threads: number, worth: Worth) {
    this.#scale = 4 / count;
    this.threads = threads;
    this.#worth = worth;
  }

  /** Whether a kernel is divided; a loop is, if anything in it is. */
  divides(plan: Plan, kernel: Kernel): boolean {
    if (kernel.kind === "loop") return this.dividesAny(kernel.body);
    if (kernel.kind === "line" && !divisible.has(kernel.line.op.name)) return false;
    return this.#worth(this.#alone(plan, kernel), this.threads);
  }

  /** Whether anything in a program is divided. */
  dividesAny(plan: Plan): boolean {
    return plan.kernels.some((kernel) => this.divides(plan, kernel));
  }

  /** Whether a copy of so many numbers is divided. */
  dividesCopy(numbers: number): boolean {
    return this.#worth(numbers * loaded * this.#scale, this.threads);
  }

  /** Nanoseconds of a program. */
  together(plan: Plan): number {
    const times = plan.kernels.map((kernel) => {
      if (kernel.kind === "loop") return turns(kernel) * this.together(kernel.body);
      const alone = this.#alone(plan, kernel);
      return this.divides(plan, kernel) ? alone / this.threads + meeting(this.threads) : alone;
    });
    return times.reduce((sum, t) => sum + t, 0);
  }

  /** Nanoseconds of a kernel on one thread. */
  #alone(plan: Plan, kernel: Exclude<Kernel, { kind: "loop" }>): number {
    const known = this.#known.get(kernel) ?? this.#scale * nanoseconds(plan, kernel);
    this.#known.set(kernel, known);
    return known;
  }
}

const turns = ({ line }: Kernel & { kind: "loop" }): number => (line.params as unknown as Loop).length;

function nanoseconds(plan: Plan, kernel: Exclude<Kernel, { kind: "loop" }>): number {
  if (kernel.kind === "copy") return loaded * size(kernel.from.shape);
  if (kernel.kind === "group") {
    const { lines, shape } = kernel;
    const work = lines.map(({ op }) => (functions.has(op.name) ? function_ : computed));
    const arrays = new Set(lines.flatMap(({ inputs, outputs }) => [...inputs, ...outputs])).size;
    return size(shape) * (work.reduce((sum, w) => sum + w, 0) + loaded * arrays);
  }
  const { op, inputs, outputs } = kernel.line;
  const touched = [...(picking.has(op.name) ? [] : inputs), ...outputs.filter((v) => v !== null)];
  const sizes = touched.map((v) => size(plan.types[v]!.shape));
  const numbers = sizes.reduce((most, n) => Math.max(most, n), 0);
  if (op.name !== "matmul") return numbers * (perNumber[op.name] ?? interpreted);
  const inner = plan.types[inputs[0]!]!.shape.at(-1)!;
  return (2 * inner * size(plan.types[outputs[0]!]!.shape)) / multiplied;
}

/** Several threads are chosen where a program should take at most this share of its time on one: a guess may be wrong by a half. */
const worthwhile = 0.7;

/** The fewest threads, of those that there are, with which a program takes hardly longer than with any other number. */
export function bestThreads(plan: Plan, lanes: Lanes, available: number): number {
  const all = Array.from({ length: available }, (_, i) => new Costs(lanes, i + 1, pays));
  if (!all.at(-1)!.dividesAny(plan)) return 1;
  const times = all.map((costs) => costs.together(plan));
  const best = times.findIndex((t) => t <= 1.1 * Math.min(...times));
  return times[best]! < worthwhile * times[0]! ? best + 1 : 1;
}
