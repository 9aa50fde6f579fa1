import { ModelError } from "../../core/index.ts";
import type { Column, Table } from "../table.ts";
import { type Collector, collector, finished, isAbsent, numberIn, push, roundedNote, spellingsOf } from "./columns.ts";
import { plainMarks, pushLine } from "./lines.ts";
import { type Block, blocks, quotedRows, type Row } from "./records.ts";
import { type Opened, open, type Source } from "./source.ts";

/** How a CSV file is read; everything is found out where it is left out. */
export interface CsvOptions {
  /** Between the fields; default: comma, semicolon or tab, whichever the first line has most of. */
  readonly delimiter?: string;
  /** Whether the first row names the columns; default: unless it is all numbers. */
  readonly header?: boolean;
  /** Fewest rows of data; default 2, as training needs. Predictions are for 1 or more. */
  readonly minimumRows?: number;
  /** Columns that hold words whatever they look like, kept as they are written and not checked; others may be named, too. */
  readonly text?: readonly string[];
  /** Missing values beside the usual ones: `["-999", "unknown"]`. */
  readonly absent?: readonly string[];
}

const mostColumns = 100_000;

/**
 * Reads a CSV file, plain or gzip, into typed columns; of the text, never more than a piece is held in memory.
 *
 * A column is one of numbers when every value that is there is a finite decimal number, otherwise one of text; a few
 * words among numbers (less than a tenth) are refused. Missing are empty fields, `NA`, `NaN`, `null` and `?`. Without a
 * row of names the columns are called x1, x2, … and the last one target. Blank lines are skipped.
 *
 * @param source a path, `"-"` for standard input, bytes, or `{ content, name }`
 * @throws `file-missing`, `file-directory`, `file-empty`, `file-format` for the file; `data-rows`, `data-columns`,
 *         `data-ragged`, `data-duplicate`, `data-line`, `data-text`, `data-number` for what is in it, with line and
 *         column
 */
export async function readCsv(source: Source, options: CsvOptions = {}): Promise<Table> {
  return csvTable(await open(source), options);
}

/** The table in an opened CSV file. */
export async function csvTable(opened: Opened, options: CsvOptions): Promise<Table> {
  const sheet = await readSheet(opened, { ...options, again: new Set() });
  checkRows(opened, { sheet, options });
  const found = sheet.columns.map(finished);
  const again = new Set(sheet.columns.filter((_, j) => found[j] === "again").map((each) => each.name));
  const columns = again.size === 0 ? found : (await readSheet(opened, { ...options, again })).columns.map(finished);
  const settled = columns.filter((column) => column !== "again");
  if (settled.length === 1) refuseUncut(opened.name, settled[0]!);
  return {
    name: opened.name,
    rows: sheet.lines.length,
    columns: settled,
    lines: Int32Array.from(sheet.lines),
    notes: [
      ...sheet.notes,
      ...sheet.columns.flatMap(({ name, text, rounded }) => (text ? [] : roundedNote(name, rounded))),
      ...settled.flatMap(columnNote),
    ],
  };
}

/** A column whose every word is several numbers is a table cut by none of its delimiters. */
function refuseUncut(name: string, column: Column): void {
  if (column.kind !== "text" || !column.levels.every(isUncut)) return;
  const [marks, flag] = column.levels[0]!.includes("|") ? ["bars (|)", "|"] : ["spaces", " "];
  throw new ModelError({
    code: "file-format",
    where: name,
    given: { "for example": column.levels[0]! },
    rule: `the fields of this file are separated by ${marks}; commas, semicolons or tabs are needed.`,
    hint: `write ${JSON.stringify(",")} for ${JSON.stringify(flag)}, or save it anew; from NumPy: np.savetxt(file, X, delimiter=",")`,
  });
}

function isUncut(word: string): boolean {
  const fields = word.split(/[\s|]+/);
  return fields.length > 1 && fields.every((field) => !Number.isNaN(numberIn(field)));
}

function columnNote(column: Column): string[] {
  if (column.kind === "text") return [`column ${column.name}: text, ${column.levels.length} levels`];
  return column.values.every(Number.isNaN) ? [`column ${column.name}: every value is missing`] : [];
}

/** What is known of a file while it is read. */
interface Sheet {
  readonly file: string;
  readonly columns: Collector[];
  readonly notes: string[];
  /** Line where each row begins. */
  readonly lines: number[];
  /** Blank lines since the last row: skipped, or in a file of one column missing values. */
  blank: number[];
  skipped: number;
}

/** Columns that are known to be text after a first reading. */
type ReadOptions = CsvOptions & { readonly again: ReadonlySet<string> };

async function readSheet(opened: Opened, options: ReadOptions): Promise<Sheet> {
  const sheet: Sheet = { file: opened.name, columns: [], notes: [], lines: [], blank: [], skipped: 0 };
  let delimiter = options.delimiter;
  for await (const block of blocks(opened)) {
    delimiter ??= delimiterOf(block.text);
    if (delimiter === undefined) continue;
    const known = { ...options, delimiter };
    if (block.text.includes('"'))
      for (const row of quotedRows(block, { delimiter, name: opened.name })) addRow(sheet, row, known);
    else addLines(sheet, block, known);
  }
  if (sheet.columns.length === 0)
    throw new ModelError({
      code: "file-empty",
      where: opened.name,
      rule: "the file is empty.",
      hint: "a CSV file has a row of column names, then one row of values a line",
    });
  if (sheet.skipped > 0) sheet.notes.push(`${sheet.skipped} blank ${sheet.skipped === 1 ? "line" : "lines"} skipped`);
  return sheet;
}

/** The delimiter that the first line with content has most of; nothing when no line has content. */
function delimiterOf(text: string): string | undefined {
  const line = text.trimStart().split("\n", 1)[0]!.trimEnd();
  if (line === "") return undefined;
  const bare = line.replace(/"[^"]*"/g, "");
  const counts = ["\t", ";", ","].map((mark) => ({ mark, count: bare.split(mark).length - 1 }));
  return counts.reduce((a, b) => (b.count > a.count ? b : a), { mark: ",", count: 0 }).mark;
}

type Layout = ReadOptions & { readonly delimiter: string };

/** The rows of a block without quotes: a row is a line cut at the delimiter. */
function addLines(sheet: Sheet, { text, line }: Block, options: Layout): void {
  const { delimiter: mark } = options;
  const cursor = { text, at: 0, value: 0 };
  for (let at = 0, number = line; at < text.length; number++) {
    const found = text.indexOf("\n", at);
    const end = found === -1 ? text.length : found;
    cursor.at = at;
    const quick = sheet.columns.length > 1 && sheet.blank.length === 0 && plainMarks.includes(mark);
    if (quick && !isBlank(text, at, end) && pushLine(sheet.columns, cursor, { end, number, mark }))
      sheet.lines.push(number);
    else addRow(sheet, { fields: fieldsOf(text.slice(at, end), mark), line: number }, options);
    at = end + 1;
  }
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 0x20) return false;
  return true;
}

const fieldsOf = (line: string, delimiter: string): string[] => line.split(delimiter).map((field) => field.trim());

function addRow(sheet: Sheet, row: Row, options: Layout): void {
  const { fields, line } = row;
  if (fields.length === 1 && fields[0] === "") {
    if (sheet.columns.length > 0) sheet.blank.push(line);
    return;
  }
  for (const at of sheet.blank.splice(0))
    if (sheet.columns.length === 1) addFields(sheet, { fields: [""], line: at });
    else sheet.skipped++;
  if (sheet.columns.length > 0) {
    if (fields.length !== sheet.columns.length) throw ragged(sheet, row, options.delimiter);
    addFields(sheet, row);
    return;
  }
  const named = options.header ?? !looksLikeData(fields);
  const names = named ? fields : defaultNames(fields.length);
  checkNames(sheet, { names, line });
  const spellings = spellingsOf(options.absent ?? []);
  for (const name of names) {
    const asWritten = options.text?.includes(name) === true;
    const text = asWritten || options.again.has(name);
    sheet.columns.push(collector(name, { file: sheet.file, spellings, text, asWritten }));
  }
  if (named) return;
  sheet.notes.push(
    names.length === 1 ? "no header row: the column is named x1" : `no header row: columns named ${spread(names)}`,
  );
  addFields(sheet, row);
}

function addFields(sheet: Sheet, { fields, line }: Row): void {
  for (let j = 0; j < fields.length; j++) push(sheet.columns[j]!, fields[j]!, line);
  sheet.lines.push(line);
}

/** Numbers, and at most missing values beside them: no names. */
const looksLikeData = (fields: readonly string[]): boolean =>
  fields.every((field) => isAbsent(field) || !Number.isNaN(numberIn(field))) && !fields.every(isAbsent);

const defaultNames = (count: number): string[] =>
  Array.from({ length: count }, (_, j) => (count > 1 && j === count - 1 ? "target" : `x${j + 1}`));

/** `x1 … x8, target`. */
const spread = (names: readonly string[]): string =>
  [names.length > 3 ? `x1 … ${names.at(-2)}` : names.slice(0, -1).join(", "), "target"].join(", ");

function ragged({ file, columns }: Sheet, { fields, line }: Row, delimiter: string): ModelError {
  const names: Readonly<Record<string, string>> = { "\t": "tabs", ",": "commas", ";": "semicolons" };
  return new ModelError({
    code: "data-ragged",
    where: `${file} line ${line}`,
    given: { expected: `${columns.length} fields`, found: `${fields.length} fields` },
    rule: `every row must have as many fields as the first row (${columns.length}); this one has ${fields.length}.`,
    hint: columns[0]!.name.startsWith("#")
      ? "the file begins with a line of comment (#): take those lines away"
      : `fields are separated by ${names[delimiter] ?? delimiter}; a field that contains the separator is written in quotes`,
  });
}

interface Header {
  readonly names: readonly string[];
  readonly line: number;
}

/** Names must be there and differ. */
function checkNames({ file }: Sheet, { names, line }: Header): void {
  const where = `${file} line ${line}`;
  checkSize(where, names);
  const places = new Map<string, number>();
  names.forEach((name, j) => {
    if (name === "")
      throw new ModelError({
        code: "data-columns",
        where: `${where}, column ${j + 1}`,
        given: {
          columns: names
            .slice(0, 12)
            .map((each) => each || '""')
            .join(", "),
        },
        rule: "this column has no name.",
        hint: "name it in the first row, or remove the column",
      });
    const before = places.get(name);
    if (before !== undefined)
      throw new ModelError({
        code: "data-duplicate",
        where,
        given: { name: JSON.stringify(name), positions: `${before} and ${j + 1}` },
        rule: `columns ${before} and ${j + 1} are both called ${JSON.stringify(name)}; names must differ.`,
        hint: "rename or remove one of them",
      });
    places.set(name, j + 1);
  });
}

function checkSize(where: string, names: readonly string[]): void {
  if (names.length > mostColumns)
    throw new ModelError({
      code: "data-columns",
      where,
      rule: `${names.length} columns; at most ${mostColumns} are read.`,
    });
  if (names.some((name) => name.includes("\r")))
    throw new ModelError({
      code: "file-format",
      where,
      rule: "lines end in a carriage return only (as on old Macintoshes).",
      hint: "save the file with line feeds",
    });
}

function checkRows(
  { name }: Opened,
  { sheet, options }: { readonly sheet: Sheet; readonly options: CsvOptions },
): void {
  const { minimumRows = 2 } = options;
  const rows = sheet.lines.length;
  if (rows >= minimumRows) return;
  const found = rows === 0 ? "a header row, but no data" : rows === 1 ? "one row of data" : `${rows} rows`;
  throw new ModelError({
    code: "data-rows",
    where: name,
    given: { rows, columns: sheet.columns.length },
    rule: `the file has ${found}; at least ${minimumRows} ${minimumRows === 1 ? "row is" : "rows are"} needed.`,
  });
}
