import { lower } from "../compile/index.ts";
import type { Program } from "../graph/program.ts";
import type { Layer } from "../nn/index.ts";
import { partOf, type Rows, type TrainOptions } from "./options.ts";
import { Session } from "./session.ts";
import { prepared } from "./train.ts";

/**
 * The one program that is an epoch of a training: its steps with forward pass, loss, backward pass, transforms, schedule,
 * update and metrics, for `programText` to print. Nothing is run.
 *
 * @param options as for `fit`; a validation part has a program of its own
 * @throws as `fit` before training
 */
export async function trainingProgram<Θ>(
  model: Layer<Θ>,
  data: Rows,
  { validation: _, ...options }: TrainOptions<Θ> = {},
): Promise<Program> {
  const training = partOf("trainingProgram(model, data)", data);
  return lower(Session.closureOf(await prepared("trainingProgram", model, { training, validation: null }, options)));
}
