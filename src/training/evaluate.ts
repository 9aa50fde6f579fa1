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
  return (parameters) => {
    const { loss, penalty, ...means } = result(executable.run(inputs({ θ: parameters, data })));
    const finished = objective.metrics.map(
      ({ name, finish = (m) => m }) => [name, finish(means[name]!.item(), spread)] as const,
    );
    return { loss: loss!.item(), penalty: penalty!.item(), metrics: Object.fromEntries(finished) };
  };
}
