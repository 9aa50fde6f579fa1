import { normalQuantile } from "../core/normal.ts";

/** Degrees of freedom from which on the expansion in 1/ν is exact to float64. */
const many = 5000;

/**
 * The half-width t of the interval around 0 that holds a share of Student's distribution: P(|T| ≤ t) = level.
 *
 * @param level in (0, 1)
 * @param ν     degrees of freedom, a whole number from 1 on
 * @see Abramowitz & Stegun (1964), Handbook of Mathematical Functions, 26.7.3, 26.7.4 and 26.7.5
 */
export function studentHalfWidth(level: number, ν: number): number {
  if (ν >= many) return expansion(normalQuantile((1 + level) / 2), ν);
  let [low, high] = [0, 1];
  while (held(high, ν) < level) [low, high] = [high, 2 * high];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (held(middle, ν) < level) low = middle;
    else high = middle;
  }
}

/** P(|T| ≤ t), a finite sum for whole ν. */
function held(t: number, ν: number): number {
  const θ = Math.atan(t / Math.sqrt(ν));
  const [sine, cosine] = [Math.sin(θ), Math.cos(θ)];
  let [term, sum] = ν % 2 === 1 ? [cosine, 0] : [1, 0];
  for (let k = ν % 2 === 1 ? 1 : 0; k < ν - 1; k += 2) {
    sum += term;
    term *= (cosine * cosine * (k + 1)) / (k + 2);
  }
  return ν % 2 === 1 ? (2 / Math.PI) * (θ + sine * sum) : sine * sum;
}

/** The quantile from that of the normal distribution, to the fourth order in 1/ν. */
function expansion(z: number, ν: number): number {
  const s = z * z;
  const terms = [
    (z * (s + 1)) / 4,
    (z * ((5 * s + 16) * s + 3)) / 96,
    (z * (((3 * s + 19) * s + 17) * s - 15)) / 384,
    (z * ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945)) / 92160,
  ];
  return terms.reduceRight((sum, term) => (sum + term) / ν, 0) + z;
}
