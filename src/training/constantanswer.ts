import type { Workshop } from "../compile/index.ts";
import { type Shape, size } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import type { Value } from "../graph/value.ts";
import type { Layer } from "../nn/index.ts";
import { broadcastTo, mul } from "../ops/index.ts";
import { epochs, type Training } from "./course.ts";
import type { Learnt, Objective, Part } from "./objective.ts";
import { compiledIn, outputShape, traced } from "./programs.ts";

/** The best answer that is the same for every row, by what it loses. */
export interface ConstantAnswer {
  /** Its mean loss on some rows. */
  mean(rows: Int32Array): number;
}

interface Constant {
  readonly b: Tensor;
}

/** A network that does not look at its input. */
const constantNetwork = (outputs: Shape): Layer<Constant> => ({
  name: "constant",
  init: () => ({ b: new Tensor(outputs, new Float64Array(size(outputs))) }),
  apply: ({ b }, x) => broadcastTo(b, [x.shape[0]!, ...outputs]),
});

/** Iterations of L-BFGS on a handful of numbers: more than it takes for a smooth loss. */
const iterations = 60;

/**
 * Finds the best constant answer for any loss, by L-BFGS on the few numbers that a network gives.
 *
 * @param data targets, and weights with the mean 1
 */
export async function constantAnswer<Θ>(
  { settings, objective, start, training }: Pick<Training<Θ>, "settings" | "objective" | "start" | "training">,
  { y, weights }: Part,
  workshop: Workshop,
): Promise<ConstantAnswer> {
  const { wholeBatch } = await import("./seldom.ts");
  const outputs = outputShape(objective.model, start as Learnt<Θ>, training.x).slice(1);
  const model = constantNetwork(outputs);
  const rows = y.shape[0]!;
  const part = { x: new Tensor([rows, 1], new Float64Array(rows)), y, ...(weights && { weights }) };
  const engine = { ...settings.engine, precision: "f64" as const };
  const alone: Objective<Constant> = { ...objective, model, optimizer: wholeBatch.lbfgs(), metrics: [], l1: 0, l2: 0 };
  const found = epochs<Constant>({
    settings: { ...settings, engine, ...{ epochs: iterations, batchSize: rows, record: false, measured: [] }, earlyStopping: null, checkpoint: null }, // biome-ignore format: one line
    objective: { ...alone, epochs: iterations },
    training: part,
    validation: null,
    options: {},
    start: { θ: model.init([0, 0]), running: null },
  });
  let next = await found.next();
  while (!next.done) next = await found.next();
  const example = { b: next.value.parameters.b, y, ...(weights && { weights }) };
  const each = ({ b, y, weights }: { b: Value; y: Value; weights?: Value }): Value => {
    const loss = objective.loss.rows(broadcastTo(b, [rows, ...outputs]), y);
    return weights ? mul(loss, weights) : loss;
  };
  const program = await compiledIn(traced<Tensor>(example, each), engine, workshop);
  const { data } = await program.run(example);
  return { mean: (at) => at.reduce((sum, row) => sum + data[row]!, 0) / at.length };
}
