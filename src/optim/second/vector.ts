/** Vectors of float64, as plain loops. */
export type Vector = Float64Array;

export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** a + α·b */
export const plus = (a: Vector, α: number, b: Vector): Vector => a.map((x, i) => x + α * b[i]!);

export const times = (α: number, a: Vector): Vector => a.map((x) => α * x);

/** Length, without overflow or underflow of the squares. */
export function length(a: Vector): number {
  const most = greatest(a);
  if (most === 0 || !Number.isFinite(most)) return most;
  let sum = 0;
  for (const x of a) sum += (x / most) ** 2;
  return most * Math.sqrt(sum);
}

/** Greatest absolute value. */
export function greatest(a: Vector): number {
  let most = 0;
  for (const x of a) {
    if (Number.isNaN(x)) return x;
    most = Math.max(most, Math.abs(x));
  }
  return most;
}
