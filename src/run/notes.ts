import type { Column, Table } from "../data/index.ts";
import type { Source } from "./source.ts";

/** What a user should be told about the data of a run before it begins. */
export function notesOn(
  { table, image }: Source,
  part: {
    readonly training: Table;
    readonly target: string;
    readonly hash: string;
    readonly wanted: string | undefined;
  },
): string[] {
  const { training, target, hash, wanted } = part;
  const inputs = training.columns.filter(({ name }) => name !== target);
  const constant = image ? [] : inputs.filter(isConstant).map(({ name }) => name);
  return [
    ...table.notes,
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
