import { reference } from "../../src/backends/reference.ts";
import { wasm } from "../../src/backends/wasm/index.ts";
import { functionNames } from "../../src/backends/wasm/mathematics/index.ts";
import type { BackendOptions, Precision } from "../../src/compile/index.ts";
import { size } from "../../src/core/shape.ts";
import type { Tensor } from "../../src/core/tensor.ts";
import type { Line, Program } from "../../src/graph/program.ts";
import { type Block, constantOp, type Op } from "../../src/graph/value.ts";
import { scanOp } from "../../src/ops/index.ts";

/** Functions that every engine computes in its own way: 2 ulp (f32: 4) of the compiled ones, up to 3 (f32: ½) of the judge. */
const functions: ReadonlySet<string> = new Set([...functionNames, "cbrt"]);
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

/** Terms that a contraction adds for one number. */
function terms({ op }: Line, inputs: readonly { readonly shape: readonly number[] }[], out: Tensor): number {
  const x = inputs[0]!;
  if (op.name === "matmul") return x.shape.at(-1)!;
  return op.name === "scatterAdd" || op.name.startsWith("cumsum")
    ? size(x.shape)
    : Math.ceil(size(x.shape) / Math.max(1, size(out.shape)));
}

const blockOf = ({ shape, dtype, data }: Tensor, f = (x: number): number => x): Block => ({
  shape,
  dtype,
  data: Float64Array.from(data, f),
});

const emptyLike = ({ shape, dtype }: Tensor): Block => ({ shape, dtype, data: new Float64Array(size(shape)) });

/**
 * How far a result may be from the judge's, element by element. A sum of n terms in any order is exact for terms changed
 * by less than n half-units each, so its error is at most n·u·Σ|terms|, for either engine.
 */
function bounds(
  line: Line,
  inputs: readonly Tensor[],
  out: Tensor,
  precision: Precision,
): (expected: number, i: number) => number {
  const u = unit[precision];
  if (functions.has(line.op.name)) return (y) => 2 * functionUlps * Math.max(u * Math.abs(y) * 2, least[precision]);
  if (!contractions.has(line.op.name) || !isReal(out)) return () => 0;
  const magnitude = emptyLike(out);
  const sizes = inputs.map((x) => blockOf(x, x.dtype === "real" ? Math.abs : undefined));
  line.op.evaluate!(sizes, [magnitude], line.params);
  const n = terms(line, inputs, out);
  return (_y, i) => (2 * n + 8) * Math.max(u * magnitude.data[i]!, least[precision]);
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
    const far = Number.isFinite(should) && Number.isFinite(is) ? Math.abs(is - should) : Number.POSITIVE_INFINITY;
    const allowed = bound(should, i);
    if (allowed === 0 || far > Math.min(allowed, most[precision]))
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
    if (line.op === scanOp) continue; // judged by its results in the whole program
    const inputs = line.inputs.map((v) => value.get(v)!);
    const wrong = wrongIn(line, inputs, value.get(line.outputs[0]!)!, options.precision);
    if (wrong) return wrong;
  }
  return null;
}

/** Noise of the size of an engine's own rounding in every line of a program and of the bodies in it. */
function noisy(program: Program, noise: (x: number) => number): Program {
  const evaluate =
    (op: Op): NonNullable<Op["evaluate"]> =>
    (inputs, outputs, params) => {
      const given = contractions.has(op.name)
        ? inputs.map((x) => (x.dtype === "real" ? { ...x, data: x.data.map(noise) } : x))
        : inputs;
      op.evaluate!(given, outputs, params);
      for (const y of outputs) if (y?.dtype === "real") y.data.set(y.data.map(noise));
    };
  const lines = program.lines.map((line): Line => {
    if (line.body) return { ...line, body: noisy(line.body, noise) };
    const rounds = line.op !== constantOp && (functions.has(line.op.name) || contractions.has(line.op.name));
    return rounds ? { ...line, op: { ...line.op, evaluate: evaluate(line.op) } } : line;
  });
  return { ...program, lines };
}

/** ±1 by turns that have no pattern, the same at every run: a linear congruential generator. */
function signs(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >= 2 ** 31 ? 1 : -1;
  };
}

/** Results of the judge with noise of 16 half-units in every line that rounds, several times over. */
function disturbed(program: Program, args: readonly Tensor[], options: BackendOptions): Tensor[][] {
  const δ = 16 * unit[options.precision];
  return [1, 2, 3, 4, 5, 6].map((seed) => {
    const sign = signs(seed);
    return reference
      .compile(
        noisy(program, (x) => x + sign() * δ * x),
        options,
      )
      .run(args);
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
  const strict = options.precision === "f64" && options.reproducible === true; // elsewhere −a·b + 0 may underflow to −0
  for (const [k, y] of should.entries()) {
    for (let i = 0; i < y.data.length; i++) {
      const [a, b] = [is[k]!.data[i]!, y.data[i]!];
      if (same(a, b) || (a === b && !strict)) continue;
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
