import { type Collector, push, pushFinite } from "./columns.ts";
import { type Cursor, readDecimal } from "./numerals.ts";

/** Where a line ends, what it is called, and what stands between its fields. */
export interface Line {
  readonly end: number;
  readonly number: number;
  readonly mark: string;
}

/** Marks that no number contains. */
export const plainMarks: readonly string[] = [",", ";", "\t", "|"];

const blank = 0x20;
const carriageReturn = 0x0d;

/**
 * Adds the fields of a line without quotes to the columns. Numbers in columns of numbers are read where they stand; only
 * other fields become strings.
 *
 * @returns false when the line has not one field for each column; it may have been added in part
 */
export function pushLine(columns: readonly Collector[], cursor: Cursor, line: Line): boolean {
  const mark = line.mark.charCodeAt(0);
  const last = columns.length - 1;
  for (let j = 0; j <= last; j++) {
    pushField(columns[j]!, cursor, line);
    if (j === last) return cursor.at === line.end;
    if (cursor.at === line.end || cursor.text.charCodeAt(cursor.at) !== mark) return false;
    cursor.at++;
  }
  return false;
}

/** Adds the field at the cursor, which then stands at the mark behind it or at the end of the line. */
function pushField(into: Collector, cursor: Cursor, { end, number, mark }: Line): void {
  const { text, at } = cursor;
  while (cursor.at < end && text.charCodeAt(cursor.at) === blank) cursor.at++;
  if (!into.text && readDecimal(cursor)) {
    skipBlanks(cursor, end);
    if (cursor.at === end || text[cursor.at] === mark) {
      pushFinite(into, cursor.value);
      return;
    }
  }
  const next = text.indexOf(mark, at);
  cursor.at = next === -1 || next > end ? end : next;
  push(into, text.slice(at, cursor.at).trim(), number);
}

function skipBlanks(cursor: Cursor, end: number): void {
  for (; cursor.at < end; cursor.at++) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code !== blank && code !== carriageReturn) return;
  }
}
