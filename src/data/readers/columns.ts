import { ModelError } from "../../core/index.ts";
import { type Column, numberColumn, sortedText } from "../table.ts";

/** A value and where it stood. */
interface Sighting {
  readonly line: number;
  readonly value: string;
}

/**
 * A column while a file is read: typed arrays that double when full. It holds numbers until its first value is a word;
 * then it holds words. A column that begins with numbers and turns out to be text has to be read again as text, since
 * what was written (`007`, `1.50`) is not kept beside the number.
 */
export interface Collector {
  readonly name: string;
  readonly file: string;
  readonly spellings: Spellings;
  /** Words whatever they look like, and never checked. */
  readonly asWritten: boolean;
  text: boolean;
  rows: number;
  numbers: Float64Array;
  codes: Int32Array;
  /** Level of every word, in order of appearance; empty while the column holds numbers. */
  readonly levels: Map<string, number>;
  /** Rows with a finite number, with a number that is not finite, and with a word. */
  finite: number;
  infinite: number;
  words: number;
  /** Rows with a whole number that float64 does not hold. */
  rounded: number;
  firstWord?: Sighting;
  firstInfinite?: Sighting;
}

/** How a missing value may be written, beside the usual spellings. */
export interface Spellings {
  readonly words: ReadonlySet<string>;
  readonly numbers: ReadonlySet<number>;
}

/** Those spellings of missing values that a user names: `-999` also as `-999.0`. */
export function spellingsOf(absent: readonly string[]): Spellings {
  const numbers = absent.map(numberIn).filter((value) => !Number.isNaN(value));
  return { words: new Set(absent), numbers: new Set(numbers) };
}

/** What is said of whole numbers that float64 does not hold. */
export const roundedNote = (name: string, count: number): string[] =>
  count === 0
    ? []
    : [`column ${name}: ${count === 1 ? "a whole number" : `${count} whole numbers`} beyond 2^53 rounded`];

interface CollectorOptions {
  readonly file: string;
  readonly spellings: Spellings;
  /** Known to be text. */
  readonly text: boolean;
  readonly asWritten: boolean;
}

/** An empty column. */
export function collector(name: string, options: CollectorOptions): Collector {
  const counts = { rows: 0, finite: 0, infinite: 0, words: 0, rounded: 0 };
  return { name, ...options, ...counts, numbers: new Float64Array(), codes: new Int32Array(), levels: new Map() };
}

/** Missing values as programs write them, in small letters. */
const usual = new Set([
  ...["", "?", "na", "n/a", "#n/a", "#na", "<na>", "null", "nan", "-nan", "+nan"],
  ...["nan(ind)", "-nan(ind)", "-1.#ind", "1.#ind", "1.#qnan", "-1.#qnan"],
]);

/** True for a field that says that there is no value. `Na` is sodium, and no program's way to say so. */
export const isAbsent = (field: string): boolean =>
  field.length < 10 && field !== "Na" && usual.has(field.toLowerCase());

/**
 * The number that a field is: decimal, with or without exponent. ±Infinity stands for anything not finite that is written
 * as a number (`inf`, `1e400`), NaN for words.
 */
export function numberIn(field: string): number {
  const value = Number(field);
  if (Number.isNaN(value)) return /^[+-]?inf(?:inity)?$/i.test(field) ? Infinity : value;
  const second = field.charCodeAt(1) | 0x20;
  const radix = field.charCodeAt(0) === 0x30 && (second === 0x78 || second === 0x6f || second === 0x62);
  return radix || field === "" ? Number.NaN : value;
}

/** Adds the field of the next row. */
export function push(into: Collector, field: string, line: number): void {
  const value = numberIn(field);
  const absent = isMissing(into, field, value);
  if (!absent) tally(into, value, { line, value: field });
  if (into.text) pushCode(into, absent ? -1 : levelOf(into.levels, field));
  else pushNumber(into, absent ? Number.NaN : value);
}

/** Adds a finite number to a column that holds numbers. */
export function pushFinite(into: Collector, value: number): void {
  const absent = into.spellings.numbers.has(value);
  if (!absent) into.finite++;
  pushNumber(into, absent ? Number.NaN : value);
}

function isMissing({ spellings }: Collector, field: string, value: number): boolean {
  if (Number.isNaN(value)) return isAbsent(field) || spellings.words.has(field);
  return spellings.numbers.size > 0 && spellings.numbers.has(value);
}

function pushNumber(into: Collector, value: number): void {
  const row = into.rows++;
  if (row >= into.numbers.length) into.numbers = grown(into.numbers, Float64Array, row);
  into.numbers[row] = value;
}

function pushCode(into: Collector, code: number): void {
  const row = into.rows++;
  if (row >= into.codes.length) into.codes = grown(into.codes, Int32Array, row);
  into.codes[row] = code;
}

function tally(into: Collector, value: number, sighting: Sighting): void {
  if (Number.isFinite(value)) {
    into.finite++;
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER && isRounded(sighting.value, value)) into.rounded++;
  } else if (Number.isNaN(value)) {
    if (into.words++ === 0) into.firstWord = sighting;
    if (!into.text && into.finite + into.infinite === 0) becomeText(into);
  } else if (into.infinite++ === 0) into.firstInfinite = sighting;
}

/** Whether digits were written that the number does not have. */
const isRounded = (field: string, value: number): boolean =>
  /^[+-]?\d+$/.test(field) && BigInt(field) !== BigInt(value);

/** All rows so far are missing values. */
function becomeText(into: Collector): void {
  into.text = true;
  into.codes = new Int32Array(into.numbers.length).fill(-1);
  into.numbers = new Float64Array();
}

/** The number of a word: that of its first appearance. */
export function levelOf(levels: Map<string, number>, word: string): number {
  const known = levels.get(word);
  if (known !== undefined) return known;
  levels.set(word, levels.size);
  return levels.size - 1;
}

function grown<T extends Float64Array | Int32Array>(old: T, Type: new (length: number) => T, rows: number): T {
  const larger = new Type(Math.max(64, 2 * rows));
  larger.set(old as never);
  return larger;
}

/** A column with more numbers than this share is one of numbers, and a word in it a mistake. */
const mostlyNumbers = 0.9;

/**
 * The finished column, or `"again"` when it must be read again as text.
 *
 * @throws `data-text` for a word among numbers, `data-number` for a number that is not finite
 */
export function finished(from: Collector): Column | "again" {
  const { finite, infinite, words, firstWord, firstInfinite } = from;
  if (from.asWritten) return textOf(from);
  const numeric = finite + infinite > mostlyNumbers * (finite + infinite + words);
  if (numeric && firstWord) throw wordAmongNumbers(from, firstWord);
  if (numeric && firstInfinite) throw notFinite(from, firstInfinite);
  if (words === 0) return numberColumn(from.name, filled(from.numbers, from.rows));
  refuseMarks(from);
  return from.text ? textOf(from) : "again";
}

const textOf = ({ name, codes, rows, levels }: Collector): Column =>
  sortedText(name, { codes: filled(codes, rows), levels: [...levels.keys()] });

/** What has been written to; in a buffer of its own where much of it would be left empty. */
const filled = <T extends Float64Array | Int32Array>(all: T, rows: number): T =>
  (rows > 0.75 * all.length ? all.subarray(0, rows) : all.slice(0, rows)) as T;

const place = ({ file, name }: Collector, { line }: Sighting): string =>
  `${file} line ${line}, column ${JSON.stringify(name)}`;

const shown = (value: string): string => JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);

function wordAmongNumbers(from: Collector, word: Sighting): ModelError {
  const numbers = from.finite + from.infinite;
  return new ModelError({
    code: "data-text",
    where: place(from, word),
    given: { value: shown(word.value), column: `${numbers} numbers, ${from.words} not` },
    rule: `${shown(word.value)} is not a number, in a column of numbers.`,
    hint: "mend the value; a missing one is empty, NA, NaN, null or ?; a text column has words in a tenth of its rows or more",
  });
}

function notFinite(from: Collector, number: Sighting): ModelError {
  return new ModelError({
    code: "data-number",
    where: place(from, number),
    given: { value: shown(number.value), times: from.infinite },
    rule: `${shown(number.value)} is not a finite number; allowed are numbers up to ±1.8e308.`,
    hint: "mend the value; a missing one is empty, NA, NaN, null or ?",
  });
}

/** Marks between digits: `1,5` for one and a half, `1 234` or `1,234` for a thousand and more. */
const decimalComma = /^[+-]?\d+,\d+$|^[+-]?\d{1,3}(?:[. \u00a0\u202f'’]\d{3})+,\d+$/;
const digitGroups = /^[+-]?\d{1,3}(?:[, _\u00a0\u202f'’]\d{3})+(?:\.\d*)?$|^[+-]?\d{1,3}(?:\.\d{3}){2,}$/;

/** Refuses numbers with marks in them, where every word of a column is one: what they mean is a guess. */
function refuseMarks(from: Collector): void {
  const words = [...from.levels.keys()].filter((word) => Number.isNaN(numberIn(word)));
  const comma = words.length > 0 && words.every((word) => decimalComma.test(word));
  const groups = words.length > 0 && words.every((word) => digitGroups.test(word));
  if (!comma && !groups) return;
  const { value } = from.firstWord!;
  const [point, plain] = [
    value.replaceAll(/[. \u00a0\u202f'’](?=.*,)/g, "").replace(",", "."),
    value.replaceAll(/[, _\u00a0\u202f'’]|\.(?=.*\.)|(?<=\..*)\./g, ""),
  ];
  const [kind, needed, hint] =
    comma && groups
      ? ["commas, which may stand for a decimal point or for thousands", "a plain number", `${point} or ${plain}`]
      : comma
        ? ["a decimal comma", "a decimal point", point]
        : ["marks between groups of digits", "a plain number", plain];
  throw new ModelError({
    code: "data-number",
    where: place(from, from.firstWord!),
    given: { value: shown(value) },
    rule: `this column has numbers with ${kind}; ${needed} is needed.`,
    hint: `write ${hint}${comma && groups ? ", as is meant" : ""}`,
  });
}
