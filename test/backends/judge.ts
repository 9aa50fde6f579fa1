import { reference } from "../../src/backends/reference.ts";
import { wasm } from "../../src/backends/wasm/index.ts";
import { functionNames } from "../../src/backends/wasm/mathematics/index.ts";
import type { BackendOptions, Precision } from "../../src/compile/index.ts";
import { size } from "../../src/core/shape.ts";
import type { Tensor } from "../../src/core/tensor.ts";
import type { Line, Program } from "../../src/graph/program.ts";
import { type Block, constantOp, type Op } from "../../src/graph/value.ts";
import { isLoop } from "../../src/ops/index.ts";

/** Functions that every engine computes in its own way: 2 ulp (f32: 4) of the compiled ones, up to 3 (f32: ½) of the judge. */
const functions: ReadonlySet<string> = new Set(functionNames);
const functionUlps = 5;

/** Ops that add many numbers, in an order of the engine's own. Everything else has the same bits in every engine. */
const contractions: ReadonlySet<string> = new Set([
  ...["sumTo", "matmul", "cumsum", "cumsumBackwards", "scatterAdd", "logSumExp"],
]);

/** Half a unit in the last place of 1, and the largest number. */
const unit = { f64: 2 ** -53, f32: 2 ** -24 } as const;
const least = { f64: 2 ** -1074, f32: 2 ** -149 } as const;
const most = { f64: Number.MAX_VALUE, f32: (2 - 2 ** -23) * 2 ** 127 } as const;

const rounded = (x: number, precision: Precision): number => (precision === "f64" ? x : Math.fround(x));
const isReal = ({ dtype }: Pick<Tensor, "dtype">): boolean => dtype === "real";

/** Equal, every NaN alike, but −0 is not 0. */
const same = (a: number, b: number): boolean => Object.is(a, b);

type Numbers = Pick<Block, "shape" | "dtype"> & { readonly data: Tensor["data"] };

/** Terms that a contraction adds for one number. */
function terms({ name }: Op, inputs: readonly Numbers[], out: Numbers): number {
  const x = inputs[0]!;
  if (name === "matmul") return x.shape.at(-1)!;
  return name === "scatterAdd" || name.startsWith("cumsum")
    ? size(x.shape)
    : Math.ceil(size(x.shape) / Math.max(1, size(out.shape)));
}

const blockOf = ({ shape, dtype, data }: Numbers, f = (x: number): number => x): Block => ({
  shape,
  dtype,
  data: Float64Array.from(data, f),
});

const emptyLike = ({ shape, dtype }: Numbers): Block => ({ shape, dtype, data: new Float64Array(size(shape)) });
const magnitude = (x: number): number => (Number.isFinite(x) ? Math.abs(x) : 0);

/**
 * How far a sum of n terms may be from the judge's: in any order it is exact for terms changed by less than n half-units
 * each, so its error is at most n·u·Σ|terms|, for either engine. Infinite where the finite terms could overflow.
 */
function sumBounds(
  op: Op,
  inputs: readonly Numbers[],
  out: Numbers,
  params: Line["params"],
  precision: Precision,
): Float64Array {
  const sums = emptyLike(out);
  const sizes = inputs.map((x) => blockOf(x, x.dtype === "real" ? magnitude : undefined));
  op.evaluate!(sizes, [sums], params);
  const n = 2 * terms(op, inputs, out) + 8;
  return sums.data.map((y) => (y > most[precision] ? Infinity : n * Math.max(unit[precision] * y, least[precision])));
}

/** How far each number of a result may be from the judge's. */
function bounds(
  { op, params }: Line,
  inputs: readonly Tensor[],
  out: Tensor,
  precision: Precision,
): (y: number, i: number) => number {
  if (functions.has(op.name))
    return (y) => functionUlps * Math.max(2 * unit[precision] * Math.abs(y), least[precision]);
  if (!contractions.has(op.name) || !isReal(out)) return () => 0;
  const all = sumBounds(op, inputs, out, params, precision);
  return (_y, i) => all[i]!;
}

/** What is wrong with the results of one line, given the numbers that it started from; nothing if they are right. */
function wrongIn(line: Line, inputs: readonly Tensor[], out: Tensor, precision: Precision): string | null {
  const expected = emptyLike(out);
  if (line.op === constantOp) expected.data.set((line.params["tensor"] as Tensor).data);
  else
    line.op.evaluate!(
      inputs.map((x) => blockOf(x)),
      [expected],
      line.params,
    );
  const bound = bounds(line, inputs, out, precision);
  for (const [i, raw] of expected.data.entries()) {
    const should = isReal(out) ? rounded(raw, precision) : raw;
    const is = out.data[i]!;
    if (same(is, should)) continue;
    const allowed = bound(should, i);
    const finite = Number.isFinite(should) && Number.isFinite(is);
    if (allowed === Infinity || (finite && Math.abs(is - should) <= allowed)) continue;
    return `${line.op.name}[${i}] is ${is}, should be ${should} ± ${allowed}`;
  }
  return null;
}

/** The lines of a program, judged one by one: each by the numbers that the engine itself put into it. */
export function wrongLine(program: Program, args: readonly Tensor[], options: BackendOptions): string | null {
  const all = [...program.inputs, ...program.lines.flatMap((line) => line.outputs.filter((v) => v !== null))];
  const results = wasm.compile({ ...program, outputs: all }, options).run(args);
  const value = new Map(all.map((v, i) => [v, results[i]!]));
  for (const line of program.lines) {
    if (isLoop(line.op)) continue; // judged by its results in the whole program
    const inputs = line.inputs.map((v) => value.get(v)!);
    const wrong = wrongIn(line, inputs, value.get(line.outputs[0]!)!, options.precision);
    if (wrong) return wrong;
  }
  return null;
}

/** What may happen to numbers in lines that round. */
interface Noise {
  readonly of: (x: number) => number;
  /** Whether a sum that could be all rounding is 0. */
  readonly flush: boolean;
  readonly precision: Precision;
}

/** Noise of the size of an engine's own rounding in every line of a program and of the bodies in it. */
function noisy(program: Program, noise: Noise): Program {
  const disturb = (x: Block): Block => (x.dtype === "real" ? { ...x, data: x.data.map(noise.of) } : x);
  const evaluate =
    (op: Op): NonNullable<Op["evaluate"]> =>
    (inputs, [y], params) => {
      if (!y) return;
      const sum = contractions.has(op.name);
      op.evaluate!(sum ? inputs.map(disturb) : inputs, [y], params);
      if (y.dtype !== "real") return;
      y.data.set(y.data.map(noise.of));
      if (!sum || !noise.flush) return;
      const bound = sumBounds(op, inputs, y, params, noise.precision);
      y.data.set(y.data.map((x, i) => (Math.abs(x) <= bound[i]! ? 0 : x)));
    };
  const lines = program.lines.map((line): Line => {
    if (line.body) return { ...line, body: noisy(line.body, noise) };
    const rounds = line.op !== constantOp && (functions.has(line.op.name) || contractions.has(line.op.name));
    return rounds ? { ...line, op: { ...line.op, evaluate: evaluate(line.op) } } : line;
  });
  return { ...program, lines };
}

/** Numbers between −1 and 1 without a pattern, the same at every run: a linear congruential generator. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Results of the judge with noise of up to 16 half-units in every line that rounds, several times over; 0 stays 0. */
function disturbed(program: Program, args: readonly Tensor[], options: BackendOptions): Tensor[][] {
  const { precision } = options;
  const [δ, subnormal] = [16 * unit[precision], 16 * least[precision]];
  return [1, 2, 3, 4, 5, 6].map((seed) => {
    const draw = chance(seed);
    const of = (x: number): number => x + (x === 0 ? 0 : draw() * Math.max(δ * Math.abs(x), subnormal));
    return reference.compile(noisy(program, { of, flush: seed === 1, precision }), options).run(args);
  });
}

/**
 * Results of the whole program against the judge's. What noise in every line makes of a result (at least six times) is what
 * rounding may make of it, taken four times; where noise changes a result by more than a hundredth (behind a jump, or where
 * all digits are lost), nothing is said of it.
 */
export function wrongResult(program: Program, args: readonly Tensor[], options: BackendOptions): string | null {
  const is = wasm.compile(program, options).run(args);
  const should = reference.compile(program, options).run(args);
  const others = disturbed(program, args, options);
  const strict = options.precision === "f64" && options.reproducible === true; // elsewhere a·b + c may over- or underflow otherwise
  for (const [k, y] of should.entries()) {
    for (let i = 0; i < y.data.length; i++) {
      const [a, b] = [is[k]!.data[i]!, y.data[i]!];
      const edge = a === b || !(Number.isFinite(a) || Number.isFinite(b));
      if (same(a, b) || (edge && !strict)) continue;
      const around = others.map((o) => o[k]!.data[i]!);
      if (Number.isFinite(b) ? !around.every(Number.isFinite) : !around.every((c) => same(c, b))) continue;
      const spread = Math.max(...around.map((c) => Math.abs(c - b)));
      if (spread > Math.abs(b) / 100) continue;
      const allowed = 4 * spread + 2 * functionUlps * least[options.precision];
      if (y.dtype === "real" && spread > 0 && Math.abs(a - b) <= allowed) continue;
      return `result ${k}[${i}] is ${a}, should be ${b} ± ${spread > 0 ? allowed : 0}`;
    }
  }
  return null;
}

/** What is wrong with a program on the compiled engine, line by line and as a whole. */
export const wrong = (program: Program, args: readonly Tensor[], options: BackendOptions): string | null =>
  wrongLine(program, args, options) ?? wrongResult(program, args, options);

/** Both precisions, with and without what processors may round in their own way. */
export const ways = (["f64", "f32"] as const).flatMap((precision) =>
  [true, false].map((reproducible) => ({ precision, reproducible })),
);
