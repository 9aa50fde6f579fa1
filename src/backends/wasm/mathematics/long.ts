import type { Func, Module } from "../emitter.ts";
import type { Lanes, V } from "../lanes.ts";
import type { LongName } from "../provision.ts";
import { acosh, asinh, atanh } from "./area.ts";
import type { Arithmetic, Formula } from "./arithmetic.ts";
import { cbrt } from "./cube.ts";
import { erf, erfc } from "./error.ts";
import { acos, asin, atan } from "./inverse.ts";
import { pow } from "./power.ts";
import { quarterTurns } from "./reduction.ts";
import { circular, hugeCircular } from "./trigonometric.ts";

type Circular = "sin" | "cos" | "tan";

const long: Readonly<Record<Exclude<LongName, Circular>, (a: Arithmetic, x: V, y: V) => V>> = {
  ...{ asin, acos, atan, asinh, acosh, atanh, cbrt, erf, erfc, pow },
};

const isCircular = (name: LongName): name is Circular => name === "sin" || name === "cos" || name === "tan";

/** What a formula of many instructions is written with: functions of the module that several share are written once. */
export interface LongTools {
  readonly module: Module;
  readonly lanes: Lanes;
  readonly once: (name: string, write: () => Func) => Func;
}

/** The function in f64; in f32 it is called for two lanes at a time and rounded. */
export function longFormula(name: LongName, { module, lanes, once }: LongTools): Formula {
  if (!isCircular(name)) return (a, x, y) => long[name](a, x!, y!);
  const turns = once("quarterTurns", () => quarterTurns(module));
  const huge = once(`huge ${name}`, () => hugeCircular(module, lanes, name, turns));
  return (a, x) => circular(a, name, x!, huge);
}
