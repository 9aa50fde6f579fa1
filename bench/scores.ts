// The scores that a correct implementation reaches on the lecture's tasks, by this library: a table in Markdown.
//
//   node bench/scores.ts            everything, some minutes
//   node bench/scores.ts franke     the tasks whose name contains "franke"
//
// Each score is the median of seven seeds; a seed decides the split, the starting weights and the order of the rows.

import {
  type ActivationName,
  adam,
  type Dataset,
  datasets,
  encode,
  evaluate,
  fit,
  fitEncoding,
  type Initializer,
  type InitializerName,
  type Layer,
  mlp,
  type Rows,
  randomUniform,
  split,
  type Tensor,
  type TrainOptions,
  tensor,
} from "../src/node.ts";

/** What a run with one seed gives: its score, and the seconds that training took. */
interface Outcome {
  readonly score: number;
  readonly seconds: number;
}

interface Task {
  readonly name: string;
  readonly measure: string;
  /** The score to reach: that of PyTorch in float64 with the same choices. */
  readonly reach: string;
  readonly seeds: readonly number[];
  readonly run: (seed: number) => Promise<Outcome>;
  /** One figure from the scores of all seeds. */
  readonly summary: (scores: readonly number[]) => string;
}

const seven = [0, 1, 2, 3, 4, 5, 6];
const twenty = Array.from({ length: 20 }, (_, seed) => seed);
const sorted = (xs: readonly number[]): number[] => xs.toSorted((a, b) => a - b);
const median = (xs: readonly number[]): number => sorted(xs)[Math.floor(xs.length / 2)]!;
const range = (xs: readonly number[], show: (x: number) => string): string =>
  `${show(median(xs))} (${show(sorted(xs)[0]!)} to ${show(sorted(xs).at(-1)!)})`;
const share = (xs: readonly number[]): string => range(xs, (x) => x.toFixed(3));
const error = (xs: readonly number[]): string => range(xs, (x) => x.toExponential(1));
const solved = (xs: readonly number[]): string => `${xs.reduce((sum, x) => sum + x, 0)} of ${xs.length}`;

interface Parts {
  readonly training: Rows;
  readonly held: Rows;
}

interface Choices {
  readonly seed: number;
  readonly share: number;
  readonly stratify: boolean;
  readonly scale: "standard" | "minmax" | "none";
  /** What inputs are divided by. */
  readonly unit?: number;
  /** Points along each axis of a grid. */
  readonly size?: number;
}

/** The parts of a data set; what scaling there is, is fitted on the training part. */
async function partsOf(set: Dataset, { seed, share, stratify, scale, unit = 1, size }: Choices): Promise<Parts> {
  const table = await set.load(size === undefined ? {} : { size });
  const parts = split(table, { test: share, seed, ...(stratify && { stratify: set.target }) });
  const encoding = fitEncoding(parts.training, { target: set.target, scale });
  const rows = (part: typeof table) => {
    const { x, y } = encode(encoding, part);
    return {
      x: tensor(
        Float64Array.from(x.data, (each) => each / unit),
        x.shape,
      ),
      y,
    };
  };
  return { training: rows(parts.training), held: rows(parts.test) };
}

/** Trains in float64 and scores on the rows that were held out. */
async function outcome<Θ>(
  model: Layer<Θ>,
  { training, held }: Parts,
  options: TrainOptions<Θ> & { readonly metric: "accuracy" | "mse" },
): Promise<Outcome> {
  const { metric, ...rest } = options;
  const result = await fit(
    model,
    { x: training.x, y: training.y },
    { ...rest, precision: "f64", backend: "reference" },
  );
  return { score: result.evaluate(held).metrics[metric]!, seconds: result.seconds.training };
}

async function digits(seed: number): Promise<Outcome> {
  const parts = await partsOf(datasets.digits, { seed, share: 0.2, stratify: true, scale: "none", unit: 16 });
  const model = mlp({ inputs: 64, hidden: [100, 30], outputs: 10, activation: "leakyRelu" });
  const optimizer = adam({ learningRate: 1e-3 });
  return outcome(model, parts, {
    metric: "accuracy",
    loss: "crossEntropy",
    optimizer,
    epochs: 50,
    batchSize: 32,
    seed,
  });
}

const tumours = (seed: number): Promise<Parts> =>
  partsOf(datasets["breast-cancer"], { seed, share: 0.25, stratify: true, scale: "minmax" });

async function network(seed: number): Promise<Outcome> {
  const model = mlp({ inputs: 30, hidden: [100, 30], outputs: 1, activation: "relu" });
  const optimizer = adam({ learningRate: 1e-3 });
  const options = { metric: "accuracy", loss: "logisticLoss", optimizer, epochs: 50, batchSize: 32, seed } as const;
  return outcome(model, await tumours(seed), options);
}

/** Logistic regression; a batch of 569 is all rows that there are. */
async function logistic(seed: number): Promise<Outcome> {
  const optimizer = adam({ learningRate: 1e-2 });
  const options = { metric: "accuracy", loss: "logisticLoss", optimizer, epochs: 1000, batchSize: 569, seed } as const;
  return outcome(mlp({ inputs: 30, hidden: [], outputs: 1 }), await tumours(seed), options);
}

interface Surface {
  readonly activation: ActivationName;
  readonly learningRate: number;
  /** What the row says beside the activation. */
  readonly note?: string;
  readonly init?: InitializerName | Initializer;
  readonly scale?: "standard" | "none";
}

/** Weights as PyTorch starts them, w ~ U(−1/√fanIn, 1/√fanIn): of a sixth of the variance of He's. */
const pytorch: Initializer = (key, [fanIn = 1, fanOut = 1]) => {
  const { data, shape } = evaluate(randomUniform(key, [fanIn, fanOut])) as Tensor;
  return tensor(
    Float64Array.from(data, (each) => (2 * each - 1) / Math.sqrt(fanIn)),
    shape,
  );
};

const franke =
  ({ activation, learningRate, init, scale = "none" }: Surface) =>
  async (seed: number): Promise<Outcome> => {
    const parts = await partsOf(datasets.franke, { seed, share: 0.2, stratify: false, scale, size: 20 });
    const model = mlp({ inputs: 2, hidden: [50, 20], outputs: 1, activation, ...(init && { init }) });
    const optimizer = adam({ learningRate });
    return outcome(model, parts, { metric: "mse", optimizer, epochs: 1000, batchSize: 30, seed });
  };

/** 1 if all four rows of the gate are right after training on them, 0 otherwise. */
const gate =
  (set: Dataset, hidden: readonly number[], activation: ActivationName) =>
  async (seed: number): Promise<Outcome> => {
    const table = await set.load();
    const rows = encode(fitEncoding(table, { target: set.target, scale: "none" }), table);
    const model = mlp({ inputs: 2, hidden, outputs: 1, activation });
    const optimizer = adam({ learningRate: 0.1 });
    const options = { loss: "logisticLoss", optimizer, epochs: 1000, batchSize: 4, seed, precision: "f64" } as const;
    const result = await fit(model, rows, { ...options, backend: "reference" });
    return { score: Number(result.evaluate().metrics["accuracy"] === 1), seconds: result.seconds.training };
  };

const accuracy = { measure: "test accuracy", seeds: seven, summary: share };
const mse = { measure: "test MSE", seeds: seven, summary: error };
const count = { measure: "seeds solved", seeds: twenty, summary: solved };

const gates = [
  { set: datasets.xor, hidden: [], reach: "0" },
  { set: datasets.xor, hidden: [2], reach: "11" },
  { set: datasets.xor, hidden: [4], reach: "19" },
  { set: datasets.or, hidden: [], reach: "20" },
  { set: datasets.and, hidden: [], reach: "20" },
].flatMap(({ set, hidden, reach }): Task[] =>
  (hidden.length === 0 ? (["tanh"] as const) : (["tanh", "sigmoid"] as const)).map((units) => {
    const name = `gate ${set.name} ${[2, ...hidden, 1].join("-")}${hidden.length === 0 ? "" : `, ${units}`}`;
    return { ...count, name, reach: `${reach} of 20`, run: gate(set, hidden, units) };
  }),
);

const surface = (reach: string, choices: Surface): Task => ({
  ...mse,
  name: `franke 2-50-20-1, ${choices.activation}${choices.note ? `, ${choices.note}` : ""}`,
  reach,
  run: franke(choices),
});

const sigmoid = { activation: "sigmoid", learningRate: 1e-2 } as const;
const tanh = { activation: "tanh", learningRate: 1e-2 } as const;
const leaky = { activation: "leakyRelu", learningRate: 1e-3 } as const;
const scaled = { scale: "standard", note: "inputs standardised" } as const;

const tasks: readonly Task[] = [
  { ...accuracy, name: "digits 64-100-30-10", reach: "0.969", run: digits },
  { ...accuracy, name: "breast cancer 30-100-30-1", reach: "0.972", run: network },
  { ...accuracy, name: "breast cancer 30-1 (logistic)", reach: "0.944", run: logistic },
  surface("1.4e-3", sigmoid),
  surface("5.4e-4", tanh),
  surface("2.5e-4", { ...leaky, init: "glorotUniform", note: "Glorot's weights" }),
  surface("2.5e-4", { ...leaky, init: pytorch, note: "PyTorch's weights" }),
  surface("2.5e-4", { ...leaky, note: "the default, He's weights" }),
  surface("1.4e-3", { ...sigmoid, ...scaled }),
  surface("5.4e-4", { ...tanh, ...scaled }),
  surface("2.5e-4", { ...leaky, init: "glorotUniform", ...scaled, note: "Glorot's weights, inputs standardised" }),
  ...gates,
];

const wanted = process.argv[2] ?? "";
console.log("| task | measure | to reach | this library: median (least to most) | seconds a fit |");
console.log("|---|---|---|---|---|");
for (const { name, measure, reach, seeds, run, summary } of tasks.filter((task) => task.name.includes(wanted))) {
  const outcomes: Outcome[] = [];
  for (const seed of seeds) outcomes.push(await run(seed));
  const seconds = median(outcomes.map((each) => each.seconds));
  console.log(
    `| ${name} | ${measure} | ${reach} | ${summary(outcomes.map((each) => each.score))} | ${seconds.toFixed(2)} |`,
  );
}
