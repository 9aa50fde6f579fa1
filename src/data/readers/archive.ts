import { ModelError } from "../../core/index.ts";
import type { Table } from "../table.ts";
import { alone, columnsOf, type DataParts, imageOf, tableOfArrays } from "./arrays.ts";
import { type NpyArray, type NpyFields, parseNpy, parseNpz } from "./npy.ts";

type Arrays = Readonly<Record<string, NpyArray | NpyFields>>;

/** Names under which people save inputs and targets of each part, as one writes them without marks. */
const spellings = {
  training: {
    x: ["x", "xtrain", "trainx", "data", "inputs", "features"],
    y: ["y", "ytrain", "trainy", "t", "target", "targets", "labels"],
  },
  validation: {
    x: ["xval", "xvalid", "xvalidation", "xdev", "valx"],
    y: ["yval", "yvalid", "yvalidation", "ydev", "valy"],
  },
  test: { x: ["xtest", "testx"], y: ["ytest", "testy"] },
} as const;

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_.-]/g, "");

/**
 * The table in an NPY file: a matrix whose last column is the target, a vector, or a structure whose fields are columns.
 *
 * @throws `file-format` as `readNpy`
 */
export function npyParts(bytes: Uint8Array, name: string): DataParts {
  const found = parseNpy(bytes, name);
  if ("fields" in found) return alone(tableOfFields(name, found.fields));
  return matrixParts(name, found);
}

/** A matrix as a table, its last column the target; images have no target. */
export function matrixParts(
  name: string,
  array: NpyArray | { shape: readonly number[]; data: NpyArray["data"] },
): DataParts {
  const [rows = 0, columns = 1] = array.shape;
  if (array.shape.length > 2) {
    const training = tableOfArrays(name, { x: array });
    return { ...alone(training), image: imageOf(array), labelled: false };
  }
  if (array.shape.length === 0) return alone(tableOfArrays(name, { x: array }));
  const names = Array.from({ length: columns }, (_, j) => (columns > 1 && j === columns - 1 ? "target" : `x${j + 1}`));
  const training = { name, rows, columns: columnsOf(array, names), notes: [] };
  return { ...alone(training), labelled: columns > 1 };
}

function tableOfFields(name: string, fields: Readonly<Record<string, NpyArray>>): Table {
  const entries = Object.entries(fields);
  const first = entries[0]![1];
  const odd = entries.find(([, { shape }]) => shape.length !== 1 || shape[0] !== first.shape[0]);
  if (odd) throw unclear(name, fields);
  return {
    name,
    rows: first.shape[0]!,
    columns: entries.flatMap(([title, array]) => columnsOf(array, [title])),
    notes: [],
  };
}

/**
 * The tables in an NPZ archive: inputs and targets by name (`X` and `y`; `x_train`, `y_train`, `x_test`, `y_test`; also
 * `x_val`), with the columns' names where there are `feature_names` or `columns`; a single array as in an NPY file; or
 * vectors of equal length, each a column.
 *
 * @throws `file-format` when the arrays fit none of these, naming them; `data-rows` when inputs and targets differ in rows
 */
export function npzParts(bytes: Uint8Array, name: string): DataParts {
  const arrays = parseNpz(bytes, name);
  const training = part(name, arrays, "training");
  const test = part(`${name} (test)`, arrays, "test");
  const validation = part(`${name} (validation)`, arrays, "validation");
  if (training) {
    sameColumns(training.table, [validation?.table, test?.table]);
    const { table, image, labelled } = training;
    return { training: table, validation: validation?.table ?? null, test: test?.table ?? null, image, labelled };
  }
  const others = Object.entries(arrays);
  const [only] = others;
  if (test && others.length <= 2) return { ...alone(test.table), image: test.image, labelled: test.labelled };
  if (only && others.length === 1) {
    const array = only[1];
    return "fields" in array ? alone(tableOfFields(name, array.fields)) : matrixParts(name, array);
  }
  if (others.some(([, array]) => "fields" in array)) throw unclear(name, arrays);
  return alone(tableOfFields(name, arrays as Readonly<Record<string, NpyArray>>));
}

function part(
  name: string,
  arrays: Arrays,
  which: keyof typeof spellings,
): { table: Table; image: DataParts["image"]; labelled: boolean } | undefined {
  const find = (names: readonly string[]): NpyArray | undefined => {
    const found = Object.entries(arrays).find(([key]) => names.includes(plain(key)))?.[1];
    return found && !("fields" in found) ? found : undefined;
  };
  const { x: xNames, y: yNames } = spellings[which];
  const [x, y] = [find(xNames), find(yNames)];
  if (!x || x.shape.length < 2) return undefined;
  const names = find(["featurenames", "columns", "columnnames"])?.data;
  const table = tableOfArrays(name, { x, y, names: Array.isArray(names) ? names : undefined });
  return { table, image: imageOf(x), labelled: y !== undefined };
}

/** A part must have the columns of the training part. */
function sameColumns({ columns }: Table, others: readonly (Table | undefined)[]): void {
  for (const other of others) {
    if (!other || other.columns.length === columns.length) continue;
    throw new ModelError({
      code: "data-columns",
      where: other.name,
      given: { "training columns": columns.length, here: other.columns.length },
      rule: "all parts must have the same columns.",
    });
  }
}

function unclear(where: string, arrays: Arrays): ModelError {
  const list = Object.entries(arrays).slice(0, 8);
  return new ModelError({
    code: "file-format",
    where,
    given: Object.fromEntries(list.map(([name, { shape }]) => [name, shape])),
    rule: "these arrays do not make a table.",
    hint: "name them X [rows, columns] and y [rows]; or x_train, y_train, x_test, y_test; or save vectors of equal length, one a column",
  });
}
