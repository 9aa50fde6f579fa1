// What a layer of hidden units can represent: error against their number, for a continuous and a discontinuous function,
// beside a Fourier series of as many terms (Cybenko 1989, Hornik 1991).
//
//   npx gradus examples approximation        or: node examples/approximation.ts

import {
  compile,
  div,
  evaluate,
  fit,
  key,
  mean,
  mlp,
  randomUniform,
  sqrt,
  type Tensor,
  tensor,
  type Value,
  variance,
} from "gradus";

type MlpΘ = ReturnType<ReturnType<typeof mlp>["init"]>;

interface Options {
  readonly seed?: number;
  /** Fewer seeds, widths and steps. */
  readonly quick?: boolean;
  readonly print?: (text: string) => void;
  readonly show?: (rows: readonly object[]) => void;
  readonly plot?: (rows: readonly object[], description: object) => void;
}

type Target = (x: number) => number;

/** Both are odd, so that sines suffice for the series. The saw jumps by 2 at ±1/3, and at ±1 where it goes on periodically. */
const targets: readonly { readonly name: string; readonly f: Target }[] = [
  { name: "continuous: |x|·sin 2πx", f: (x) => Math.abs(x) * Math.sin(2 * Math.PI * x) },
  { name: "discontinuous: a saw", f: (x) => 3 * x - 2 * Math.round(1.5 * x) },
];

// Trained between the points of the test, and tested between those of the training: −1 to 1 in 512 and in 2048 parts.
const grid = (parts: number): number[] => Array.from({ length: parts }, (_, i) => (2 * i + 1) / parts - 1);
const [seen, unseen] = [grid(512), grid(2048)];
const column = (xs: readonly number[]): number[][] => xs.map((x) => [x]);

export default async function approximation(options: Options = {}): Promise<void> {
  const { seed = 0, quick = false, print = console.log, show = console.table, plot = () => {} } = options;
  const widths = quick ? [1, 2, 4, 8] : [1, 2, 4, 8, 16, 32, 64];
  const seeds = Array.from({ length: quick ? 2 : 5 }, (_, i) => seed + i);
  const epochs = quick ? 150 : 1000;
  print(`1-n-1, tanh, ${epochs} steps of BFGS on ${seen.length} points; errors at ${unseen.length} points between`);
  print(`them, mean ± standard error over ${seeds.length} seeds. A network has 3n + 1 parameters,`);
  print("the series n.");

  const points: object[] = [];
  for (const { name, f } of targets) {
    const rows: object[] = [];
    for (const units of widths) {
      const errors: Errors[] = [];
      for (const each of seeds) errors.push(await networkErrors(f, { units, epochs, seed: each }));
      const rms = summary(errors.map((e) => e.rms));
      const largest = summary(errors.map((e) => e.largest));
      const fourier = fourierErrors(f, units);
      rows.push({ units, "RMS error": rms, largest, "Fourier RMS": fourier.rms, "Fourier largest": fourier.largest });
      points.push({ target: name, units, error: rms, of: "network, RMS" });
      points.push({ target: name, units, error: largest, of: "network, largest" });
      points.push({ target: name, units, error: fourier.rms, of: "Fourier, RMS" });
    }
    print(`\n${name}`);
    show(rows);
  }
  print("\nNo continuous function is nearer to the saw than 1, half of its jump,");
  print("everywhere: the largest error stays. More units only put it into narrower");
  print("strips, which is what the RMS error tells. Where more units do not help any");
  print("more, it is training that does not find the weights, not weights that are");
  print("missing.");
  plot(points, {
    title: "Error against hidden units",
    ...{ x: "units", y: "error", series: "of", facet: "target", log: ["x", "y"] },
  });
}

interface Errors {
  readonly rms: number;
  readonly largest: number;
}

/** How far the trained network is from f, at points that it was not trained on. */
async function networkErrors(
  f: Target,
  { units, epochs, seed }: { readonly units: number; readonly epochs: number; readonly seed: number },
): Promise<Errors> {
  const network = mlp({ inputs: 1, hidden: [units], outputs: 1, activation: "tanh" });
  const data = { x: column(seen), y: seen.map((x) => [f(x)]) };
  const parameters = spread(network.init(key(seed)), units, seed);
  const { predict } = await fit(network, data, { optimizer: "bfgs", epochs, parameters, reproducible: true });
  return errorsOf(predict(column(unseen)).data, f);
}

/**
 * The usual start has all steps tanh(w·x + b) in the middle, b = 0, and as flat as w is small. Here they stand all over the
 * interval, at random places c (b = −w·c), and are the steeper the more there are.
 */
function spread(start: MlpΘ, units: number, seed: number): MlpΘ {
  const places = evaluate(randomUniform(key(seed), [units])) as Tensor;
  const w = 1 + units / 2;
  const W = tensor(
    Float64Array.from(places.data, () => w),
    [1, units],
  );
  const b = tensor(
    Float64Array.from(places.data, (u) => -w * (2 * u - 1)),
    [units],
  );
  return [{ W, b }, ...start.slice(1)];
}

/** How far the sum of the first n sines of the Fourier series of f is from it. */
function fourierErrors(f: Target, n: number): Errors {
  const sine = (k: number, x: number): number => Math.sin(k * Math.PI * x);
  const coefficients = Array.from({ length: n }, (_, i) => {
    const products = unseen.map((x) => f(x) * sine(i + 1, x));
    return (2 / unseen.length) * products.reduce((a, b) => a + b);
  });
  const series = (x: number): number => coefficients.reduce((sum, c, i) => sum + c * sine(i + 1, x), 0);
  return errorsOf(unseen.map(series), f);
}

function errorsOf(values: ArrayLike<number>, f: Target): Errors {
  const errors = unseen.map((x, i) => Math.abs(values[i]! - f(x)));
  return {
    rms: Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length),
    largest: errors.reduce((a, b) => Math.max(a, b)),
  };
}

/** Mean over n seeds and its standard error, √(variance/(n − 1)), where `variance` divides by n. */
const summary = compile((x: Value) => ({ mean: mean(x), error: sqrt(div(variance(x), x.shape[0]! - 1)) }), {
  reproducible: true,
});

if (import.meta.filename === process.argv[1]) await approximation();
