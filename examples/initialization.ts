// Why starting weights matter: the variance of what goes forwards and of what comes back, layer by layer, in a network of
// ten layers before any training (Glorot and Bengio 2010, figures 6 and 7; the lecture's warning about N(0, 1)).
//
//   npx gradus examples initialization        or: node examples/initialization.ts

import {
  type Activation,
  add,
  compile,
  div,
  evaluate,
  glorotNormal,
  grad,
  heNormal,
  type Initializer,
  key,
  matmul,
  mul,
  randomNormal,
  randomUniform,
  relu,
  sigmoid,
  standardNormal,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  type Value,
  variance,
} from "gradus";

interface Options {
  readonly seed?: number;
  /** One seed instead of ten. */
  readonly quick?: boolean;
  readonly print?: (text: string) => void;
  readonly show?: (rows: readonly object[]) => void;
  readonly plot?: (rows: readonly object[], description: object) => void;
}

const [layers, units, rows] = [10, 100, 256];

const activations: Readonly<Record<string, Activation>> = { sigmoid, tanh, relu };
/**
 * Starting weights for n inputs of a unit: of variance 1, 1/(3n), 1/n and 2/n. Glorot's 2/(n + m) is LeCun's 1/n where a
 * layer has as many outputs m.
 */
const weights: Readonly<Record<string, Initializer>> = {
  "N(0, 1)": standardNormal,
  "U(±1/√n)": (key, shape) => evaluate(div(sub(mul(2, randomUniform(key, shape)), 1), Math.sqrt(shape[0]!))) as Tensor,
  "Glorot, LeCun": glorotNormal,
  He: heNormal,
};

export default function initialization(options: Options = {}): void {
  const { seed = 0, quick = false, print = console.log, show = console.table, plot = () => {} } = options;
  const seeds = Array.from({ length: quick ? 1 : 10 }, (_, i) => seed + i);
  print(`${layers} layers of ${units} units, no biases, before training; ${rows} rows from N(0, 1).`);
  print("a: variance of what leaves a layer. δ: variance of what comes back to it, ∂C/∂z,");
  print(`for C = Σ r·a with r from N(0, 1) at the end. Geometric mean; seeds: ${seeds.length}.\n`);

  const table: object[] = [];
  const points: Point[] = [];
  for (const [activation, f] of Object.entries(activations)) {
    const signals = signalsThrough(f);
    for (const [name, initializer] of Object.entries(weights)) {
      const runs = seeds.map((each) => signals(start(initializer, each)));
      const [a, δ] = (["a", "δ"] as const).map((which) =>
        Array.from({ length: layers }, (_, i) => geometricMean(runs.map((run) => run[which][i] as number))),
      ) as [number[], number[]];
      table.push({
        activation,
        weights: name,
        ...{ "a₁": a[0], "a₁₀": a[9], "δ₁": δ[0], "δ₁₀": δ[9], "δ₁/δ₁₀": δ[0]! / δ[9]! },
      });
      const kind = { activation, weights: name };
      for (const [of, variances] of Object.entries({ a, δ }))
        for (const [i, variance] of variances.entries()) points.push({ ...kind, layer: i + 1, variance, of });
    }
  }
  show(table);
  print("\nNearly level forwards and backwards: tanh with Glorot's or He's weights, relu");
  print("with He's alone. Under N(0, 1) sigmoid and tanh stand at their flat ends");
  print("(variances near 1/4 and 1, the most there can be), and relu multiplies");
  print("variances by n/2 a layer. Weights of variance v/n let a sigmoid layer pass on");
  print("v/16 of a gradient's variance at most: its slope is 1/4 at most.");
  const axes = { x: "layer", y: "variance", series: "weights", facet: "activation", log: ["y"] };
  const only = (which: string) => points.filter(({ of }) => of === which);
  plot(only("a"), { title: "Variance of activations", ...axes });
  plot(only("δ"), { title: "Variance of back-propagated gradients", ...axes });
}

interface Point {
  readonly activation: string;
  readonly weights: string;
  readonly layer: number;
  readonly variance: number;
  /** a or δ. */
  readonly of: string;
}

interface Start {
  readonly W: readonly Tensor[];
  readonly x: Tensor;
  readonly r: Tensor;
  /** Zeros that are added to each layer's z, to have ∂C/∂z as the derivative by them. */
  readonly zeros: readonly Tensor[];
}

/** Weights, inputs, and what is asked of the outputs, from one seed. */
function start(initializer: Initializer, seed: number): Start {
  const keyOf = (i: number) => key(100 * seed + i);
  const normal = (i: number) => evaluate(randomNormal(keyOf(i), [rows, units])) as Tensor;
  const each = Array.from({ length: layers }, (_, i) => i);
  return {
    W: each.map((i) => initializer(keyOf(i), [units, units])),
    x: normal(layers),
    r: normal(layers + 1),
    zeros: each.map(() => tensor(new Float64Array(rows * units), [rows, units])),
  };
}

interface Traced {
  readonly W: readonly Value[];
  readonly x: Value;
  readonly r: Value;
  readonly zeros: readonly Value[];
}

/** The variances of all activations and of all gradients, by one compiled program. */
function signalsThrough(f: Activation) {
  return compile(
    ({ W, x, r, zeros }: Traced) => {
      const through = (shifts: readonly Value[]): Value[] => {
        const a: Value[] = [];
        for (const [i, w] of W.entries()) a.push(f(add(matmul(a.at(-1) ?? x, w), shifts[i]!)));
        return a;
      };
      const δ = grad((shifts: readonly Value[]) => sum(mul(through(shifts).at(-1)!, r)))(zeros);
      return { a: through(zeros).map((a) => variance(a)), δ: δ.map((d) => variance(d)) };
    },
    { reproducible: true },
  );
}

const geometricMean = (xs: readonly number[]): number =>
  Math.exp(xs.reduce((total, x) => total + Math.log(x), 0) / xs.length);

if (import.meta.filename === process.argv[1]) initialization();
