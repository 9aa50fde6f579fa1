import type { Workshop } from "../compile/index.ts";
import type { Tensor } from "../core/tensor.ts";
import { spreadOf } from "./metrics.ts";
import type { Learnt, Objective, Part } from "./objective.ts";
import { compiled, compiledIn, type Engine, evaluationProgram } from "./programs.ts";
import { normalised } from "./weights.ts";

/** Loss, penalty and metrics of a part. */
export interface Figures {
  /** Without the penalty. */
  readonly loss: number;
  readonly penalty: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A function that measures networks like the example on a part, compiled once. */
export function evaluator<Θ>(
  objective: Objective<Θ>,
  example: Learnt<Θ>,
  part: Part,
  engine: Engine,
): (learnt: Learnt<Θ>) => Figures {
  const data = normalised(part);
  const sums = compiled(evaluationProgram(objective, { learnt: example, data }), engine);
  const figures = figuresFrom(objective, data);
  return (learnt) => figures(sums({ learnt, data }));
}

/** Where programs are compiled and run. */
export interface Place {
  readonly engine: Engine;
  readonly workshop: Workshop;
}

/** The same, where it does not hold up this thread. */
export async function measuring<Θ>(
  objective: Objective<Θ>,
  example: Learnt<Θ>,
  part: Part,
  { engine, workshop }: Place,
): Promise<{ measure(learnt: Learnt<Θ>): Promise<Figures>; close(): void }> {
  const data = normalised(part);
  const sums = await compiledIn(evaluationProgram(objective, { learnt: example, data }), engine, workshop);
  const figures = figuresFrom(objective, data);
  return { measure: async (learnt) => figures(await sums.run({ learnt, data })), close: sums.close };
}

/** Figures of a part from the sums over its rows. */
function figuresFrom<Θ>(
  { metrics }: Objective<Θ>,
  { y, counts }: Part,
): (sums: Readonly<Record<string, Tensor>>) => Figures {
  const spread = spreadOf(y, counts);
  const rows = y.shape[0]!;
  return ({ loss, penalty, ...sums }) => {
    const finished = metrics.map(
      ({ name, finish = (m) => m }) => [name, finish(sums[name]!.item() / rows, spread)] as const,
    );
    return { loss: loss!.item() / rows, penalty: penalty!.item(), metrics: Object.fromEntries(finished) };
  };
}
