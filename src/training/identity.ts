import { ModelError } from "../core/errors.ts";
import { fingerprintOf } from "../core/fingerprint.ts";
import { digest, type HashState, mix, startHash, words } from "../core/hash.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Closure } from "../graph/closure.ts";
import { type Program, program } from "../graph/program.ts";
import { text } from "../graph/text.ts";
import { constantOp } from "../graph/value.ts";
import type { Identity } from "./checkpoint.ts";
import type { Training } from "./course.ts";
import type { Part } from "./objective.ts";
import { namedTensors } from "./saving.ts";

/** What a training is: whatever of it is different, it would not go the same way. */
export function identityOf<Θ>(
  { settings, objective, training, validation, start }: Training<Θ>,
  epoch: Closure,
): Identity {
  const { model, loss, optimizer, l1, l2 } = objective;
  const { name } = optimizer;
  const learningRate = "learningRate" in optimizer ? optimizer.learningRate : "its own";
  const layers = (model.layers ?? [model]).map((layer) => layer.name).join(", ");
  return {
    network: layers,
    "starting parameters": fingerprintOf(namedTensors(start)),
    rows: training.x.shape[0]!,
    "training data": hashOf(training),
    "validation data": validation ? hashOf(validation) : "none",
    loss: loss.label,
    optimizer: name,
    "learning rate": typeof learningRate === "function" ? "a schedule" : learningRate,
    "batch size": settings.batchSize,
    l1,
    l2,
    seed: settings.seed,
    precision: settings.engine.precision,
    backend: settings.engine.backend.name,
    reproducible: settings.engine.reproducible === true ? "yes" : "no",
    [programOf]: hashOfProgram(epoch),
  };
}

/** Whatever has no name of its own: options of the optimizer, a schedule, functions of the user. */
const programOf = "compiled epoch";

/** Hash of the equations of a traced function, with all constants. */
function hashOfProgram(closure: Closure): string {
  const hash = startHash();
  mixProgram(hash, program(closure));
  return digest(hash);
}

function mixProgram(hash: HashState, traced: Program): void {
  mix(hash, words(text(traced)));
  for (const { op, params, body } of traced.lines) {
    if (op === constantOp) mix(hash, words(fingerprintOf({ constant: params["tensor"] as Tensor })));
    if (body) mixProgram(hash, body);
  }
}

const hashOf = (part: Part): string => fingerprintOf({ ...part });

/**
 * Refuses to go on with another training than the one that was kept.
 *
 * @throws `resume-mismatch` naming the first thing that is different
 */
export function checkSame(kept: Identity, now: Identity): void {
  const odd = Object.keys(kept).find((name) => kept[name] !== now[name]);
  if (odd === undefined) return;
  throw new ModelError({
    code: "resume-mismatch",
    where: odd,
    given: { "in the checkpoint": kept[odd]!, now: now[odd] ?? "nothing" },
    rule: "the checkpoint is of another training.",
    hint:
      odd === programOf
        ? "an option of the optimizer, the schedule (which may depend on the number of epochs) or a function is another."
        : "go on with what was trained before, or start anew without the checkpoint.",
  });
}
