import { clip, pad, printable, visibleWidth } from "./text.ts";

/** How a text table is set. */
export interface TableOptions {
  /** One entry a column; a column without one is set left. */
  readonly align?: readonly ("left" | "right")[];
  /** Columns that one cell takes at most; longer text is cut with `…`. 48 when left out. */
  readonly cell?: number;
  /** Columns of the whole table: where it has more, its widest columns are cut. No limit when left out. */
  readonly width?: number;
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
  { align = [], cell = 48, width = Number.POSITIVE_INFINITY }: TableOptions = {},
): string {
  const text = (x: string | number | undefined): string => clip(printable(String(x ?? "")), cell);
  const head = headers.map(text);
  const body = rows.map((row) => headers.map((_, column) => text(row[column])));
  const needed = head.map((name, i) => body.reduce((w, row) => Math.max(w, visibleWidth(row[i]!)), visibleWidth(name)));
  const widths = within(needed, width - 2 * (needed.length - 1));
  const line = (cells: readonly string[]): string =>
    cells.map((text, i) => pad(clip(text, widths[i]!), widths[i]!, align[i] ?? "left")).join("  ");
  const rule = widths.map((w) => "─".repeat(w)).join("  ");
  return [line(head), rule, ...body.map(line)].map((text) => text.trimEnd()).join("\n");
}

/** A column never becomes narrower. */
const narrowest = 5;

/** Widths that add up to no more than there is room for, the widest cut first, as far as that goes. */
function within(needed: readonly number[], room: number): number[] {
  const widths = [...needed];
  let over = widths.reduce((a, b) => a + b, 0) - room;
  while (over > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= narrowest) break;
    widths[widest]!--;
    over--;
  }
  return widths;
}
