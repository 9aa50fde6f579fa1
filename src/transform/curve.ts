/** The error of a central difference, relative, by its step. */
export interface DifferenceError {
  readonly step: number;
  /** NaN where the function is not finite so far off. */
  readonly error: number;
}

/**
 * Central differences of φ at 0 against its derivative for steps 10⁻¹ … 10⁻¹⁵. The error falls with the square of the step,
 * until rounding, which grows with 1/step, takes over: a V on logarithmic scales. It is relative to the derivative, or to the
 * widest differences where those are larger.
 */
export function differenceCurve(φ: (h: number) => number, slope: number): DifferenceError[] {
  const found = Array.from({ length: 15 }, (_, k) => {
    const step = Number(`1e-${k + 1}`);
    return { step, difference: (φ(step) - φ(-step)) / (2 * step) };
  });
  const wide = found.slice(0, 2).map(({ difference }) => Math.abs(difference));
  const scale = Math.max(Math.abs(slope), ...wide.filter(Number.isFinite), Number.MIN_VALUE);
  return found.map(({ step, difference }) => ({ step, error: Math.abs(difference - slope) / scale }));
}

/** The least error of a curve; infinite where there is none. */
export const leastError = (curve: readonly DifferenceError[]): number =>
  Math.min(...curve.map(({ error }) => error).filter(Number.isFinite));

/**
 * The slope of the Taylor remainder |φ(h) − φ(0) − h·φ′(0)| over h on logarithmic scales: 2 when the derivative is right, more
 * where the second one vanishes, 1 at a kink or when it is wrong. It is taken between the smallest powers of ten at which
 * the remainder is still well above rounding; `null` where it never is, as for a straight line.
 */
export function remainderSlope(φ: (h: number) => number, slope: number): number | null {
  const at = φ(0);
  const steps = Array.from({ length: 6 }, (_, k) => Number(`1e-${k + 1}`));
  const remainders = steps.map((h) => {
    const there = φ(h);
    // each of the three terms is rounded: with a thousand times that, the slope is right to 0.001
    const noise = 2 ** -52 * (Math.abs(at) + Math.abs(there) + Math.abs(h * slope));
    const remainder = Math.abs(there - at - h * slope);
    return Number.isFinite(remainder) && remainder > 1000 * noise ? remainder : null;
  });
  const last = remainders.findLastIndex((r, k) => r !== null && k > 0 && remainders[k - 1] !== null);
  return last === -1 ? null : Math.log10(remainders[last - 1]! / remainders[last]!);
}
