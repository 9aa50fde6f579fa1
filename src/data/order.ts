import { ModelError } from "../core/index.ts";
import { numbersUpTo } from "../core/random.ts";
import { isDate, isSortableDate } from "./dates.ts";
import { column, isMissing, rowName, type Table, written } from "./table.ts";

/**
 * The rows of a table in the order of a column, equal ones as they stand; or all as they stand.
 *
 * @param by a column of numbers, or of dates that begin with the year; `true`: the order of the table
 * @throws `data-columns` for an unknown column, `data-missing` for a missing value, `data-date` for dates in another form,
 *         `data-text` for other words
 */
export function rowsInOrder(table: Table, by: string | true): Int32Array {
  const rows = numbersUpTo(table.rows);
  if (by === true) return rows;
  const found = column(table, by);
  const missing = rows.find((row) => isMissing(found, row));
  const where = `${table.name}, column ${JSON.stringify(by)}`;
  if (missing !== undefined)
    throw new ModelError({
      code: "data-missing",
      where: `${table.name} ${rowName(table, missing)}, column ${JSON.stringify(by)}`,
      rule: "the value is missing, so the row has no place in the order.",
      hint: "fill it in, or remove the row",
    });
  const values = found.kind === "text" ? found.codes : found.values;
  if (found.kind === "number" || isSortableDate(found)) return rows.sort((a, b) => values[a]! - values[b]! || a - b);
  const example = written(found, 0);
  if (isDate(found))
    throw new ModelError({
      code: "data-date",
      where,
      given: { "for example": example },
      rule: "the order of these dates cannot be told for sure.",
      hint: "write the year first, every part in full: 2021-03-04 or 2021-03-04T09:30:00",
    });
  throw new ModelError({
    code: "data-text",
    where,
    given: { "for example": example },
    rule: "words are in no order; numbers or dates are needed.",
    hint: "to test on the last rows of the file: --order file",
  });
}
