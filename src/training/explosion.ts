import { Divergence } from "./divergence.ts";
import type { Learnt } from "./objective.ts";
import { stepsOf } from "./programs.ts";
import type { TrainingSession } from "./session.ts";

/** What to throw when the loss is far above what it was before training. */
export function explosion<Θ>(
  session: TrainingSession<Θ>,
  learnt: Learnt<Θ>,
  loss: number,
  first: number,
): Divergence<Θ> {
  const failure = { epoch: session.epoch, step: stepsOf(session.batches), culprit: "" };
  const facts = { "first loss": first, loss };
  return new Divergence(
    failure,
    learnt,
    facts,
    "the loss is a thousand times what it was before training: training diverged.",
  );
}
