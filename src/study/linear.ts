import { backendOf } from "../backends/index.ts";
import { Tensor } from "../core/tensor.ts";
import type { Value } from "../graph/value.ts";
import { matmul, sigmoid, softmax, sub, transpose } from "../ops/index.ts";
import { compiled, traced } from "../training/programs.ts";

/** Rows with a 1 in front, for the intercept: `[rows, columns]`, row by row. */
export interface Design {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Inputs `[rows, features]` with a column of ones in front. */
export function designOf(x: ArrayLike<number>, rows: number): Design {
  const features = x.length / rows;
  const columns = features + 1;
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    data[i * columns] = 1;
    for (let j = 0; j < features; j++) data[i * columns + j + 1] = x[i * features + j]!;
  }
  return { data, rows, columns };
}

/** A function of matrices compiled for ones like these, with the same bits on every machine. */
const onEngine = <A extends object>(example: A, f: (args: { [K in keyof A]: Value }) => Value): ((args: A) => Tensor) =>
  compiled(traced<Tensor>(example, f), { backend: backendOf(), precision: "f64", reproducible: true });

const matrix = ({ data, rows, columns }: Design): Tensor => new Tensor([rows, columns], data);

/** Xᵀ(T − P) with P = σ(X W), or softmax of each row where there are several columns: the slope of the logistic likelihood. */
export function logisticSlope(design: Design, targets: Tensor): (weights: Float64Array) => Float64Array {
  const [X, shape] = [matrix(design), [design.columns, targets.shape[1]!]];
  const example = { X, T: targets, W: new Tensor(shape, new Float64Array(shape[0]! * shape[1]!)) };
  const slope = onEngine(example, ({ X, T, W }) => {
    const z = matmul(X, W);
    return matmul(transpose(X), sub(T, targets.shape[1] === 1 ? sigmoid(z) : softmax(z)));
  });
  return (weights) => slope({ X, T: targets, W: new Tensor(shape, weights) }).data as Float64Array; // f64
}

/** Lower triangle L of XᵀX + λ I = L Lᵀ, where λ is a share of the mean of the diagonal; the intercept is free. */
export function factored(design: Design, ridge: number): Float64Array {
  const { columns } = design;
  const X = matrix(design);
  const G = onEngine({ X }, ({ X }) => matmul(transpose(X), X))({ X }).data as Float64Array; // f64
  let trace = 0;
  for (let j = 0; j < columns; j++) trace += G[j * columns + j]!;
  for (let j = 1; j < columns; j++) G[j * columns + j]! += (ridge * trace) / columns;
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k <= j; k++) {
      let sum = G[j * columns + k]!;
      for (let m = 0; m < k; m++) sum -= G[j * columns + m]! * G[k * columns + m]!;
      G[j * columns + k] = j === k ? Math.sqrt(sum) : sum / G[k * columns + k]!;
    }
  }
  return G;
}

/** Solves L Lᵀ W = B in place, for the columns of B `[n, vectors]`. */
export function solve(L: Float64Array, B: Float64Array, vectors: number): Float64Array {
  const n = B.length / vectors;
  const less = (j: number, factor: number, k: number): void => {
    for (let c = 0; c < vectors; c++) B[j * vectors + c]! -= factor * B[k * vectors + c]!;
  };
  const divided = (j: number): void => {
    for (let c = 0; c < vectors; c++) B[j * vectors + c]! /= L[j * n + j]!;
  };
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) less(j, L[j * n + k]!, k);
    divided(j);
  }
  for (let j = n - 1; j >= 0; j--) {
    for (let k = j + 1; k < n; k++) less(j, L[k * n + j]!, k);
    divided(j);
  }
  return B;
}

/** X W for weights `[columns, vectors]`: `[rows, vectors]`. */
export function scores({ data, rows, columns }: Design, weights: Float64Array): Float64Array {
  const vectors = weights.length / columns;
  const out = new Float64Array(rows * vectors);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const x = data[i * columns + j]!;
      for (let c = 0; c < vectors; c++) out[i * vectors + c]! += x * weights[j * vectors + c]!;
    }
  return out;
}

/** Xᵀ r. */
export function correlation({ data, rows, columns }: Design, r: (row: number) => number): Float64Array {
  const out = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    const e = r(i);
    for (let j = 0; j < columns; j++) out[j]! += e * data[i * columns + j]!;
  }
  return out;
}
