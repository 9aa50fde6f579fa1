import { ModelError } from "../core/errors.ts";
import { type Shape, sameShape, size } from "../core/shape.ts";
import type { Block, Op, Operand, Type, Value } from "../graph/value.ts";
import { bilinear, named, real } from "./define.ts";
import { broadcastShape } from "./matched.ts";
import { broadcastTo, reshape, transpose } from "./movement.ts";

const matrixProduct = bilinear({
  name: "matmul",
  type: (x, w) => productType(x, w),
  evaluate: multiply,
  left: (zBar, w) => matrixProduct(zBar, swapped(w)), // X̄ = Z̄·Wᵀ
  right: (zBar, x) => matrixProduct(swapped(x), zBar), // W̄ = Xᵀ·Z̄
  examples: [
    [
      [2, 3],
      [3, 4],
    ],
    [
      [2, 2, 3],
      [2, 3, 1],
    ],
  ],
});

const swapped = (x: Value): Value => transpose(x, [...x.shape.keys()].slice(0, -2).concat(-1, -2));

function productType(x: Type, w: Type): Type {
  const [n, k] = x.shape.slice(-2);
  const [inner, m] = w.shape.slice(-2);
  if (k === inner && sameShape(x.shape.slice(0, -2), w.shape.slice(0, -2)))
    return { shape: [...x.shape.slice(0, -2), n!, m!], dtype: "real" };
  throw new ModelError({
    code: "shape-inner",
    where: "matmul(x, w)",
    given: { x: x.shape, w: w.shape },
    rule: `columns of x (${k}) must equal rows of w (${inner}).`,
    ...(k === m && { hint: "w looks transposed: try matmul(x, transpose(w))." }),
  });
}

function multiply(x: Block, w: Block, z: Block): void {
  const [n, k] = x.shape.slice(-2) as [number, number];
  const m = w.shape.at(-1)!;
  const [a, b, c] = [x.data, w.data, z.data];
  c.fill(0);
  for (let matrix = 0; matrix < size(x.shape.slice(0, -2)); matrix++) {
    const [aAt, bAt, cAt] = [matrix * n * k, matrix * k * m, matrix * n * m];
    for (let i = 0; i < n; i++)
      for (let p = 0; p < k; p++) {
        const factor = a[aAt + i * k + p]!;
        const [row, to] = [bAt + p * m, cAt + i * m];
        for (let j = 0; j < m; j++) c[to + j]! += factor * b[row + j]!;
      }
  }
}

/**
 * Matrix product: Z = X·W, that is zᵢⱼ = Σₖ xᵢₖ wₖⱼ.
 *
 *   Ż = Ẋ·W + X·Ẇ            X̄ = Z̄·Wᵀ            W̄ = Xᵀ·Z̄
 *
 * A vector on the left is a row, on the right a column, and the axis goes again; further leading axes are batches,
 * matched by NumPy's rule.
 *
 * @param x `[…, n, k]` or `[k]`
 * @param w `[…, k, m]` or `[k]`
 * @returns `[…, n, m]`
 * @throws  `shape-inner` when the inner sizes differ, `shape-rank` for a scalar
 * @see     Giles (2008), An extended collection of matrix derivative results
 */
export const matmul: ((x: Operand, w: Operand) => Value) & { readonly op: Op } = named(
  matrixProduct.op,
  (x: Operand, w: Operand): Value => {
    const [a, b] = [real(x), real(w)];
    if (a.shape.length === 0 || b.shape.length === 0) throw scalar(a.shape, b.shape);
    const left = a.shape.length === 1 ? reshape(a, [1, ...a.shape]) : a;
    const right = b.shape.length === 1 ? reshape(b, [...b.shape, 1]) : b;
    const batch = broadcastShape("matmul", left.shape.slice(0, -2), right.shape.slice(0, -2));
    const z = matrixProduct(
      broadcastTo(left, [...batch, ...left.shape.slice(-2)]),
      broadcastTo(right, [...batch, ...right.shape.slice(-2)]),
    );
    const rows = a.shape.length === 1 ? [] : z.shape.slice(-2, -1);
    const columns = b.shape.length === 1 ? [] : z.shape.slice(-1);
    return reshape(z, [...batch, ...rows, ...columns]);
  },
);

const scalar = (x: Shape, w: Shape): ModelError =>
  new ModelError({
    code: "shape-rank",
    where: "matmul(x, w)",
    given: { x, w },
    rule: "a matrix product needs vectors or matrices.",
    hint: "use mul for a product with a scalar.",
  });
