import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import type { Lifted } from "../../src/graph/lifted.ts";
import type { Value } from "../../src/graph/value.ts";
import { type Loss, losses, mlp } from "../../src/nn/index.ts";
import { add } from "../../src/ops/index.ts";
import { type OptimizerName, optimizers } from "../../src/optim/index.ts";
import { fit } from "../../src/training/index.ts";
import { penaltyOf } from "../../src/training/objective.ts";
import { valueAndGrad } from "../../src/transform/index.ts";
import { expectClose } from "../numbers/close.ts";
import recorded from "../numbers/networks.json" with { type: "json" };
import rules from "../numbers/optimizers.json" with { type: "json" };

type Parameters = ({ W: Tensor; b: Tensor } | Record<never, never>)[];
/** Recorded weights have the biases as their first row; there is an activation behind all but the last. */
const parametersOf = (weights: readonly number[][][]): Parameters =>
  weights.flatMap(([b, ...W], i) => [{ W: tensor(W), b: tensor(b!) }, ...(i < weights.length - 1 ? [{}] : [])]);
/** Parameters or gradients as the file has them. */
const rowsOf = (parameters: unknown): unknown[] =>
  (parameters as { W?: Tensor; b?: Tensor }[]).flatMap(({ W, b }) => (W ? [[b!.toArray(), W.toArray()]] : []));

const networks = Object.entries(recorded.networks).map(([name, n]) => {
  const [inputs, ...rest] = n.sizes as [number, ...number[]];
  const model = mlp({ inputs, hidden: rest.slice(0, -1), outputs: rest.at(-1)!, activation: n.hidden as "sigmoid" });
  return [
    name,
    { ...n, model, start: parametersOf(n.weights), loss: losses[n.loss as "logisticLoss"] as Loss },
  ] as const;
});

describe.each(networks)("the lecture's network %s, as PyTorch has it", (_, n) => {
  const close = { relative: 1e-12 };
  const options = { loss: n.loss, l2: n.l2, precision: "f64", batchSize: 100, parameters: n.start } as const;

  it("gives the recorded output and objective at the starting weights", async () => {
    const { predict, evaluate } = await fit(n.model, { x: n.x, y: n.y }, { ...options, epochs: 0 });
    expectClose(predict(n.x, { as: "probabilities" }), n.output, close);
    const { loss, penalty } = evaluate();
    expectClose(loss + penalty, n.objective, close);
  });

  it("has the recorded gradient at the starting weights", () => {
    const objective = (θ: Lifted<Parameters>, x: Value, t: Value): Value =>
      add(n.loss(n.model.apply(θ as never, x), t), penaltyOf({ l1: 0, l2: n.l2 }, θ));
    const run = valueAndGrad(objective as never) as unknown as (
      θ: Parameters,
      ...batch: number[][][]
    ) => [number, unknown];
    const [value, gradient] = run(n.start, n.x, n.y);
    expectClose(value, n.objective, close);
    expectClose(rowsOf(gradient), n.gradient, close);
  });

  it.each(Object.entries(n.after))("has the recorded weights and loss after five steps of %s", async (rule, after) => {
    const optimizer = optimizers[rule as OptimizerName]((rules.options as Record<string, object>)[rule]!);
    const { parameters, evaluate, steps } = await fit(
      n.model,
      { x: n.x, y: n.y },
      { ...options, optimizer, epochs: 5 },
    );
    expect(steps).toBe(5);
    // Weights are sums of start and changes of comparable size, so an absolute error of 1e-12 of a weight of order 1.
    expectClose(rowsOf(parameters), after.weights, { relative: 1e-12, absolute: 1e-14 });
    expectClose(evaluate().loss, after.loss, close);
  });
});
