// gradus: training steps through `train`, whose epochs are one compiled program each; everything else through `compile`.

import {
  accelerate,
  adam,
  add,
  compile,
  exp,
  key,
  type Layer,
  log,
  matmul,
  mlp,
  neg,
  scan,
  sigmoid,
  Tensor,
  tanh,
  train,
  type Value,
} from "../../src/node.ts";
import {
  type InferenceCase,
  labels,
  type MapCase,
  median,
  numbers,
  type Precision,
  type ProductCase,
  type StepCase,
  timed,
} from "../cases.ts";
import { answer, type Measure } from "./answer.ts";

accelerate(); // as the command line does

/** Numbers as the engine keeps them: nothing to convert when they go in. */
const real = (precision: Precision, xs: Float64Array, f: (x: number) => number): Float32Array | Float64Array =>
  precision === "f64" ? xs.map(f) : Float32Array.from(xs, f);

/** Epochs are drawn one after another and timed whole: ordering rows, handing them to the engine, collecting figures. */
async function step({ sizes, batch, batches, precision, learningRate }: StepCase): Promise<Measure> {
  const [inputs, outputs] = [sizes[0]!, sizes.at(-1)!];
  const rows = batch * batches;
  const binary = outputs === 1;
  const model = mlp({ inputs, hidden: sizes.slice(1, -1), outputs, activation: binary ? "tanh" : "relu" });
  const x = new Tensor([rows, inputs], numbers(rows * inputs));
  const y = binary
    ? new Tensor([rows, 1], Float64Array.from(labels(rows, 1)))
    : new Tensor([rows], labels(rows, outputs));
  const loss = binary ? "logisticLoss" : "crossEntropy";
  const optimizer = adam({ learningRate });
  const epochs = train(model as Layer<unknown>, { x, y, loss, optimizer, precision, batchSize: batch, epochs: 1e9 });
  await epochs.next();
  return async (seconds) => {
    const times: number[] = [];
    const end = performance.now() + seconds * 1000;
    for (;;) {
      const began = performance.now();
      await epochs.next();
      const now = performance.now();
      times.push(((now - began) / batches) * 1000);
      if (now >= end) return median(times);
    }
  };
}

const chained = 8;

/** c ← c·B, eight times a call, so that what goes in and out of the program counts little. */
async function product({ n, precision, call, threads = 1 }: ProductCase): Promise<Measure> {
  const random = (): Tensor =>
    new Tensor(
      [n, n],
      real(precision, numbers(n * n), (u) => (2 * u - 1) / Math.sqrt(n / 3)),
    );
  const [a, b] = [random(), random()];
  if (call) {
    const once = compile((a: Value, b: Value) => matmul(a, b), { precision, threads });
    return (seconds) => timed(() => void once(a, b), seconds);
  }
  const turns = new Tensor([chained], new Float64Array(chained));
  const many = compile(
    (a: Value, b: Value, turns: Value) => (scan((c: Value) => [matmul(c, b), null], a, turns) as [Value, null])[0],
    { precision, threads },
  );
  return async (seconds) => (await timed(() => void many(a, b, turns), seconds)) / chained;
}

/** Maps that may be repeated on their own result and stay in range. */
const functions = {
  exp: (x: Value) => exp(neg(x)),
  log: (x: Value) => log(add(x, 2)),
  tanh,
  sigmoid,
} as const;

async function map({ name, n, precision }: MapCase): Promise<Measure> {
  const x = new Tensor(
    [n],
    real(precision, numbers(n), (u) => 0.5 + 1.5 * u),
  );
  const after = (turns: number): (() => number) => {
    const f = compile(
      (x: Value, turns: Value) => (scan((c: Value) => [functions[name](c), null], x, turns) as [Value, null])[0],
      { precision },
    );
    const given = new Tensor([turns], new Float64Array(turns));
    return () => {
      const began = performance.now();
      f(x, given);
      return (performance.now() - began) * 1000;
    };
  };
  // What goes in and out is as dear as some turns: take the difference between many turns and few, side by side.
  const [few, many] = [after(4), after(36)];
  few();
  many();
  return async (seconds) => {
    const times: number[] = [];
    for (const end = performance.now() + seconds * 1000; performance.now() < end || times.length < 3; )
      times.push((many() - few()) / 32);
    return median(times);
  };
}

async function inference({ sizes }: InferenceCase): Promise<Measure> {
  const [inputs, outputs] = [sizes[0]!, sizes.at(-1)!];
  const model = mlp({ inputs, hidden: sizes.slice(1, -1), outputs, activation: "relu" });
  const θ = model.init(key(0));
  const x = new Tensor([1, inputs], numbers(inputs));
  const apply = compile(((θ: never, x: Value) => model.apply(θ, x, { training: false })) as never, {
    precision: "f32",
  });
  return (seconds) => timed(() => void (apply as (...args: unknown[]) => unknown)(θ, x), seconds);
}

await answer(async (wanted) => {
  switch (wanted.kind) {
    case "step":
      return step(wanted);
    case "product":
      return product(wanted);
    case "map":
      return map(wanted);
    case "inference":
      return inference(wanted);
  }
});
