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
export function logisticSlope(design: Design, targets: Tensor): (weights: readonly Float64Array[]) => Float64Array[] {
  const [X, columns, vectors] = [matrix(design), design.columns, targets.shape[1]!];
  const example = { X, T: targets, W: new Tensor([columns, vectors], new Float64Array(columns * vectors)) };
  const slope = onEngine(example, ({ X, T, W }) => {
    const z = matmul(X, W);
    return matmul(transpose(X), sub(T, vectors === 1 ? sigmoid(z) : softmax(z)));
  });
  return (weights) => {
    const W = Float64Array.from(
      { length: columns * vectors },
      (_, i) => weights[i % vectors]![Math.floor(i / vectors)]!,
    );
    const { data } = slope({ X, T: targets, W: new Tensor([columns, vectors], W) });
    return weights.map((_, c) => Float64Array.from({ length: columns }, (_, j) => data[j * vectors + c]!));
  };
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

/** Solves L Lᵀ w = b in place. */
export function solve(L: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) b[j]! -= L[j * n + k]! * b[k]!;
    b[j]! /= L[j * n + j]!;
  }
  for (let j = n - 1; j >= 0; j--) {
    for (let k = j + 1; k < n; k++) b[j]! -= L[k * n + j]! * b[k]!;
    b[j]! /= L[j * n + j]!;
  }
  return b;
}

/** X w for each of the weight vectors: `[rows, vectors]`. */
export function scores({ data, rows, columns }: Design, weights: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(rows * weights.length);
  for (let i = 0; i < rows; i++)
    for (let c = 0; c < weights.length; c++) {
      const w = weights[c]!;
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += data[i * columns + j]! * w[j]!;
      out[i * weights.length + c] = sum;
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
