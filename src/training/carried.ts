import { isTensor, type Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves } from "../core/tree.ts";
import type { EpochArguments } from "./programs.ts";

type Carry = EpochArguments<Tensor>["carry"];

/** What training carries from epoch to epoch: in a row, as the program takes and gives it, and as a tree for those who ask. */
export class Carried {
  readonly tensors: readonly Tensor[];
  readonly #form: Carry;
  /** Where the count of updates stands in the row. */
  readonly #t: number;
  #filled: Carry | null = null;

  private constructor(form: Carry, tensors: readonly Tensor[], t: number) {
    this.#form = form;
    this.tensors = tensors;
    this.#t = t;
  }

  static of(tree: Carry): Carried {
    const tensors = leaves(tree, isTensor);
    return new Carried(tree, tensors, tensors.indexOf(tree.t));
  }

  /** The same tree with other tensors: the first of a row. */
  with(row: readonly Tensor[]): Carried {
    return new Carried(this.#form, row.slice(0, this.tensors.length), this.#t);
  }

  /** Updates made so far. */
  get steps(): number {
    return this.tensors[this.#t]!.item();
  }

  get tree(): Carry {
    this.#filled ??= fillLeaves(this.#form, isTensor, this.tensors) as Carry;
    return this.#filled;
  }
}

/** Whether all numbers are finite: 0·x is 0 for those, and NaN for the others; four sums, as one would wait for itself. */
export function isFinite({ data }: Pick<Tensor, "data">): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = data.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a += 0 * data[i]!;
    b += 0 * data[i + 1]!;
    c += 0 * data[i + 2]!;
    d += 0 * data[i + 3]!;
  }
  for (let i = whole; i < data.length; i++) a += 0 * data[i]!;
  return a + b + c + d === 0;
}
