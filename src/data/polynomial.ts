import { ModelError, Tensor } from "../core/index.ts";

/** Which monomials, and what the columns are called. */
export interface PolynomialOptions {
  /** Largest total degree, 1 or more. */
  readonly degree: number;
  /** Whether the constant 1 is the first column; default true. */
  readonly bias?: boolean;
  /** Names of the columns of x; default x, y, z for up to three, x1 … xn for more. */
  readonly names?: readonly string[];
}

/** A design matrix of more numbers than this is refused. */
const most = 2 ** 28;

/**
 * Design matrix of a polynomial: every monomial x₁^a₁ ⋯ x_d^a_d with a₁ + … + a_d ≤ degree, lower degrees first:
 * `1, x, y, x^2, x*y, y^2` for two columns and degree 2. There are C(d + degree, degree) of them.
 *
 * @param x `[rows, d]`
 * @returns the matrix `[rows, monomials]`, and the monomials' names
 * @throws `shape-rank` when x is not a matrix, `option` for a degree that is not a whole number from 1, or for names
 *         that do not fit x, `data-columns` when there would be too many monomials to hold
 */
export function polynomialFeatures(x: Tensor, options: PolynomialOptions): { x: Tensor; names: string[] } {
  const { degree, bias = true } = options;
  const [rows, d] = x.shape;
  if (rows === undefined || d === undefined || x.shape.length !== 2)
    throw problem("shape-rank", `x must be a matrix [rows, columns], not of shape [${x.shape.join(", ")}].`);
  if (!Number.isInteger(degree) || degree < 1)
    throw problem("option", `degree must be a whole number from 1, not ${degree}.`);
  const names = options.names ?? defaultNames(d);
  if (names.length !== d) throw problem("option", `${d} columns need ${d} names, not ${names.length}.`);
  const count = binomial(d + degree, degree);
  if (count * Math.max(1, rows) > most)
    throw problem("data-columns", `${d} columns and degree ${degree} give ${count} monomials: too many for memory.`);

  const monomials = enumerate(d, degree).filter((monomial) => bias || monomial.parent !== -1);
  return {
    x: new Tensor([rows, monomials.length], values(x, { monomials, bias })),
    names: monomials.map(({ powers }) => title(powers, names)),
  };
}

const problem = (code: "shape-rank" | "option" | "data-columns", rule: string): ModelError =>
  new ModelError({ code, where: "polynomialFeatures", rule });

function defaultNames(d: number): string[] {
  return d <= 3 ? ["x", "y", "z"].slice(0, d) : Array.from({ length: d }, (_, j) => `x${j + 1}`);
}

function binomial(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i++) product = Math.round((product * (n - k + i)) / i);
  return product;
}

/** x^powers = (monomial number `parent`) · (column `last`); the constant has parent −1. */
interface Monomial {
  readonly powers: readonly number[];
  readonly parent: number;
  readonly last: number;
}

/** Every monomial once: each is one of the degree below times a column that does not come before its last one. */
function enumerate(d: number, degree: number): Monomial[] {
  const all: Monomial[] = [{ powers: new Array<number>(d).fill(0), parent: -1, last: 0 }];
  for (let start = 0, level = 1; level <= degree; level++) {
    const end = all.length;
    for (let parent = start; parent < end; parent++) {
      const { powers, last } = all[parent]!;
      for (let j = last; j < d; j++) all.push({ powers: powers.with(j, powers[j]! + 1), parent, last: j });
    }
    start = end;
  }
  return all;
}

/** One multiplication a number: the parent's value times the column's. Without the constant all parents move up by one. */
function values(x: Tensor, { monomials, bias }: { readonly monomials: readonly Monomial[]; readonly bias: boolean }) {
  const [rows, d] = [x.shape[0]!, x.shape[1]!];
  const out = new Float64Array(rows * monomials.length);
  const offset = bias ? 0 : 1;
  for (let i = 0, at = 0; i < rows; i++) {
    const row = i * monomials.length;
    for (const { parent, last } of monomials) {
      const factor = parent < offset ? 1 : out[row + parent - offset]!;
      out[at++] = parent === -1 ? 1 : factor * x.data[i * d + last]!;
    }
  }
  return out;
}

const title = (powers: readonly number[], names: readonly string[]): string =>
  powers
    .map((power, j) => (power === 1 ? names[j]! : power > 1 ? `${names[j]}^${power}` : ""))
    .filter(Boolean)
    .join("*") || "1";
