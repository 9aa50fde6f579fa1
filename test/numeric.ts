import fc from "fast-check";
import { type Shape, size } from "../src/core/shape.ts";
import { Tensor } from "../src/core/tensor.ts";

/** Whether this is the thread of a page: the tests of `test/browser/engine.test.ts` run there too. */
export const inPage = "document" in globalThis;

/** ⟨a, b⟩ over all numbers of two lists of tensors. */
export const dot = (a: readonly Tensor[], b: readonly Tensor[]): number =>
  a.reduce((sum, x, i) => Float64Array.from(x.data).reduce((s, v, k) => s + v * b[i]!.data[k]!, sum), 0);

/** x + h·ẋ */
export const moved = (x: readonly Tensor[], h: number, dx: readonly Tensor[]): Tensor[] =>
  x.map(
    (t, i) =>
      new Tensor(
        t.shape,
        Float64Array.from(t.data, (a, k) => a + h * dx[i]!.data[k]!),
      ),
  );

/** f′(0) by central differences of fourth order: the error is about h⁴·f⁽⁵⁾/30 + ε·f/h. */
export function difference(f: (h: number) => number, h: number): number {
  const [p1, m1, p2, m2] = [h, -h, 2 * h, -2 * h].map(f) as [number, number, number, number];
  return (8 * (p1 - m1) - (p2 - m2)) / (12 * h);
}

export const relative = (a: number, b: number): number => Math.abs(a - b) / (1 + Math.max(Math.abs(a), Math.abs(b)));

/** Tensors of a shape with numbers between two bounds. */
export const tensors = (shape: Shape, low = -1, high = 1): fc.Arbitrary<Tensor> =>
  fc
    .array(fc.double({ min: low, max: high, noNaN: true }), { minLength: size(shape), maxLength: size(shape) })
    .map((data) => new Tensor(shape, Float64Array.from(data)));

/** The code of the ModelError that `f` throws; "nothing" when it throws nothing. */
export function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    const { problem } = error as { problem?: { code: string } };
    return problem?.code ?? `no ModelError: ${error}`;
  }
  return "nothing";
}

/** Bit patterns of float64 numbers, every NaN alike: so −0 differs from 0 and NaN equals NaN. */
export const bits = (numbers: ArrayLike<number>): bigint[] => {
  const view = new BigUint64Array(Float64Array.from(numbers).buffer);
  return Array.from(view, (b, i) => (Number.isNaN(numbers[i]) ? 0x7ff8000000000000n : b));
};
