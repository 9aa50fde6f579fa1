import { type Key, normal, uniform } from "../core/random.ts";
import { type Shape, size } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";

/** Starting numbers for an array of weights `[fanIn, fanOut]`. The same key always gives the same numbers. */
export type Initializer = (key: Key, shape: Shape) => Tensor;

const fans = (shape: Shape): [fanIn: number, fanOut: number] => [shape[0] ?? 1, shape.at(-1) ?? 1];

function drawn(next: () => number, shape: Shape, scale: number): Tensor {
  const data = new Float64Array(size(shape)); // filled by a loop: half the time of Float64Array.from
  for (let i = 0; i < data.length; i++) data[i] = scale * next();
  return new Tensor(shape, data);
}

/** w ~ U(−a, a), of variance a²/3. */
const uniformOf =
  (variance: (fanIn: number, fanOut: number) => number): Initializer =>
  (key, shape) => {
    const next = uniform(key);
    return drawn(() => 2 * next() - 1, shape, Math.sqrt(3 * variance(...fans(shape))));
  };

/** w ~ N(0, variance). */
const normalOf =
  (variance: (fanIn: number, fanOut: number) => number): Initializer =>
  (key, shape) =>
    drawn(normal(key), shape, Math.sqrt(variance(...fans(shape))));

const glorot = (fanIn: number, fanOut: number): number => 2 / (fanIn + fanOut);
const he = (fanIn: number): number => 2 / fanIn;
const lecun = (fanIn: number): number => 1 / fanIn;

/**
 * Variance 2/(fanIn + fanOut), uniform: keeps variances level, forwards and backwards, through tanh layers.
 * @see Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks, eq. 16
 */
export const glorotUniform: Initializer = uniformOf(glorot);
/** Variance 2/(fanIn + fanOut), normal. @see Glorot & Bengio (2010) */
export const glorotNormal: Initializer = normalOf(glorot);
/**
 * Variance 2/fanIn, uniform: makes up for the half that a rectifier cuts off.
 * @see He, Zhang, Ren & Sun (2015), Delving deep into rectifiers, eq. 10
 */
export const heUniform: Initializer = uniformOf(he);
/** Variance 2/fanIn, normal. @see He, Zhang, Ren & Sun (2015) */
export const heNormal: Initializer = normalOf(he);
/** Variance 1/fanIn, uniform. @see LeCun, Bottou, Orr & Müller (1998), Efficient backprop, §4.6 */
export const lecunUniform: Initializer = uniformOf(lecun);
/** Variance 1/fanIn, normal: what SELU asks for. @see LeCun, Bottou, Orr & Müller (1998) */
export const lecunNormal: Initializer = normalOf(lecun);
/** w ~ N(0, 1), whatever the width: the lecture's warning example, which saturates logistic units. */
export const standardNormal: Initializer = normalOf(() => 1);
/** All zero: for biases. Weights that start equal stay equal. */
export const zeros: Initializer = (_key, shape) => new Tensor(shape, new Float64Array(size(shape)));

/**
 * Columns (or rows, if there are fewer) of length 1 and at right angles, from the Gram-Schmidt process on a normal draw.
 * @see Saxe, McClelland & Ganguli (2014), Exact solutions to the nonlinear dynamics of learning in deep linear networks
 */
export const orthogonal: Initializer = (key, shape) => {
  const [n, m] = fans(shape);
  const [long, short] = [Math.max(n, m), Math.min(n, m)];
  const next = normal(key);
  const vectors: Float64Array[] = [];
  while (vectors.length < short) vectors.push(orthonormal(Float64Array.from({ length: long }, next), vectors));
  const at = (i: number, j: number): number => (n >= m ? vectors[j]![i]! : vectors[i]![j]!);
  return new Tensor(
    shape,
    Float64Array.from({ length: n * m }, (_, k) => at(Math.floor(k / m), k % m)),
  );
};

/** v less its part along each of the others, twice for accuracy, and scaled to length 1. */
function orthonormal(v: Float64Array, others: readonly Float64Array[]): Float64Array {
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((s, x, i) => s + x * b[i]!, 0);
  for (const u of [...others, ...others]) {
    const along = dot(u, v);
    for (let i = 0; i < v.length; i++) v[i]! -= along * u[i]!;
  }
  const length = Math.sqrt(dot(v, v));
  return v.map((x) => x / length);
}

/** Every initializer by name. */
export const initializers = {
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  orthogonal,
  standardNormal,
  zeros,
} as const satisfies Record<string, Initializer>;

export type InitializerName = keyof typeof initializers;
