import { wasm } from "../../src/backends/wasm/index.ts";
import { functionNames } from "../../src/backends/wasm/mathematics/index.ts";
import { type BackendOptions, lower } from "../../src/compile/index.ts";
import { Tensor } from "../../src/core/tensor.ts";
import { input, type Value } from "../../src/graph/value.ts";
import * as ops from "../../src/ops/index.ts";
import { bits } from "../numeric.ts";

type F = (x: Value, y: Value) => Value;

const byName: Readonly<Record<string, unknown>> = ops;
const functions = functionNames.map((name): [string, F] => [name, byName[name] as F]);
const mixed: F = (x, y) => ops.where(ops.less(x, y), ops.mul(ops.exp(x), ops.tanh(y)), ops.log(ops.abs(ops.exp(y))));

/** Functions that are computed for several vectors side by side where a row is long. */
export const sideBySide: readonly (readonly [name: string, f: F])[] = [...functions, ["a mixture", mixed]];

/** So many that some turns take all the vectors that one can, then pairs of vectors are left, then one, and part of one. */
const length = 303;

const spread = (of: (i: number) => number): Tensor =>
  new Tensor(
    [length],
    Float64Array.from({ length }, (_, i) => of(i)),
  );
const extremes = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 2 ** -1074, 2 ** -140, -1];
const args = [
  spread((i) => (i % 9 === 4 ? extremes[i % 8]! : ((i % 2) - 0.5) * 2 ** ((i % 23) - 12) * (1 + i / 500))),
  spread((i) => 3 * Math.sin(i)),
];

const programOf = (f: F, shape: readonly number[]): ReturnType<typeof lower> => {
  const [x, y] = [new Tensor(shape, new Float64Array(shape[0]!)), new Tensor(shape, new Float64Array(shape[0]!))];
  const inputs = [input(x), input(y)] as const;
  return lower({ inputs, outputs: [f(...inputs)] });
};

/** Where a function of a long row has other bits than the same function of each of its numbers alone. */
export function wrongRow(f: F, options: BackendOptions): string | null {
  const [row] = wasm.compile(programOf(f, [length]), options).run(args);
  const alone = wasm.compile(programOf(f, [1]), options);
  for (let i = 0; i < length; i++) {
    const [y] = alone.run(args.map((x) => new Tensor([1], x.data.slice(i, i + 1))));
    const [is, should] = [row!.data.slice(i, i + 1), y!.data];
    if (String(bits(is)) !== String(bits(should))) return `[${i}] is ${is[0]}, alone ${should[0]}`;
  }
  return null;
}
