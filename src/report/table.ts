import { clip, pad, printable, visibleWidth } from "./text.ts";

/** How a text table is set. */
export interface TableOptions {
  /** One entry a column; a column without one is set left. */
  readonly align?: readonly ("left" | "right")[];
  /** Columns that one cell takes at most; longer text is cut with `…`. 48 when left out. */
  readonly cell?: number;
}

/**
 * A table in plain text: columns two blanks apart, a light rule under the headers.
 *
 * @param headers one text a column
 * @param rows    one array a row; missing cells are blank, control characters in text are made visible
 */
export function table(
  headers: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  { align = [], cell = 48 }: TableOptions = {},
): string {
  const text = (x: string | number | undefined): string => clip(printable(String(x ?? "")), cell);
  const head = headers.map(text);
  const body = rows.map((row) => headers.map((_, column) => text(row[column])));
  const widths = head.map((name, i) => body.reduce((w, row) => Math.max(w, visibleWidth(row[i]!)), visibleWidth(name)));
  const line = (cells: readonly string[]): string =>
    cells.map((text, i) => pad(text, widths[i]!, align[i] ?? "left")).join("  ");
  const rule = widths.map((w) => "─".repeat(w)).join("  ");
  return [line(head), rule, ...body.map(line)].map((text) => text.trimEnd()).join("\n");
}
