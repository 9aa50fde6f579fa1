import { ModelError, suggestion } from "../core/index.ts";
import { pause } from "../core/pause.ts";
import type { Task } from "../core/task.ts";
import { franke, type GenerateOptions, gate, moons, polynomial, spiral } from "./generated.ts";
import { numberColumn, type Table } from "./table.ts";

/** A built-in data set: what it is, whose it is, and how to load it. */
export interface Dataset {
  readonly name: string;
  readonly description: string;
  readonly credit: string;
  readonly target: string;
  readonly task: Task;
  /** Shares that suit it: none of the four rows of a gate can be spared. */
  readonly shares: { readonly validation: number; readonly test: number };
  /** The table; `options` count for generated sets only. */
  load(options?: GenerateOptions): Promise<Table>;
}

interface Packed {
  readonly header: string;
  readonly rows: string;
}

/** Reads column number j of packed rows. */
type Columns = (j: number) => Float64Array;

/** Columns from packed rows, which `columnsOf` reads; in a page, others have a turn before the caller goes on. */
async function unpack(
  name: string,
  { header, rows }: Packed,
  columnsOf: (rows: string, width: number) => Columns,
): Promise<Table> {
  const names = header.split(",");
  const column = columnsOf(rows.trim(), names.length);
  const columns = names.map((each, j) => numberColumn(each, column(j)));
  await pause();
  return { name, rows: columns[0]!.values.length, columns, notes: [] };
}

/** Rows of numbers between commas. */
function decimals(rows: string, width: number): Columns {
  const numbers = rows.split(/\s+/).flatMap((row) => row.split(","));
  return (j) => {
    const values = new Float64Array(numbers.length / width);
    for (let i = 0; i < values.length; i++) values[i] = Number(numbers[i * width + j]);
    return values;
  };
}

/** Rows of letters, A for 0, with one character between rows. */
function letters(rows: string, width: number): Columns {
  const count = (rows.length + 1) / (width + 1);
  return (j) => {
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = rows.charCodeAt(i * (width + 1) + j) - 65;
    return values;
  };
}

const fifths = { validation: 0.2, test: 0.2 };
const whole = { validation: 0, test: 0 };
const common = { target: "target", shares: fifths, credit: "generated" } as const;

/** The built-in data sets by name; a set's data are loaded when asked for. */
export const datasets = {
  digits: {
    ...common,
    name: "digits",
    description: "1797 grey images of handwritten digits, 8 × 8 pixels of 0 to 16, ten classes",
    credit: "E. Alpaydin and C. Kaynak (1998), UCI Machine Learning Repository, CC BY 4.0",
    task: "multiclass",
    load: async () => unpack("digits", await import("./embedded/digits.ts"), letters),
  },
  "breast-cancer": {
    ...common,
    name: "breast-cancer",
    description: "569 tumours, 30 measures of their cell nuclei; 0 malignant, 1 benign",
    credit: "W. Wolberg, N. Street and O. Mangasarian (1995), UCI Machine Learning Repository, CC BY 4.0",
    task: "binary",
    load: async () => unpack("breast-cancer", await import("./embedded/breast-cancer.ts"), decimals),
  },
  iris: {
    ...common,
    name: "iris",
    description: "150 flowers, 4 lengths in centimetres, three species of iris",
    credit: "R. A. Fisher (1936)",
    task: "multiclass",
    load: async () => unpack("iris", await import("./embedded/iris.ts"), decimals),
  },
  franke: {
    ...common,
    name: "franke",
    description: "Franke's function of two variables on a 30 × 30 grid",
    task: "regression",
    load: async (options?: GenerateOptions) => franke(options),
  },
  polynomial: {
    ...common,
    name: "polynomial",
    description: "x + 2y + 3x² + 4xy + 5y² on a 20 × 20 grid",
    task: "regression",
    load: async (options?: GenerateOptions) => polynomial(options),
  },
  xor: {
    ...common,
    name: "xor",
    description: "the exclusive-or gate: four rows that no straight line separates",
    task: "binary",
    shares: whole,
    load: async () => gate("xor", (a, b) => a !== b),
  },
  or: {
    ...common,
    name: "or",
    description: "the or gate: four rows",
    task: "binary",
    shares: whole,
    load: async () => gate("or", (a, b) => a + b > 0),
  },
  and: {
    ...common,
    name: "and",
    description: "the and gate: four rows",
    task: "binary",
    shares: whole,
    load: async () => gate("and", (a, b) => a + b === 2),
  },
  spiral: {
    ...common,
    name: "spiral",
    description: "two spiral arms wound around each other, 200 points each",
    task: "binary",
    load: async (options?: GenerateOptions) => spiral(options),
  },
  moons: {
    ...common,
    name: "moons",
    description: "two half circles that reach into each other, 200 points each",
    task: "binary",
    load: async (options?: GenerateOptions) => moons(options),
  },
} as const satisfies Record<string, Dataset>;

/** The name of a built-in data set. */
export type DatasetName = keyof typeof datasets;

/**
 * The built-in data set of that name.
 *
 * @throws `option` for an unknown name
 */
export function dataset(name: string): Dataset {
  if (Object.hasOwn(datasets, name)) return datasets[name as DatasetName];
  throw new ModelError({
    code: "option",
    where: `dataset(${JSON.stringify(name)})`,
    rule: "there is no built-in data set of that name.",
    hint: suggestion(name, Object.keys(datasets)),
  });
}
