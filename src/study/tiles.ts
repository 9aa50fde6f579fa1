import { ModelError } from "../core/errors.ts";
import { Tensor } from "../core/tensor.ts";
import { type PlainData, tensorOf } from "../graph/lifted.ts";

/**
 * Inputs as a matrix.
 *
 * @throws `option` when they are not `[rows, features]` with a row at least
 */
export function matrixOf(where: string, x: PlainData): Tensor {
  const inputs = tensorOf(x);
  if (inputs.shape.length === 2 && inputs.shape[0]! > 0) return inputs;
  throw new ModelError({
    code: "option",
    where,
    given: { x: `[${inputs.shape.join(", ")}]` },
    rule: "inputs must be [rows, features], with one row at least.",
  });
}

/** The numbers of a tensor, so many times one below the other. */
export function rowsBelow({ data }: Tensor, times: number): Float64Array {
  const out = new Float64Array(data.length * times);
  for (let t = 0; t < times; t++) out.set(data, t * data.length);
  return out;
}

/** A tensor so many times one below the other, whole numbers kept as such. */
export function repeated(tensor: Tensor, times: number): Tensor {
  const [rows = 1, ...others] = tensor.shape;
  const out = rowsBelow(tensor, times);
  return new Tensor([rows * times, ...others], tensor.data instanceof Int32Array ? Int32Array.from(out) : out);
}

/**
 * Groups of columns, each column for itself when there are none.
 *
 * @throws `option` for a column that is not there
 */
export function checkGroups(
  where: string,
  groups: readonly (readonly number[])[] | undefined,
  width: number,
): readonly (readonly number[])[] {
  if (groups === undefined) return Array.from({ length: width }, (_, j) => [j]);
  const odd = groups.flat().find((j) => !(Number.isInteger(j) && j >= 0 && j < width));
  if (odd === undefined) return groups;
  throw new ModelError({
    code: "option",
    where,
    given: { groups: String(odd) },
    rule: `must hold numbers of columns, from 0 to ${width - 1}.`,
  });
}
