import { describe, expect, it } from "vitest";
import { i32, Module, operation } from "../../src/backends/wasm/emitter.ts";
import { lanes } from "../../src/backends/wasm/lanes.ts";
import { type FunctionName, functionNames, mathematics } from "../../src/backends/wasm/mathematics/index.ts";
import { provide } from "../../src/backends/wasm/provision.ts";
import { provision } from "../../src/backends/wasm/rare.ts";
import type { Precision } from "../../src/compile/backend.ts";
import numbers from "../numbers/mathematics.json" with { type: "json" };

provide(provision);

interface Recorded {
  readonly x: readonly number[];
  readonly y?: readonly number[];
  readonly value: readonly number[];
  /** What lies beyond the nearest float64, in units of its last place. */
  readonly rest: readonly number[];
}
const recorded: Readonly<Record<string, Recorded>> = numbers.functions;

type Numbers = Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
interface How {
  readonly precision: Precision;
  readonly fused?: boolean;
  /** Instructions in the loop instead of a call. */
  readonly inline?: boolean;
}

/** A module with a loop that stores the function of every x (and y). */
function moduleOf(name: FunctionName, { precision, fused = false, inline = false }: How): Uint8Array<ArrayBuffer> {
  const module = new Module({ least: 1, most: null });
  const vectors = lanes(precision);
  const math = mathematics(module, vectors, { fused });
  const func = inline ? null : math.get(name);
  const loop = module.func(["i32", "i32"], [], (body) => {
    const [bytes, stride] = [body.param(0, "i32"), body.param(1, "i32")];
    const write = inline ? math.inline(body, [name]) : null;
    body.count(i32(0), bytes, 16, (i) => {
      const second = body.local("i32", operation("i32", [0x6a], i, stride));
      const result = body.local("i32", operation("i32", [0x6a], second, stride));
      const x = body.local("v128", vectors.load(i, 0));
      const args = name === "pow" ? [x, body.local("v128", vectors.load(second, 0))] : [x];
      const value = body.local("v128");
      if (write)
        body.set(value, write(name, [args.map(() => vectors.splat(0.5)), args])[1]!); // beside another one
      else {
        body.call(func!, ...args);
        body.run((out) => out.byte(0x21).u32(value.index));
      }
      body.run((out) => vectors.store(out, result, 0, value));
    });
  });
  module.export("run", loop);
  return module.bytes();
}

/** The function of every x, computed by WebAssembly. */
function applied(name: FunctionName, how: How): (x: readonly number[], y?: readonly number[]) => Numbers {
  const compiled = new WebAssembly.Module(moduleOf(name, how));
  const Numbers = how.precision === "f64" ? Float64Array : Float32Array;
  return (x, y = []) => {
    const stride = 16 * Math.ceil((x.length * Numbers.BYTES_PER_ELEMENT) / 16);
    const memory = new WebAssembly.Memory({ initial: Math.ceil((3 * stride) / 65536) + 1 });
    const { exports } = new WebAssembly.Instance(compiled, { host: { memory } });
    new Numbers(memory.buffer, 0, x.length).set(x);
    new Numbers(memory.buffer, stride, y.length).set(y);
    (exports["run"] as (bytes: number, stride: number) => void)(stride, stride);
    return new Numbers(memory.buffer, 2 * stride, x.length).slice();
  };
}

/** Relaxed SIMD is not everywhere. */
const fusedThere = WebAssembly.validate(moduleOf("exp", { precision: "f64", fused: true }));
const ways = [false, ...(fusedThere ? [true] : [])].map((fused) => ({ fused, way: fused ? "fused" : "plain" }));

/** The unit of the last place: the exponent read from the bits, subnormal numbers having that of the least normal. */
function lastPlace(x: number, precision: Precision): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const exponent = ((view.getUint16(0) >> 4) & 0x7ff) - 1023;
  return precision === "f64" ? 2 ** (Math.max(exponent, -1022) - 52) : 2 ** (Math.max(exponent, -126) - 23);
}

/** Every float64 or float32 shape of number: all exponents, both signs, and more around 1. */
function spread(count: number, precision: Precision): number[] {
  let state = 20261122;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const top = precision === "f64" ? 1074 : 149;
  return Array.from({ length: count }, (_, i) => {
    const exponent = i % 4 === 0 ? (2 * random() - 1) * top : (random() - 0.75) * 8;
    return (random() < 0.5 ? -1 : 1) * 2 ** exponent;
  });
}

describe.each(ways)("mathematics in WebAssembly, $way", ({ fused }) => {
  it.each(functionNames)("%s is within 2 ulp in f64 of numbers in high precision", (name) => {
    const { x, y, value, rest } = recorded[name]!;
    const got = applied(name, { precision: "f64", fused })(x, y);
    const errors = x.map((_, i) => Math.abs((got[i]! - value[i]!) / lastPlace(value[i]!, "f64") - rest[i]!));
    const worst = errors.indexOf(Math.max(...errors));
    expect(errors[worst]!, `at x = ${x[worst]}, y = ${y?.[worst]}`).toBeLessThanOrEqual(2);
    expect(errors.every((e) => !Number.isNaN(e))).toBe(true);
  });

  it.each(functionNames)("%s is within 4 ulp in f32 of the same in f64", (name) => {
    const x = [...Float32Array.from(spread(24_000, "f32"))];
    const y = [...Float32Array.from(spread(24_000, "f32").toReversed())];
    const exact = applied(name, { precision: "f64", fused })(x, y);
    const got = applied(name, { precision: "f32", fused })(x, y);
    const wrong = x.filter((_, i) => {
      const [is, should] = [got[i]!, Math.fround(exact[i]!)];
      if (Object.is(is, should)) return false;
      const error = Math.abs(Math.min(Math.abs(is), 2 ** 128) * Math.sign(is) - exact[i]!);
      return !(error <= 4 * lastPlace(Math.min(Math.abs(exact[i]!), 2 ** 127), "f32"));
    });
    expect(wrong).toEqual([]);
  });

  it.each(functionNames)("%s of a number does not depend on its neighbours", (name) => {
    for (const precision of ["f64", "f32"] as const) {
      const f = applied(name, { precision, fused });
      const x = [...spread(60, precision), Number.NaN, 1e30, 0.5, -0, 1, Number.POSITIVE_INFINITY, 0.3, 2];
      const y = x.toReversed();
      const alone = x.map((a, i) => [...f(new Array(4).fill(a), new Array(4).fill(y[i]))]);
      const together = [...f(x, y)];
      expect(alone).toEqual(together.map((value) => new Array(4).fill(value)));
    }
  });

  it.each(functionNames)("%s in the middle of a loop gives the same bits as called", (name) => {
    for (const precision of ["f64", "f32"] as const) {
      const [x, y] = [spread(200, precision), spread(200, precision).toReversed()];
      const inline = applied(name, { precision, fused, inline: true })(x, y);
      expect(inline).toEqual(applied(name, { precision, fused })(x, y));
    }
  });
});

const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
const least = Number.MIN_VALUE;
// biome-ignore format: a table of [x, f(x)]
const special: Readonly<Record<Exclude<FunctionName, "pow">, readonly (readonly [number, number])[]>> = {
  exp:      [[0, 1], [-0, 1], [inf, inf], [-inf, 0], [710, inf], [1e300, inf], [-746, 0], [-1e300, 0], [least, 1],
             [709.7827128933841, inf], [-745.1332191019411, least]],
  expm1:    [[0, 0], [-0, -0], [inf, inf], [-inf, -1], [709.7827128933841, inf], [-50, -1], [-1e300, -1],
             [least, least], [-least, -least]],
  log:      [[0, -inf], [-0, -inf], [inf, inf], [1, 0], [-1, nan], [-inf, nan], [-least, nan]],
  log1p:    [[0, 0], [-0, -0], [inf, inf], [-1, -inf], [-2, nan], [-inf, nan], [least, least], [-least, -least]],
  sin:      [[0, 0], [-0, -0], [inf, nan], [-inf, nan], [least, least], [-least, -least]],
  cos:      [[0, 1], [-0, 1], [inf, nan], [-inf, nan], [least, 1]],
  tan:      [[0, 0], [-0, -0], [inf, nan], [-inf, nan], [least, least], [-least, -least]],
  asin:     [[0, 0], [-0, -0], [1, Math.PI / 2], [-1, -Math.PI / 2], [1.0000000000000002, nan], [-2, nan], [inf, nan],
             [least, least], [-least, -least]],
  acos:     [[0, Math.PI / 2], [-0, Math.PI / 2], [1, 0], [-1, Math.PI], [1.0000000000000002, nan], [-2, nan], [inf, nan]],
  atan:     [[0, 0], [-0, -0], [inf, Math.PI / 2], [-inf, -Math.PI / 2], [least, least], [-least, -least]],
  sinh:     [[0, 0], [-0, -0], [inf, inf], [-inf, -inf], [711, inf], [-711, -inf], [least, least], [-least, -least]],
  cosh:     [[0, 1], [-0, 1], [inf, inf], [-inf, inf], [711, inf], [-711, inf], [least, 1]],
  tanh:     [[0, 0], [-0, -0], [inf, 1], [-inf, -1], [1e300, 1], [-30, -1], [least, least], [-least, -least]],
  asinh:    [[0, 0], [-0, -0], [inf, inf], [-inf, -inf], [least, least], [-least, -least]],
  acosh:    [[1, 0], [inf, inf], [0.9999999999999999, nan], [0, nan], [-2, nan], [-inf, nan]],
  atanh:    [[0, 0], [-0, -0], [1, inf], [-1, -inf], [1.5, nan], [-inf, nan], [least, least], [-least, -least]],
  sigmoid:  [[0, 0.5], [-0, 0.5], [inf, 1], [-inf, 0], [1e300, 1], [-1e300, 0], [-745.1332191019411, least]],
  softplus: [[0, Math.LN2], [-0, Math.LN2], [inf, inf], [-inf, 0], [1e300, 1e300], [-1e300, 0], [-745.1332191019411, least]],
  cbrt:     [[0, 0], [-0, -0], [inf, inf], [-inf, -inf], [1, 1], [-8, -2], [27, 3], [1e300, 1e100], [2 ** -1074, 2 ** -358],
             [-(2 ** -1074), -(2 ** -358)], [2 ** 1023, 2 ** 341]],
  erf:      [[0, 0], [-0, -0], [inf, 1], [-inf, -1], [7, 1], [-1e300, -1], [least, least], [-least, -least]],
  erfc:     [[0, 1], [-0, 1], [inf, 0], [-inf, 2], [28, 0], [1e300, 0], [-7, 2], [least, 1]],
};

describe.each(ways)("at the ends of the number line, $way", ({ fused }) => {
  it.each(Object.entries(special))("%s has every bit right", (name, pairs) => {
    const all = [...pairs, [nan, nan] as const];
    const x = all.map(([x]) => x);
    const got = applied(name as FunctionName, { precision: "f64", fused })(x);
    expect([...got]).toEqual(all.map(([, value]) => value));
    const short = applied(name as FunctionName, { precision: "f32", fused })(x);
    const inRange = all.map(([x], i) => (Math.fround(x) === x || Number.isNaN(x) ? i : -1)).filter((i) => i >= 0);
    expect(inRange.map((i) => short[i])).toEqual(inRange.map((i) => Math.fround(all[i]![1])));
  });

  it("pow follows Math.pow on every pair of ends, integers and halves", () => {
    const ends = [0, 1, 2, 3, 0.5, 1.5, 2.5, 1e300, 2 ** 53, 2 ** 53 - 1, least, inf, 0.9999999999999999];
    const both = [...ends, ...ends.map((x) => -x), nan];
    const pairs = both.flatMap((x) => both.map((y) => [x, y] as const));
    const got = applied("pow", { precision: "f64", fused })(
      pairs.map(([x]) => x),
      pairs.map(([, y]) => y),
    );
    const wrong = pairs.filter(([x, y], i) => {
      const should = x ** y;
      const exact = Number.isNaN(should) || should === 0 || Math.abs(should) === inf || Math.abs(should) === 1;
      return exact ? !Object.is(got[i], should) : Math.abs(got[i]! - should) > 4 * lastPlace(should, "f64");
    });
    expect(wrong).toEqual([]);
  });
});

describe("a module", () => {
  it("holds a function once, and only when asked for", () => {
    const module = new Module({ least: 1, most: null });
    const math = mathematics(module, lanes("f64"), { fused: false });
    const empty = module.bytes().length;
    const exp = math.get("exp");
    const one = module.bytes().length;
    expect(math.get("exp")).toBe(exp);
    expect([empty < one, module.bytes().length]).toEqual([true, one]);
  });

  it.each(functionNames)("with %s in plain arithmetic is valid without relaxed SIMD, and small", (name) => {
    for (const precision of ["f64", "f32"] as const) {
      const bytes = moduleOf(name, { precision });
      expect(WebAssembly.validate(bytes)).toBe(true);
      expect(bytes.length).toBeLessThan(4096);
    }
  });
});
