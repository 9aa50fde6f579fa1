import { type Column, columnNames, copies, type Table } from "../data/index.ts";
import type { Source } from "./source.ts";

interface Used {
  /** The source before parts without a target were left out. */
  readonly found: Source;
  /** The columns and rows that are used. */
  readonly table: Table;
  readonly tables: { readonly training: Table; readonly validation: Table; readonly test: Table };
  readonly targets: readonly string[];
  /** Rows of the other parts that are copies of training rows. */
  readonly copies: Copies;
  readonly hash: string;
  /** Hash that the run file names. */
  readonly wanted: string | undefined;
}

/** What a user should be told about the data of a run before it begins. */
export function notesOn(source: Source, { found, table, tables, targets, copies, hash, wanted }: Used): string[] {
  const { training } = tables;
  const inputs = training.columns.filter(({ name }) => !targets.includes(name));
  const used = new Set(inputs.map(({ name }) => name));
  const others = source.table.columns.filter(({ name }) => !used.has(name));
  const left = source.table.rows - table.rows;
  const constant = source.image ? [] : inputs.filter(isConstant).map(({ name }) => name);
  return [
    ...table.notes.filter((note) => !others.some(({ name }) => note.startsWith(`column ${name}: `))),
    ...(found.test && !source.test
      ? [`${found.test.name} has no column ${targets.join(", ")}, so it is not the test part: gradus predict reads it`]
      : []),
    ...(left > 0 ? [`${left} ${left === 1 ? "row" : "rows"} with missing values left out`] : []),
    ...(wanted === undefined || wanted === hash
      ? []
      : [`the data have changed since the run file was written: hash ${wanted} then, ${hash} now`]),
    ...constantNote(constant, inputs.length),
    ...table.columns.filter(({ name }) => used.has(name)).flatMap(identifierNote),
    ...(constant.length < inputs.length ? copiesNotes(copies, tables) : []),
  ];
}

function constantNote(constant: readonly string[], inputs: number): string[] {
  if (constant.length === 0) return [];
  if (constant.length === inputs) return ["every input is constant: nothing but the average target can be learnt"];
  const names = constant.slice(0, 6).join(", ") + (constant.length > 6 ? ", …" : "");
  return [
    `${constant.length === 1 ? "a constant column carries" : `${constant.length} constant columns carry`} nothing: ${names}`,
  ];
}

function isConstant(column: Column): boolean {
  const values = column.kind === "text" ? column.codes : column.values;
  const first = values[0];
  return values.every((value) => value === first);
}

const identifierName =
  /(?:^|[\s_.-])(?:id|ids|idx|index|uuid|key|no|nr)$|^(?:unnamed: ?\d+|row_?(?:names?|num|number)?)$|[a-z]I[dD]$/i;

/** Whole numbers that differ in every row, and count the rows or are called as identifiers are. */
function identifierNote(column: Column): string[] {
  if (column.kind === "text" || column.integer !== true || column.values.length < 20) return [];
  const { name, values } = column;
  if (hasRepeats(values)) return [];
  const sorted = Float64Array.from(values).sort();
  const counts = sorted.at(-1)! - sorted[0]! === values.length - 1;
  if (!counts && !identifierName.test(name)) return [];
  return [
    `column ${name}: a different whole number in every row, as ${counts ? "row numbers" : "identifiers"} are; --drop ${name} leaves it out`,
  ];
}

/** Whether a value comes up twice; in most columns one of the first few does. */
function hasRepeats(values: ArrayLike<number>): boolean {
  const seen = new Set<number>();
  for (let i = 0; i < values.length; i++) {
    if (seen.has(values[i]!)) return true;
    seen.add(values[i]!);
  }
  return false;
}

/** How many rows of each part are copies of training rows. */
export interface Copies {
  readonly validation: number;
  readonly test: number;
}

/** Copies of training rows in the other parts. */
export function copiesIn({ training, validation, test }: Used["tables"]): Copies {
  const [inValidation = 0, inTest = 0] = copies(training, [validation, test], columnNames(training));
  return { validation: inValidation, test: inTest };
}

function copiesNotes(copies: Copies, { validation, test }: Used["tables"]): string[] {
  const note = (count: number, part: string, rows: number): string[] =>
    count === 0
      ? []
      : [
          `${count} of ${rows} ${part} rows ${count === 1 ? "is a copy" : "are copies"} of training rows, and flatter what is measured there`,
        ];
  return [...note(copies.validation, "validation", validation.rows), ...note(copies.test, "test", test.rows)];
}
