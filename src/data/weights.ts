import { ModelError } from "../core/index.ts";
import { column, rowName, type Table } from "./table.ts";

/**
 * The weights of the rows.
 *
 * @throws `data-columns` when there is no such column, `data-weights` unless every one is a finite number from 0 on, and
 *         one is positive
 */
export function checkWeights(table: Table, name: string): ArrayLike<number> {
  const found = column(table, name);
  const refuse = (row: number | null, value: string, rule: string): ModelError =>
    new ModelError({
      code: "data-weights",
      where: `${table.name}${row === null ? "" : ` ${rowName(table, row)}`}, column ${JSON.stringify(name)}`,
      given: { weight: value },
      rule,
      hint: "0 leaves a row out of the loss, 2 counts it twice",
    });
  if (found.kind === "text") throw refuse(null, "text", "the weights of the rows must be numbers.");
  const { values } = found;
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    const weight = values[row]!;
    if (!(weight >= 0) || weight === Number.POSITIVE_INFINITY)
      throw refuse(
        row,
        Number.isNaN(weight) ? "missing" : String(weight),
        "a weight must be a finite number from 0 on.",
      );
    sum += weight;
  }
  if (sum > 0) return values;
  throw refuse(null, "0 in every row", "some row must have a weight above 0.");
}
