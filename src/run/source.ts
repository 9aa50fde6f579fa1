import { stat } from "node:fs/promises";
import { ModelError, suggestion } from "../core/index.ts";
import { dataset, datasets, type Table } from "../data/index.ts";
import { type CsvOptions, isIdxFolder, readIdxFolder, readTable } from "../data/readers/index.ts";

/** Data as they were found, before any split. */
export interface Source {
  readonly name: string;
  /** Whether it came with gradus. */
  readonly builtIn: boolean;
  readonly table: Table;
  /** The test part, where the source brings its own. */
  readonly test: Table | null;
  /** Default target column: the last. */
  readonly target: string;
  /** Shares for validation and test that suit it. */
  readonly shares: { readonly validation: number; readonly test: number };
  /** Height and width, where a row is an image. */
  readonly image: readonly [height: number, width: number] | null;
  readonly description: string;
}

const fifths = { validation: 0.2, test: 0.2 };

/**
 * Finds and reads data: a built-in data set by name, a file, `-` for standard input, or a folder in MNIST's layout.
 *
 * @throws what the readers throw; for a word that is neither a data set nor a file, `file-missing` naming the nearest
 */
export async function loadSource(source: string, options: CsvOptions = {}): Promise<Source> {
  if (Object.hasOwn(datasets, source)) return builtIn(source);
  if (source !== "-" && !(await exists(source)) && !/[./\\]/.test(source))
    throw new ModelError({
      code: "file-missing",
      where: source,
      rule: "there is no data set and no file of that name.",
      hint: suggestion(source, Object.keys(datasets)),
    });
  if (source !== "-" && (await isIdxFolder(source))) return imageFolder(source);
  const table = await readTable(source, options);
  const target = table.columns.at(-1)?.name ?? "";
  return {
    name: nameOf(source),
    builtIn: false,
    table,
    test: null,
    target,
    shares: fifths,
    image: null,
    description: source === "-" ? "standard input" : source,
  };
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function builtIn(name: string): Promise<Source> {
  const set = dataset(name);
  const table = await set.load();
  const image = name === "digits" ? ([8, 8] as const) : null;
  return {
    name,
    builtIn: true,
    table,
    test: null,
    target: set.target,
    shares: set.shares,
    image,
    description: `${set.description} (${set.credit})`,
  };
}

async function imageFolder(folder: string): Promise<Source> {
  const { training, test, image } = await readIdxFolder(folder);
  const target = training.columns.at(-1)!.name;
  return {
    name: nameOf(folder),
    builtIn: false,
    table: training,
    test,
    target,
    shares: { validation: 0.2, test: 0 },
    image,
    description: folder,
  };
}

/** `data/wine.csv.gz` → `wine` */
const nameOf = (path: string): string =>
  path === "-"
    ? "stdin"
    : (
        path
          .replace(/[/\\]+$/, "")
          .split(/[/\\]/)
          .at(-1) ?? path
      ).replace(/(\.csv|\.tsv|\.txt|\.data)?(\.gz)?$/i, "") || "data";
