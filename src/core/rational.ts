/** A quotient of two polynomials, coefficients from the lowest power on. */
export type Rational = readonly [numerator: readonly number[], denominator: readonly number[]];

/** A polynomial by Horner's rule. */
const horner = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, c) => sum * x + c, 0);

/** The quotient at x: only + − × ÷ are used, so the bits are the same on every machine. */
export const ratio = ([n, d]: Rational, x: number): number => horner(n, x) / horner(d, x);
