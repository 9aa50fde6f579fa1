import { dot, greatest, length, type Vector } from "./vector.ts";

/**
 * A least-squares problem linearised at a point, r(x + p) ≈ r + J·p, in as many numbers as its steps need: n² for n
 * parameters, however many residuals there are.
 */
export interface Linear {
  /** ‖r‖² */
  readonly squares: number;
  /** Jᵀr */
  readonly gradient: Vector;
  /** Lengths of the columns of J. */
  readonly norms: Vector;
  /** ‖J·p‖² */
  readonly image: (p: Vector) => number;
  /** The step that minimises ‖r + J·p‖² + μ‖D·p‖²; nothing where that is not determined. */
  readonly damped: (μ: number, D: Vector) => Damped | null;
}

export interface Damped {
  readonly step: Vector;
  /** (JᵀJ + μD²)⁻¹·v */
  readonly solve: (v: Vector) => Vector;
}

/**
 * From J itself, by orthogonal triangularisation: the digits lost are those of the condition of J, not of its square.
 *
 * @param J row by row, `[m, n]`; it is overwritten
 * @param r residuals `[m]`; overwritten, too
 * @see Björck (1996), Numerical Methods for Least Squares Problems, § 2.3
 */
export function fromRows(J: Vector, r: Vector): Linear {
  const [m, squares] = [r.length, dot(r, r)];
  const n = J.length / m;
  const norms = Float64Array.from({ length: n }, (_, j) =>
    length(Float64Array.from({ length: m }, (_, i) => J[i * n + j]!)),
  );
  const gradient = new Float64Array(n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) gradient[j]! += J[i * n + j]! * r[i]!;
  const { R, c } = triangular(J, r, n);
  return {
    squares,
    gradient,
    norms,
    image: (p) => squareOf(R, p),
    damped: (μ, D) =>
      stepOf(
        μ === 0
          ? { R, c }
          : augmented(
              R,
              c,
              D.map((d) => Math.sqrt(μ) * d),
            ),
        norms,
        D,
        μ,
      ),
  };
}

/**
 * From the normal equations: JᵀJ `[n, n]`, Jᵀr and ‖r‖², which can be summed over parts of the rows.
 */
export function fromProducts(A: Vector, gradient: Vector, squares: number): Linear {
  const n = gradient.length;
  const norms = gradient.map((_, j) => Math.sqrt(A[j * (n + 1)]!));
  return {
    squares,
    gradient,
    norms,
    image: (p) =>
      dot(
        p,
        p.map((_, i) => dot(A.subarray(i * n, (i + 1) * n), p)),
      ),
    damped: (μ, D) => {
      const R = cholesky(
        A.map((a, k) => (k % (n + 1) === 0 ? a + μ * D[k / (n + 1)]! ** 2 : a)),
        n,
      );
      return R && stepOf({ R, c: solvedTransposed(R, gradient) }, norms, D, μ);
    },
  };
}

interface Triangle {
  /** Upper triangle, row by row, `[n, n]`. */
  readonly R: Vector;
  readonly c: Vector;
}

/** p = −R⁻¹c, unless R is singular to working precision. */
function stepOf({ R, c }: Triangle, norms: Vector, D: Vector, μ: number): Damped | null {
  const n = c.length;
  for (let j = 0; j < n; j++) {
    const scale = Math.hypot(norms[j]!, Math.sqrt(μ) * D[j]!);
    if (!(Math.abs(R[j * (n + 1)]!) > n * Number.EPSILON * scale)) return null;
  }
  const step = solved(R, c).map((x) => -x);
  if (!Number.isFinite(greatest(step))) return null;
  return { step, solve: (v) => solved(R, solvedTransposed(R, v)) };
}

/** ‖R·p‖² */
function squareOf(R: Vector, p: Vector): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    let row = 0;
    for (let j = i; j < p.length; j++) row += R[i * p.length + j]! * p[j]!;
    sum += row * row;
  }
  return sum;
}

/** Householder's reflections: J = Q·R, c = Qᵀr. J and r are overwritten. */
function triangular(J: Vector, r: Vector, n: number): Triangle {
  const m = r.length;
  for (let k = 0; k < Math.min(m, n); k++) reflect(J, r, n, k);
  const R = new Float64Array(n * n);
  for (let i = 0; i < Math.min(m, n); i++) for (let j = i; j < n; j++) R[i * n + j] = J[i * n + j]!;
  return { R, c: Float64Array.from({ length: n }, (_, i) => r[i] ?? 0) };
}

/** Sends column k below row k to zero: I − β v vᵀ from the left. */
function reflect(J: Vector, r: Vector, n: number, k: number): void {
  const v = Float64Array.from({ length: r.length - k }, (_, i) => J[(k + i) * n + k]!);
  const norm = length(v);
  if (norm === 0) return;
  const α = v[0]! > 0 ? -norm : norm;
  v[0]! -= α;
  const β = -1 / (α * v[0]!); // 2/‖v‖²
  const w = new Float64Array(n);
  let ofResiduals = 0;
  v.forEach((x, i) => {
    const row = (k + i) * n;
    for (let j = k; j < n; j++) w[j]! += x * J[row + j]!;
    ofResiduals += x * r[k + i]!;
  });
  v.forEach((x, i) => {
    const row = (k + i) * n;
    for (let j = k; j < n; j++) J[row + j]! -= β * x * w[j]!;
    r[k + i]! -= β * x * ofResiduals;
  });
}

/** The triangle of R with the diagonal matrix E under it. */
function augmented(R: Vector, c: Vector, E: Vector): Triangle {
  const n = c.length;
  const rows = new Float64Array(2 * n * n);
  rows.set(R);
  E.forEach((e, i) => {
    rows[(n + i) * n + i] = e;
  });
  const right = new Float64Array(2 * n);
  right.set(c);
  return triangular(rows, right, n);
}

/** R with RᵀR = A, or nothing where A is not positive definite. Row by row, so that memory is read as it stands. */
function cholesky(A: Vector, n: number): Vector | null {
  const R = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = R.subarray(i * n, (i + 1) * n);
    row.set(A.subarray(i * (n + 1), (i + 1) * n), i);
    for (let k = 0; k < i; k++) {
      const above = R.subarray(k * n, (k + 1) * n);
      const factor = above[i]!;
      for (let j = i; j < n; j++) row[j]! -= factor * above[j]!;
    }
    const pivot = row[i]!;
    if (!(pivot > 0)) return null;
    const root = Math.sqrt(pivot);
    for (let j = i; j < n; j++) row[j]! /= root;
  }
  return R;
}

/** R⁻¹·b for an upper triangle. */
function solved(R: Vector, b: Vector): Vector {
  const n = b.length;
  const x = Float64Array.from(b);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[i]! -= R[i * n + j]! * x[j]!;
    x[i]! /= R[i * (n + 1)]!;
  }
  return x;
}

/** R⁻ᵀ·b */
function solvedTransposed(R: Vector, b: Vector): Vector {
  const n = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    x[i]! /= R[i * (n + 1)]!;
    for (let j = i + 1; j < n; j++) x[j]! -= R[i * n + j]! * x[i]!;
  }
  return x;
}

/** (JᵀJ)⁻¹, `[n, n]` row by row; nothing where some parameter is not determined by the residuals. */
export function inverseProduct({ damped, norms }: Linear): Vector | null {
  const n = norms.length;
  const free = damped(0, norms);
  if (!free) return null;
  const C = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const unit = new Float64Array(n);
    unit[i] = 1;
    C.set(free.solve(unit), i * n);
  }
  return C;
}
