import type { Value } from "../../src/graph/value.ts";
import { add, atan, cos, div, exp, mul, pow, sin, slice, square, sub } from "../../src/ops/index.ts";

type Model = (x: Value, b: readonly Value[]) => Value;

/** c₀ + c₁x + c₂x² + … */
const polynomial = (x: Value, coefficients: readonly Value[]): Value =>
  coefficients.reduceRight((sum, c) => add(mul(sum, x), c));
const ratio =
  (numerator: number): Model =>
  (x, b) =>
    div(polynomial(x, b.slice(0, numerator)), add(1, mul(x, polynomial(x, b.slice(numerator)))));
const decay = (x: Value, amplitude: Value, rate: Value): Value => mul(amplitude, exp(mul(rate, x).neg()));
const decays: Model = (x, b) => add(add(decay(x, b[0]!, b[1]!), decay(x, b[2]!, b[3]!)), decay(x, b[4]!, b[5]!));
const peak = (x: Value, height: Value, centre: Value, width: Value): Value =>
  mul(height, exp(div(square(sub(x, centre)), square(width)).neg()));
const peaks: Model = (x, b) =>
  add(add(decay(x, b[0]!, b[1]!), peak(x, b[2]!, b[3]!, b[4]!)), peak(x, b[5]!, b[6]!, b[7]!));
const wave = (x: Value, period: Value | number, c: Value, s: Value): Value => {
  const angle = div(mul(2 * Math.PI, x), period);
  return add(mul(c, cos(angle)), mul(s, sin(angle)));
};
const chwirut: Model = (x, b) => div(exp(mul(b[0]!, x).neg()), add(b[1]!, mul(b[2]!, x)));
const saturating: Model = (x, b) => mul(b[0]!, sub(1, exp(mul(b[1]!, x).neg())));
const logistic = (x: Value, b: readonly Value[]): Value => add(1, exp(sub(b[1]!, mul(b[2]!, x))));

/** The models of NIST's nonlinear regression problems, as its pages have them. */
export const models: Readonly<Record<string, Model>> = {
  Bennett5: (x, b) => mul(b[0]!, pow(add(b[1]!, x), div(-1, b[2]!))),
  BoxBOD: saturating,
  Chwirut1: chwirut,
  Chwirut2: chwirut,
  DanWood: (x, b) => mul(b[0]!, pow(x, b[1]!)),
  ENSO: (x, b) =>
    add(add(add(b[0]!, wave(x, 12, b[1]!, b[2]!)), wave(x, b[3]!, b[4]!, b[5]!)), wave(x, b[6]!, b[7]!, b[8]!)),
  Eckerle4: (x, b) => mul(div(b[0]!, b[1]!), exp(mul(-0.5, square(div(sub(x, b[2]!), b[1]!))))),
  Gauss1: peaks,
  Gauss2: peaks,
  Gauss3: peaks,
  Hahn1: ratio(4),
  Kirby2: ratio(3),
  Lanczos1: decays,
  Lanczos2: decays,
  Lanczos3: decays,
  MGH09: (x, b) => div(mul(b[0]!, mul(x, add(x, b[1]!))), add(mul(x, add(x, b[2]!)), b[3]!)),
  MGH10: (x, b) => mul(b[0]!, exp(div(b[1]!, add(x, b[2]!)))),
  MGH17: (x, b) => add(b[0]!, add(decay(x, b[1]!, b[3]!), decay(x, b[2]!, b[4]!))),
  Misra1a: saturating,
  Misra1b: (x, b) => mul(b[0]!, sub(1, pow(add(1, mul(0.5, mul(b[1]!, x))), -2))),
  Misra1c: (x, b) => mul(b[0]!, sub(1, pow(add(1, mul(2, mul(b[1]!, x))), -0.5))),
  Misra1d: (x, b) => div(mul(mul(b[0]!, b[1]!), x), add(1, mul(b[1]!, x))),
  Nelson: (x, b) => {
    const [time, temperature] = [0, 1].map((k) => slice(x, [[0, x.shape[0]!], [k, k + 1]]).reshape([-1])); // biome-ignore format: ranges
    return sub(b[0]!, mul(mul(b[1]!, time!), exp(mul(b[2]!, temperature!).neg())));
  },
  Rat42: (x, b) => div(b[0]!, logistic(x, b)),
  Rat43: (x, b) => div(b[0]!, pow(logistic(x, b), div(1, b[3]!))),
  Roszman1: (x, b) => sub(sub(b[0]!, mul(b[1]!, x)), div(atan(div(b[2]!, sub(x, b[3]!))), Math.PI)),
  Thurber: ratio(4),
};

/** Nelson's model is that of the logarithm of y. */
export const measured = (name: string, y: readonly number[]): number[] =>
  name === "Nelson" ? y.map(Math.log) : [...y];
