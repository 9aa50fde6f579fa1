import type { Func, Module } from "../emitter.ts";
import type { Lanes, V } from "../lanes.ts";
import type { LongName } from "../provision.ts";
import { acosh, asinh, atanh } from "./area.ts";
import type { Arithmetic, Formula } from "./arithmetic.ts";
import { cbrt } from "./cube.ts";
import { erf, erfc } from "./error.ts";
import { cosh, sinh } from "./hyperbolic.ts";
import { acos, asin, atan } from "./inverse.ts";
import { pow } from "./power.ts";
import { quarterTurns } from "./reduction.ts";
import { circular, hugeCircular } from "./trigonometric.ts";

type Circular = "sin" | "cos" | "tan";

/** Written for both precisions. */
const both = { sinh, cosh };
type Both = keyof typeof both;

const long: Readonly<Record<Exclude<LongName, Circular | Both>, (a: Arithmetic, x: V, y: V) => V>> = {
  ...{ asin, acos, atan, asinh, acosh, atanh, cbrt, erf, erfc, pow },
};

const isBoth = (name: LongName): name is Both => name in both;
const isCircular = (name: LongName): name is Circular => name === "sin" || name === "cos" || name === "tan";

/** What a formula of many instructions is written with: functions of the module that several share are written once. */
export interface LongTools {
  readonly module: Module;
  readonly lanes: Lanes;
  readonly once: (name: string, write: () => Func) => Func;
  /** The function of f64. */
  readonly double: () => Func;
}

/** The function in f64; in f32 it is called for two lanes at a time and rounded. */
export function longFormula(name: LongName, { module, lanes, once, double }: LongTools): Formula {
  if (isBoth(name)) return (a, x) => both[name](a, x!);
  if (lanes.precision === "f32") return throughDouble(double());
  if (!isCircular(name)) return (a, x, y) => long[name](a, x!, y!);
  const turns = once("quarterTurns", () => quarterTurns(module));
  const huge = once(`huge ${name}`, () => hugeCircular(module, lanes, name, turns));
  return (a, x) => circular(a, name, x!, huge);
}

// biome-ignore format: bytes of two vectors of four f32
const
  upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15],
  lowerHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const [promoteLow, demoteZero] = [0x5f, 0x5e];

/** A function of f32 by way of f64: exact to a rounding. */
const throughDouble =
  (func: Func): Formula =>
  (a, ...x) => {
    const args = x.slice(0, func.params.length);
    const low = args.map((v) => a.simd(promoteLow, v));
    const high = args.map((v) => a.simd(promoteLow, a.shuffle(v, v, upperHalf)));
    return a.shuffle(a.simd(demoteZero, a.call(func, ...low)), a.simd(demoteZero, a.call(func, ...high)), lowerHalves);
  };
