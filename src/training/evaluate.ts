import { spreadOf } from "./metrics.ts";
import type { Objective, Part } from "./objective.ts";
import { type Engine, evaluationProgram } from "./programs.ts";

/** Loss, penalty and metrics of a part. */
export interface Figures {
  /** Without the penalty. */
  readonly loss: number;
  readonly penalty: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A function that measures parameters on a part, compiled once. */
export function evaluator<Θ>(
  objective: Objective<Θ>,
  example: Θ,
  data: Part,
  engine: Engine,
): (parameters: Θ) => Figures {
  const { executable, inputs, result } = evaluationProgram(objective, { θ: example, data }, engine);
  const spread = spreadOf(data.y);
  const rows = data.y.shape[0]!;
  return (parameters) => {
    const { loss, penalty, ...sums } = result(executable.run(inputs({ θ: parameters, data })));
    const finished = objective.metrics.map(
      ({ name, finish = (m) => m }) => [name, finish(sums[name]!.item() / rows, spread)] as const,
    );
    return { loss: loss!.item() / rows, penalty: penalty!.item(), metrics: Object.fromEntries(finished) };
  };
}
