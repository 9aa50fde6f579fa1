import type { Tensor } from "../core/tensor.ts";
import type { Step, StepLayer } from "../explain/index.ts";
import type { Sheet } from "./leaflet.ts";
import { significant } from "./numbers.ts";

/** Units, or weights, beyond which a layer is summed up. */
const many = 12;

/** A layer of a step, unit by unit; of a large one the least, the mean and the greatest. */
export function unitSheet({ z, a, slope, delta, biases, newBiases }: StepLayer): Sheet {
  const columns = [z, a, slope, delta, biases, newBiases];
  return {
    head: ["unit", "z", "a = f(z)", "f′(z)", "δ = ∂C/∂z = ∂C/∂b", "b", "b after"],
    rows: z.length > many ? summed(columns) : z.map((_, j) => [String(j + 1), ...columns.map((c) => number(c[j]!))]),
  };
}

/** The weights of a layer, one a row. */
export function weightSheet({ weights, weightGradient, newWeights }: StepLayer): Sheet {
  const columns = [weights, weightGradient, newWeights].map((matrix) => matrix.flat());
  const units = weights[0]!.length;
  const name = (k: number): string => `${Math.floor(k / units) + 1} → ${(k % units) + 1}`;
  return {
    head: ["weight", "W", "∂C/∂W = a·δ", "W after"],
    rows:
      columns[0]!.length > many
        ? summed(columns)
        : columns[0]!.map((_, k) => [name(k), ...columns.map((c) => number(c[k]!))]),
  };
}

const number = (x: number): string => significant(x, 6);

function summed(columns: readonly (readonly number[])[]): string[][] {
  const mean = (c: readonly number[]): number => c.reduce((total, x) => total + x, 0) / c.length;
  return [
    ["least", ...columns.map((c) => number(c.reduce((a, b) => Math.min(a, b))))],
    ["mean", ...columns.map((c) => number(mean(c)))],
    ["greatest", ...columns.map((c) => number(c.reduce((a, b) => Math.max(a, b))))],
  ];
}

/**
 * What the lecture's slide says of the network 1-1-1, beside what is right: ∂C/∂w₁ = (a₂ − t)·f′(z₂)·w₂·f′(z₁)·x, where the slide
 * has a₁ in the place of w₂; and ∂C/∂b₁, which lacks w₂ there.
 */
export function slideSheet({ x, target, layers }: Step): Sheet | null {
  const [first, second] = layers;
  if (layers.length !== 2 || [x, first!.z, second!.z].some((units) => units.length !== 1)) return null;
  const common = (second!.a[0]! - target[0]!) * second!.slope[0]! * first!.slope[0]!;
  return {
    head: ["derivative", "right", "as the slide has it"],
    rows: [
      ["∂C/∂w₁", number(first!.weightGradient[0]![0]!), number(common * first!.a[0]! * x[0]!)],
      ["∂C/∂b₁", number(first!.biasGradient[0]!), number(common)],
    ],
  };
}

/** A quantity of a layer: its name, and its numbers. */
export interface Quantity {
  readonly head: string;
  readonly numbers: Tensor;
}

/**
 * Quantities of equal size beside each other: number by number where they are few, otherwise the least, the mean and the greatest.
 *
 * @param what  what a row is: unit, weight
 * @param names of the rows; default 1, 2, …
 */
export function quantitySheet(
  what: string,
  quantities: readonly Quantity[],
  names: (k: number) => string = (k) => String(k + 1),
): Sheet {
  const columns = quantities.map(({ numbers }) => Array.from(numbers.data));
  const count = columns[0]?.length ?? 0;
  return {
    head: [what, ...quantities.map(({ head }) => head)],
    rows:
      count > many || count === 0
        ? summed(columns)
        : columns[0]!.map((_, k) => [names(k), ...columns.map((c) => number(c[k]!))]),
  };
}
