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
  firstWord?: Sighting;
  firstInfinite?: Sighting;
}

/** An empty column; `text` when it is known to be text. */
export function collector(name: string, { file, text }: { readonly file: string; readonly text: boolean }): Collector {
  const counts = { rows: 0, finite: 0, infinite: 0, words: 0 };
  return { name, file, text, ...counts, numbers: new Float64Array(), codes: new Int32Array(), levels: new Map() };
}

/** True for a field that says that there is no value. */
export function isAbsent(field: string): boolean {
  if (field.length > 4) return false;
  if (field === "" || field === "?") return true;
  return (field.charCodeAt(0) | 0x20) === 0x6e && /^(?:na|nan|null)$/i.test(field);
}

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
  const row = into.rows++;
  const absent = isAbsent(field);
  const value = absent ? Number.NaN : numberIn(field);
  if (!absent) tally(into, value, { line, value: field });
  if (into.text) {
    if (row >= into.codes.length) into.codes = grown(into.codes, Int32Array, row);
    into.codes[row] = absent ? -1 : levelOf(into, field);
  } else {
    if (row >= into.numbers.length) into.numbers = grown(into.numbers, Float64Array, row);
    into.numbers[row] = value;
  }
}

function tally(into: Collector, value: number, sighting: Sighting): void {
  if (Number.isFinite(value)) into.finite++;
  else if (Number.isNaN(value)) {
    if (into.words++ === 0) into.firstWord = sighting;
    if (!into.text && into.finite + into.infinite === 0) becomeText(into);
  } else if (into.infinite++ === 0) into.firstInfinite = sighting;
}

/** All rows so far are missing values. */
function becomeText(into: Collector): void {
  into.text = true;
  into.codes = new Int32Array(into.numbers.length).fill(-1);
  into.numbers = new Float64Array();
}

function levelOf(into: Collector, word: string): number {
  const known = into.levels.get(word);
  if (known !== undefined) return known;
  into.levels.set(word, into.levels.size);
  return into.levels.size - 1;
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
  const numeric = finite + infinite > mostlyNumbers * (finite + infinite + words);
  if (numeric && firstWord) throw wordAmongNumbers(from, firstWord);
  if (numeric && firstInfinite) throw notFinite(from, firstInfinite);
  if (words === 0) return numberColumn(from.name, from.numbers.slice(0, from.rows));
  refuseDecimalCommas(from);
  if (!from.text) return "again";
  return sortedText(from.name, { codes: from.codes.slice(0, from.rows), levels: [...from.levels.keys()] });
}

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

/** `1,5` in every word of a column means a decimal comma. */
function refuseDecimalCommas(from: Collector): void {
  const words = [...from.levels.keys()].filter((word) => Number.isNaN(numberIn(word)));
  if (words.length === 0 || !words.every((word) => /^[+-]?\d+,\d+$/.test(word))) return;
  throw new ModelError({
    code: "data-number",
    where: place(from, from.firstWord!),
    given: { value: shown(from.firstWord!.value) },
    rule: "this column has numbers with a decimal comma; a decimal point is needed.",
    hint: `write ${from.firstWord!.value.replace(",", ".")}`,
  });
}
