import type { Column, Table } from "../data/index.ts";
import type { Source } from "./source.ts";

interface Used {
  /** The columns and rows that are used. */
  readonly table: Table;
  readonly training: Table;
  readonly target: string;
  readonly hash: string;
  /** Hash that the run file names. */
  readonly wanted: string | undefined;
}

/** What a user should be told about the data of a run before it begins. */
export function notesOn(source: Source, { table, training, target, hash, wanted }: Used): string[] {
  const inputs = training.columns.filter(({ name }) => name !== target);
  const used = new Set(inputs.map(({ name }) => name));
  const others = source.table.columns.filter(({ name }) => !used.has(name));
  const left = source.table.rows - table.rows;
  const constant = source.image ? [] : inputs.filter(isConstant).map(({ name }) => name);
  return [
    ...table.notes.filter((note) => !others.some(({ name }) => note.startsWith(`column ${name}: `))),
    ...(left > 0 ? [`${left} ${left === 1 ? "row" : "rows"} with missing values left out`] : []),
    ...(wanted === undefined || wanted === hash
      ? []
      : [`the data have changed since the run file was written: hash ${wanted} then, ${hash} now`]),
    ...constantNote(constant, inputs.length),
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
