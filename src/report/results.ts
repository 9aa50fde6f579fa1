import { significant } from "./numbers.ts";
import { table } from "./table.ts";

/** A mean over several runs, and its standard error. */
export interface Estimate {
  readonly mean: number;
  readonly error: number;
}

export type Cell = string | number | boolean | null | Estimate;

/** A row of a table of results, by the names of its columns. */
export type ResultRow = Readonly<Record<string, Cell>>;

/** Whether a cell is a mean over several runs. */
export const isEstimate = (cell: Cell | undefined): cell is Estimate => typeof cell === "object" && cell !== null;

/** A cell in words: four digits, or a mean ± its standard error. */
export const cellText = (cell: Cell | undefined): string => {
  if (cell === null || cell === undefined) return "–";
  if (isEstimate(cell)) return `${significant(cell.mean, 3)} ± ${significant(cell.error, 2)}`;
  return typeof cell === "number" ? numberText(cell) : String(cell);
};

/** What was chosen, such as 0.5 or 0.001, as it is; what was measured to four digits. */
const numberText = (x: number): string =>
  Number(x.toPrecision(2)) === x && Math.abs(x) >= 1e-4 && Math.abs(x) < 1e6 ? String(x) : significant(x);

/** Rows as a table in plain text: numbers right, words left. */
export function resultTable(rows: readonly ResultRow[]): string {
  const headers = Object.keys(rows[0] ?? {});
  const align = headers.map((name) => (rows.every((row) => typeof row[name] === "string") ? "left" : "right"));
  const body = rows.map((row) => headers.map((name) => cellText(row[name])));
  return table(headers, body, { align, cell: 80 });
}
