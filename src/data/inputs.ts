import { ModelError } from "../core/index.ts";
import { refuseDate } from "./dates.ts";
import { allMissing, type MissingPolicy } from "./missing.ts";
import { type Affine, fitAffine, quantiles, type ScaleKind } from "./scale.ts";
import { type Column, hasMissing, hasValue, type NumberColumn, type Table, type TextColumn } from "./table.ts";

/** A further feature that is 1 where the value is missing; there if training had missing values and the policy asks for it. */
interface Indicated {
  readonly column: string;
  readonly indicator?: true;
}

/** A number, scaled; a missing one is `fill` before that. */
export type NumberInput = { readonly kind: "number"; readonly fill: number } & Indicated & Affine;

/** A word as one feature a level, 1 for its own and 0 else; with an indicator, all 0 where it is missing. */
export type TextInput = {
  readonly kind: "text";
  readonly levels: readonly string[];
  readonly fill: string;
} & Indicated;

/** One of two words for false and true, as 0 or 1. */
export type BooleanInput = {
  readonly kind: "boolean";
  readonly levels: readonly [no: string, yes: string];
  readonly fill: string;
} & Indicated;

/** A word as the number of its level, from 1 on, for an embedding layer; 0 for one that training did not have. */
export type LevelInput = {
  readonly kind: "level";
  readonly column: string;
  readonly levels: readonly string[];
  /** For a missing value; nothing: 0. */
  readonly fill: string | null;
};

/** How one column becomes features. */
export type InputEncoding = NumberInput | TextInput | BooleanInput | LevelInput;

/** How many features a column becomes. */
export function widthOf(input: InputEncoding): number {
  const own = input.kind === "text" ? input.levels.length : 1;
  return own + Number(hasIndicator(input));
}

/** Whether the last feature of a column says that its value is missing. */
export const hasIndicator = (input: InputEncoding): boolean => input.kind !== "level" && input.indicator === true;

/** Names of the features of a column: its own, or `column=level`; `column missing` for the indicator. */
export function namesOf(input: InputEncoding): string[] {
  const { column } = input;
  const own =
    input.kind === "text"
      ? input.levels.map((level) => `${column}=${level}`)
      : [input.kind === "boolean" ? `${column}=${input.levels[1]}` : column];
  return hasIndicator(input) ? [...own, `${column} missing`] : own;
}

/** How the columns are to be taken. */
export interface InputOptions {
  readonly scale: ScaleKind;
  readonly missing: MissingPolicy;
  /** Scaling of some columns that differs from the others'. */
  readonly scales?: Readonly<Record<string, ScaleKind>>;
  /** Columns of numbers that are names of kinds, not measures. */
  readonly categorical?: readonly string[];
  /** Columns of words that become level numbers, for an embedding layer. */
  readonly embed?: readonly string[];
  /** Words with more levels are refused, unless embedded. */
  readonly mostLevels: number;
}

/**
 * Learns from the training part how one of its columns becomes features.
 *
 * @throws `data-date` for dates, `data-missing` without any value, `data-text` for names and identifiers
 */
export function fitInput(table: Table, column: Column, options: InputOptions): InputEncoding {
  refuseDate(table, column);
  if (!hasValue(column)) throw allMissing(table, column.name);
  const embedded = options.embed?.includes(column.name) === true;
  if (column.kind === "number" && !embedded && !options.categorical?.includes(column.name))
    return fitNumber(column, options);
  return fitText(table, column.kind === "text" ? column : asWords(column), { ...options, embedded });
}

function fitNumber(column: NumberColumn, { scale, scales, missing }: InputOptions): NumberInput {
  const { name, values } = column;
  const own = scales && Object.hasOwn(scales, name) ? scales[name]! : scale;
  const affine = fitAffine(own, values);
  const mean = (): number => (own === "standard" ? affine : fitAffine("standard", values)).shift;
  const fill = missing === "median" ? quantiles(values, [0.5])[0]! + 0 : mean();
  return { kind: "number", column: name, fill, ...affine, ...indicatorFor(missing, column) };
}

const indicatorFor = (missing: MissingPolicy, column: Column): { readonly indicator?: true } =>
  missing === "indicator" && hasMissing(column) ? { indicator: true } : {};

/** A column of numbers as words, in the order of the numbers. */
export function asWords({ name, values }: NumberColumn): TextColumn {
  const numbers = Float64Array.from(new Set(Array.from(values)))
    .filter((value) => !Number.isNaN(value))
    .sort();
  const place = new Map(Array.from(numbers, (value, i) => [value, i]));
  const codes = Int32Array.from(values, (value) => place.get(value) ?? -1);
  return { name, kind: "text", codes, levels: Array.from(numbers, String) };
}

interface TextOptions extends InputOptions {
  readonly embedded: boolean;
}

function fitText(table: Table, column: TextColumn, options: TextOptions): InputEncoding {
  const { name } = column;
  const counts = new Int32Array(column.levels.length);
  for (const code of column.codes) if (code >= 0) counts[code]!++;
  const levels = column.levels.filter((_, i) => counts[i]! > 0);
  checkLevels(table, { name, levels }, options);
  const fill = column.levels[counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0))]!;
  const { missing, embedded } = options;
  if (embedded) return { kind: "level", column: name, levels, fill: missing === "indicator" ? null : fill };
  const indicator = indicatorFor(missing, column);
  const pair = truthWords(levels);
  if (pair) return { kind: "boolean", column: name, levels: pair, fill, ...indicator };
  return { kind: "text", column: name, levels, fill, ...indicator };
}

/** The words for false and true, if these are the two. */
function truthWords(levels: readonly string[]): readonly [no: string, yes: string] | undefined {
  const [no, yes] = ["false", "true"].map((word) => levels.find((level) => level.toLowerCase() === word));
  return levels.length === 2 && no !== undefined && yes !== undefined ? [no, yes] : undefined;
}

interface Levels {
  readonly name: string;
  readonly levels: readonly string[];
}

/** A number with a sign of money or a unit: `12 kg`, `$5`, `7%`. */
const measured = /^([$€£¥]?)\s?[+-]?\d+(?:[.,]\d+)*\s?([^\d\s]{0,5})$/;

/** The one unit that all words have, or nothing. */
function commonUnit(levels: readonly string[]): string | undefined {
  const units = new Set(levels.map((level) => measured.exec(level)?.slice(1).join("") ?? ""));
  const [unit] = units;
  return units.size === 1 && unit ? unit : undefined;
}

function checkLevels(table: Table, { name, levels }: Levels, { mostLevels, embedded }: TextOptions): void {
  const everyRow = levels.length === table.rows && levels.length > 10;
  if (!everyRow && (levels.length <= mostLevels || embedded)) return;
  const unit = commonUnit(levels);
  throw new ModelError({
    code: "data-text",
    where: `${table.name}, column ${JSON.stringify(name)}`,
    given: { levels: levels.length, rows: table.rows, "for example": levels.slice(0, 3).join(", ") },
    rule: everyRow
      ? "a text column with a different word in every row is a name or an identifier, not a property to learn from."
      : `a text column may have ${mostLevels} different words at most, one feature each; this one has ${levels.length}.`,
    hint: unit
      ? `write plain numbers, without ${unit}`
      : `leave the column out (--drop ${name}), write fewer, coarser values${everyRow ? "" : `, or learn a few numbers for each word (--embed ${name})`}`,
  });
}
