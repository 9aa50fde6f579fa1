import { type CsvError, parse } from "csv-parse/sync";
import { ModelError } from "../../core/index.ts";
import type { Opened } from "./source.ts";

/** Some whole lines of a file, and the number of the first. */
export interface Block {
  readonly text: string;
  readonly line: number;
}

/** The fields of one row, trimmed, and the line where it starts. */
export interface Row {
  readonly fields: readonly string[];
  readonly line: number;
}

const longestLine = 16 * 2 ** 20;

/**
 * A file in blocks that end at the end of a row, so that no more than one line is ever held back.
 *
 * @throws `data-line` at a line of more than 16 MB, `file-format` for bytes that are not UTF-8 text
 */
export async function* blocks(source: Opened): AsyncGenerator<Block> {
  let pending: string[] = [];
  let length = 0;
  let quoted = false;
  let line = 1;
  for await (const chunk of text(source)) {
    const { end, ...after } = rowEnd(chunk, quoted);
    quoted = after.quoted;
    if (end > 0) {
      const block = { text: pending.join("") + chunk.slice(0, end), line };
      line += countBreaks(block.text);
      pending = [];
      length = 0;
      yield block;
    }
    pending.push(chunk.slice(end));
    length += chunk.length - end;
    if (length > longestLine) throw tooLong(`${source.name} line ${line}`, pending);
  }
  if (length > 0) yield { text: pending.join(""), line };
}

function tooLong(where: string, pending: readonly string[]): ModelError {
  const start = pending.find((piece) => piece !== "")!.slice(0, 40);
  return new ModelError({
    code: "data-line",
    where,
    given: { begins: `${JSON.stringify(start)} …` },
    rule: "this line is longer than 16 MB.",
    hint: pending.some((piece) => piece.includes('"'))
      ? 'a quote (") may never be closed'
      : "rows must end in a line break; is this a CSV file?",
  });
}

/** Just after the last line break of a piece that stands outside of quotes (0 without one), and whether a quote is open. */
function rowEnd(text: string, within: boolean): { readonly end: number; readonly quoted: boolean } {
  if (!text.includes('"')) return { end: within ? 0 : text.lastIndexOf("\n") + 1, quoted: within };
  let quoted = within;
  let end = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) quoted = !quoted;
    else if (unit === 0x0a && !quoted) end = i + 1;
  }
  return { end, quoted };
}

function countBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/**
 * The rows of a block with quotes in it.
 *
 * @throws `file-format` for misplaced quotes
 */
export function* quotedRows(
  block: Block,
  layout: { readonly delimiter: string; readonly name: string },
): Generator<Row> {
  let line = block.line;
  for (const fields of parsed(block, layout)) {
    yield { fields, line };
    line += 1 + fields.reduce((breaks, field) => breaks + (field.includes("\n") ? countBreaks(field) : 0), 0);
  }
}

function parsed(block: Block, { delimiter, name }: { readonly delimiter: string; readonly name: string }) {
  try {
    return parse(block.text, {
      delimiter,
      record_delimiter: ["\r\n", "\n"],
      relax_column_count: true,
      trim: true,
    });
  } catch (error) {
    throw misplaced(name, block, error as CsvError & { readonly lines?: number });
  }
}

/** What csv-parse finds wrong with quotes. */
const quoteRules: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote is opened here and never closed.",
  INVALID_OPENING_QUOTE: "a quote stands within a field that does not begin with one.",
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: "a field goes on behind its closing quote.",
};

function misplaced(name: string, { line }: Block, error: CsvError & { readonly lines?: number }): ModelError {
  const { code, message, lines = 1 } = error;
  const before = code === "CSV_QUOTE_NOT_CLOSED" ? 0 : lines - 1; // what is left open is a block of its own
  return new ModelError({
    code: "file-format",
    where: `${name} line ${line + before}`,
    rule: quoteRules[code] ?? `misplaced quotes: ${message}`,
    hint: 'a field with quotes in it is written in quotes, with each inner quote doubled: "5"" pipe"',
  });
}

async function* text({ name, bytes }: Opened): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let read = 0;
  for await (const chunk of bytes()) {
    const kind = read === 0 ? signature(chunk) : undefined;
    if (kind !== undefined || chunk.includes(0)) throw notText(name, kind ?? "binary data");
    let piece: string;
    try {
      piece = decoder.decode(chunk, { stream: true });
    } catch {
      throw notText(name, `not UTF-8 (near byte ${read})`);
    }
    read += chunk.length;
    yield piece;
  }
  try {
    yield decoder.decode();
  } catch {
    throw notText(name, "not UTF-8 (cut off at its end)");
  }
}

function notText(name: string, found: string): ModelError {
  return new ModelError({
    code: "file-format",
    where: name,
    rule: `this is not a CSV file: the content is ${found}.`,
    hint: /^(?:Parquet|NPY|IDX|a zip)/.test(found) ? "readTable reads it, readCsv does not" : "save it as CSV in UTF-8",
  });
}

const signatures: readonly (readonly [name: string, ...bytes: number[]])[] = [
  ["a zip archive (as xlsx and npz files are)", 0x50, 0x4b, 0x03, 0x04],
  ["Parquet", 0x50, 0x41, 0x52, 0x31],
  ["NPY", 0x93, 0x4e, 0x55, 0x4d],
  ["HDF5", 0x89, 0x48, 0x44, 0x46],
  ["UTF-16 text", 0xff, 0xfe],
  ["UTF-16 text", 0xfe, 0xff],
  ["IDX (name the folder with its four files)", 0x00, 0x00, 0x08],
];

/** What a file is that is known not to be CSV, by its first bytes. */
function signature(head: Uint8Array): string | undefined {
  return signatures.find(([, ...bytes]) => bytes.every((byte, i) => head[i] === byte))?.[0];
}
