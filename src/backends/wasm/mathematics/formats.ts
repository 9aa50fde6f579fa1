import type { Precision } from "../../../compile/backend.ts";

/** What the formulas need to know about a floating-point format, and the coefficients that its precision asks for. */
export interface Format {
  /** Bits after the binary point of the significand. */
  readonly fraction: number;
  readonly bias: number;
  /** 1.5 times the weight at which the last bit counts one: adding it rounds to an integer, found in the low bits. */
  readonly shifter: number;
  readonly leastNormal: number;
  /** ln 2 = high + low; `high` has so many trailing zeros that k·high is exact for every exponent k. */
  readonly ln2: { readonly high: number; readonly low: number };
  /** exp(x) is 0 below, ∞ above. */
  readonly exponent: { readonly least: number; readonly most: number };
  /** Below the first expm1 is −1, above the second tanh is 1, to the last bit. */
  readonly saturation: { readonly expm1: number; readonly tanh: number };
  /** (exp r − 1 − r)/r² on |r| ≤ ½ ln 2. */
  readonly exp: readonly number[];
  /** The part of log(1 + f) behind f − f²/2, on √½ − 1 ≤ f ≤ √2 − 1: see `logarithm.ts`. */
  readonly log: readonly number[];
  /** (tanh x − x)/x³ = numerator/denominator, in x², on |x| ≤ 0.625. */
  readonly tanh: { readonly numerator: readonly number[]; readonly denominator: readonly number[] };
}

/**
 * Coefficients of least maximal error, by Remez' algorithm in 60 digits: `exp` (relative to r: 2⁻⁵⁴·⁷ and 2⁻²⁶·²), and in f32
 * `log` (2⁻²⁷·⁴) and `tanh` (2⁻²⁷·⁰). In f64 `log` is Lg1…Lg7 of FreeBSD's msun (e_log.c, © 1993 Sun Microsystems, freely
 * usable) and `tanh` from Cephes (tanh.c, Moshier).
 */
// biome-ignore format: coefficients, lowest power first
export const formats: Readonly<Record<Precision, Format>> = {
  f64: {
    fraction: 52, bias: 1023, shifter: 1.5 * 2 ** 52, leastNormal: 2 ** -1022,
    ln2: { high: 0.69314718055989033019, low: 5.497923018708371e-14 },
    exponent: { least: -746, most: 710 },
    saturation: { expm1: -45, tanh: 20 },
    exp: [0.50000000000000102347, 0.16666666666666674537, 0.041666666666521874918, 0.0083333333333221983891,
          0.0013888888947856276473, 0.00019841269886618210618, 2.4801487285988253055e-5, 2.755724230590181197e-6,
          2.7632670844291871659e-7, 2.5110061496155075826e-8],
    log: [6.666666666666735130e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
          1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1],
    tanh: {
      numerator: [-1.61468768441708447952e3, -9.92877231001918586564e1, -9.64399179425052238628e-1],
      denominator: [4.84406305325125486048e3, 2.23548839060100448583e3, 1.12811678491632931402e2, 1],
    },
  },
  f32: {
    fraction: 23, bias: 127, shifter: 1.5 * 2 ** 23, leastNormal: 2 ** -126,
    ln2: { high: 0.693115234375, low: 3.19461849453e-5 },
    exponent: { least: -104, most: 89 },
    saturation: { expm1: -20, tanh: 10 },
    exp: [0.50000000620009825705, 0.16666542943406056949, 0.04166628193137915905, 0.0083665906230531047898,
          0.0013946454788318874514],
    log: [0.33333331700223668467, -0.25000821016344446449, 0.20001227404088960624, -0.16623357846315866051,
          0.14201748258384288606, -0.13160171388239051311, 0.12761632429468131292, -0.076345834057851858449],
    tanh: {
      numerator: [-0.33333292371491777811, 0.13331535782229158346, -0.053738048629635005759, 0.020614005350671014161,
                  -0.0056624779154753261499],
      denominator: [1],
    },
  },
};
