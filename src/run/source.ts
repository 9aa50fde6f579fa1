import { stat } from "node:fs/promises";
import { ModelError, suggestion } from "../core/index.ts";
import { dataset, datasets, type Table } from "../data/index.ts";
import { type CsvOptions, type DataParts, isFolder, readFolder, readLike, readParts } from "../data/readers/index.ts";

/** Data as they were found, before any split. */
export interface Source {
  readonly name: string;
  /** Whether it came with gradus. */
  readonly builtIn: boolean;
  readonly table: Table;
  /** The validation and the test part, where the source brings its own. */
  readonly validation: Table | null;
  readonly test: Table | null;
  /** Rows of the kind that matters, where the table is of another: validation and test part are drawn from them. */
  readonly dev: Table | null;
  /** Default target column: the last. */
  readonly target: string;
  /** Shares for validation and test that suit it. */
  readonly shares: { readonly validation: number; readonly test: number };
  /** Height and width, where a row is an image. */
  readonly image: readonly [height: number, width: number] | null;
  /** False where no column can be the target: images without labels, say. */
  readonly labelled: boolean;
  readonly description: string;
}

/** How files are read, and a file that holds the test part. */
export interface SourceOptions extends CsvOptions {
  readonly testData?: string;
  /** A file with rows of the kind that matters. */
  readonly devData?: string;
}

const fifths = { validation: 0.2, test: 0.2 };

/**
 * Finds and reads data: a built-in data set by name, a file, `-` for standard input, or a folder with a file for each part.
 *
 * @throws what the readers throw; for a word that is neither a data set nor a file, `file-missing` naming the nearest
 */
export async function loadSource(source: string, options: SourceOptions = {}): Promise<Source> {
  const { testData, devData, ...reading } = options;
  const found = Object.hasOwn(datasets, source) ? await builtIn(source) : await fromFiles(source, reading);
  const like = async (path: string | undefined): Promise<Table | null> =>
    path === undefined ? null : readLike(found.table, path, reading);
  return { ...found, test: (await like(testData)) ?? found.test, dev: await like(devData) };
}

async function fromFiles(source: string, options: CsvOptions): Promise<Source> {
  if (source !== "-" && !(await exists(source)) && !/[./\\]/.test(source))
    throw new ModelError({
      code: "file-missing",
      where: source,
      rule: "there is no data set and no file of that name.",
      hint: suggestion(source, Object.keys(datasets)),
    });
  const folder = source !== "-" && (await isFolder(source));
  return sourceOf(source, await (folder ? readFolder : readParts)(source, options));
}

function sourceOf(path: string, { training, ...parts }: DataParts): Source {
  return {
    ...parts,
    dev: null,
    name: nameOf(path),
    builtIn: false,
    table: training,
    target: training.columns.at(-1)?.name ?? "",
    shares: fifths,
    description: path === "-" ? "standard input" : path,
  };
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function builtIn(name: string): Promise<Source> {
  const set = dataset(name);
  return {
    name,
    builtIn: true,
    table: await set.load(),
    validation: null,
    test: null,
    dev: null,
    target: set.target,
    shares: set.shares,
    image: name === "digits" ? [8, 8] : null,
    labelled: true,
    description: `${set.description} (${set.credit})`,
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
      ).replace(/(\.(?:csv|tsv|txt|data|npy|npz|parquet))?(\.gz)?$/i, "") || "data";
