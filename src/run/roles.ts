import { census, column } from "../data/index.ts";
import type { Prepared } from "./prepare.ts";

/** What a user should be told about columns that are no inputs, and about a validation part that tells little. */
export function roleNotes({ encoding, tables, file }: Pick<Prepared, "encoding" | "tables" | "file">): string[] {
  const { weights, groups, order } = file.data;
  const { target } = encoding;
  const byFile = order === "file" && !encoding.inputs.some((input) => input.column === "file");
  return [
    ...(weights ? [`column ${weights}: weights of the rows in the loss, no input`] : []),
    ...(groups ? [`column ${groups}: rows of equal values stay in one part; no input`] : []),
    ...(order && byFile ? ["parts in the order of the rows: training first, test last"] : []),
    ...(order && !byFile ? [`column ${order}: parts in its order, training first, test last; no input`] : []),
    ...(target.kind === "classes" ? singleClass(tables.validation, target) : []),
  ];
}

/** A part with one class alone says how often that class is found, and nothing of the others. */
function singleClass(
  part: Prepared["tables"]["validation"],
  target: { readonly column: string; readonly classes: readonly string[] },
): string[] {
  if (part.rows === 0) return [];
  const found = census(column(part, target.column)).values;
  return found.length === 1 && target.classes.length > 1
    ? [
        `all ${part.rows} validation rows are of the class ${found[0]}: what is measured there says nothing of the others`,
      ]
    : [];
}
