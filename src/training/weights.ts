import { ModelError } from "../core/errors.ts";
import { atOnce, portion, type Steps } from "../core/steps.ts";
import { Tensor, zerosLike } from "../core/tensor.ts";
import type { Part } from "./objective.ts";

/**
 * Inputs and targets of a part, and its weights divided by their mean, so that the weighted mean of a loss or a metric over the
 * whole part is the mean of weight · figure.
 *
 * @throws `data-rows` when every weight is 0
 */
export function normalised({ x, y, weights, counts }: Part): Part {
  return { x, y, ...(weights && { weights: ofMeanOne(weights) }), ...(counts && { counts: ofMeanOne(counts) }) };
}

function ofMeanOne(weights: Tensor): Tensor {
  const rows = weights.data.length;
  let total = 0;
  for (let i = 0; i < rows; i++) total += weights.data[i]!;
  if (!(total > 0))
    throw new ModelError({
      code: "data-rows",
      where: "weights",
      given: { rows },
      rule: "every row has the weight 0, so that nothing counts.",
    });
  return new Tensor(
    [rows],
    Float64Array.from(weights.data, (w) => (w * rows) / total),
  );
}

/**
 * Weights of rows, checked: one for each, finite, from 0 on.
 *
 * @throws `data-rows`, `data-number`
 */
export function checkedWeights(where: string, weights: Tensor, rows: number): Tensor {
  if (weights.data.length !== rows || weights.shape[0] !== rows)
    throw new ModelError({
      code: "data-rows",
      where: `${where}, weights`,
      given: { weights: weights.shape, rows },
      rule: "there must be one weight for each row.",
    });
  const row = weights.data.findIndex((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY));
  if (row === -1) return new Tensor([rows], weights.data);
  throw new ModelError({
    code: "data-number",
    where: `${where}, weights`,
    given: { row, value: weights.data[row]! },
    rule: "a weight must be a finite number from 0 on.",
  });
}

/** A part whose rows have weights of their own, which count in the loss and in metrics. */
export const weighted = (part: Pick<Part, "x" | "y">, weights: Tensor | null): Part =>
  weights ? { ...part, weights, counts: weights } : part;

/** Some rows of a part, by number. */
export const partRows = (part: Part, rows: Int32Array): Part => atOnce(takingRows(part, rows));

/** The same, in steps. */
export function* takingRows(part: Part, rows: Int32Array): Steps<Part> {
  const taken: [name: string, rows: Tensor][] = [];
  for (const [name, whole] of Object.entries(part) as [string, Tensor][])
    taken.push([name, yield* rowsOf(whole, rows)]);
  return Object.fromEntries(taken) as unknown as Part;
}

/** Rows of a tensor by number, as a tensor. */
function* rowsOf({ shape, data, dtype }: Tensor, rows: Int32Array): Steps<Tensor> {
  const width = data.length / shape[0]!;
  const out = zerosLike(data, rows.length * width);
  let pause = portion;
  for (let i = 0, at = 0; i < rows.length; i++, at += width) {
    const from = rows[i]! * width;
    out.set(data.subarray(from, from + width), at);
    if (at < pause) continue;
    yield;
    pause = at + portion;
  }
  return new Tensor([rows.length, ...shape.slice(1)], out, dtype);
}
