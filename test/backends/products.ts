import fc from "fast-check";
import { wasm } from "../../src/backends/wasm/index.ts";
import type { BackendOptions } from "../../src/compile/backend.ts";
import { lower } from "../../src/compile/index.ts";
import { Tensor } from "../../src/core/tensor.ts";
import { input } from "../../src/graph/value.ts";
import { add, matmul, relu, transpose } from "../../src/ops/index.ts";

/** A product of matrices, each as it stands or transposed. */
interface Product {
  readonly n: number;
  readonly k: number;
  readonly m: number;
  readonly turned: readonly [x: boolean, w: boolean];
  readonly seed: number;
}

/** Every number of rows and columns that a tile can have, and enough for several tiles. */
export const products = fc.record({
  n: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 })),
  k: fc.integer({ min: 1, max: 70 }),
  m: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 80 })),
  turned: fc.tuple(fc.boolean(), fc.boolean()),
  seed: fc.nat(),
});

/** Sixteenths from −2 to 2: their products and sums are exact in both precisions, in whatever order. */
function sixteenths(rows: number, columns: number, seed: number): Tensor {
  const random = (i: number): number => (Math.imul(seed + i, 2654435761) >>> 8) % 65;
  return new Tensor(
    [rows, columns],
    Float64Array.from({ length: rows * columns }, (_, i) => (random(i) - 32) / 16),
  );
}

/** Computes relu(X·W) + 1 by the compiled engine, and element by element here; says what differs, or null. */
export function wrongProduct(
  { n, k, m, turned, seed }: Product,
  options: BackendOptions,
  compile = wasm.compile,
): string | null {
  const X = turned[0] ? sixteenths(k, n, seed) : sixteenths(n, k, seed);
  const W = turned[1] ? sixteenths(m, k, seed + 7) : sixteenths(k, m, seed + 7);
  const [x, w] = [input(X), input(W)];
  const z = matmul(turned[0] ? transpose(x) : x, turned[1] ? transpose(w) : w);
  const program = lower({ inputs: [x, w], outputs: [add(relu(z), 1)] });
  const executable = compile(program, options);
  const [y] = executable.run([X, W]);
  executable.close?.();
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++)
        sum += X.data[turned[0] ? p * n + i : i * k + p]! * W.data[turned[1] ? j * k + p : p * m + j]!;
      const [is, should] = [y!.data[i * m + j]!, Math.max(sum, 0) + 1];
      if (is !== should) return `${n}×${k}×${m} ${turned} ${options.precision}: [${i}, ${j}] is ${is}, not ${should}`;
    }
  return null;
}

/** Long sums, which are taken in stretches, and more rows than stay near at a time. */
export const large = fc.record({
  n: fc.integer({ min: 200, max: 300 }),
  k: fc.integer({ min: 380, max: 800 }),
  m: fc.integer({ min: 1, max: 40 }),
  turned: fc.tuple(fc.boolean(), fc.boolean()),
  seed: fc.nat(),
});
