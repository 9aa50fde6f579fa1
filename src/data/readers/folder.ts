import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ModelError } from "../../core/index.ts";
import type { Table } from "../table.ts";
import type { DataParts } from "./arrays.ts";
import type { CsvOptions } from "./csv.ts";
import { isIdxFolder, readIdxFolder } from "./idx.ts";
import { isTableName } from "./source.ts";
import { readParts } from "./table.ts";

/** What the file of each part may be called, before its ending. */
const stems = {
  training: ["train", "training"],
  validation: ["validation", "valid", "val", "dev"],
  test: ["test", "testing"],
} as const;

type Part = keyof typeof stems;

/** True for a folder. */
export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;

/**
 * Reads a folder: MNIST's four IDX files, or `train.csv` with `test.csv` and `validation.csv` beside it, as far as they are
 * there (also `.tsv`, `.npy`, `.npz`, `.parquet`, `.gz`).
 *
 * @throws `file-directory` when there is no training file, or more than one for a part; and as
 *         `readTable`
 */
export async function readFolder(folder: string, options: CsvOptions = {}): Promise<DataParts> {
  if (await isIdxFolder(folder)) return readIdxFolder(folder);
  const names = (await readdir(folder)).sort();
  const files = (part: Part): string[] =>
    names.filter((name) => isTableName(name) && (stems[part] as readonly string[]).includes(stemOf(name)));
  const several = (Object.keys(stems) as Part[]).map(files).find((found) => found.length > 1);
  if (several)
    throw new ModelError({
      code: "file-directory",
      where: folder,
      given: { files: several.join(", ") },
      rule: "which of these files is meant cannot be told.",
      hint: "remove all but one, or name the file",
    });
  const [training] = files("training");
  if (training === undefined) throw noTraining(folder, names);
  const found = await readParts(join(folder, training), options);
  const other = async (part: "validation" | "test"): Promise<Table | null> => {
    const [name] = files(part);
    return name === undefined ? found[part] : readLike(found.training, join(folder, name), options);
  };
  return { ...found, validation: await other("validation"), test: await other("test") };
}

const stemOf = (name: string): string => name.toLowerCase().split(".")[0]!;

function noTraining(folder: string, names: readonly string[]): ModelError {
  const tables = names.filter(isTableName);
  const shown = tables.slice(0, 8).join(", ") + (tables.length > 8 ? ", …" : "");
  return new ModelError({
    code: "file-directory",
    where: folder,
    given: { tables: shown || "none" },
    rule: "this is a folder without a training file.",
    hint: "name a file in it; or call the files train.csv and test.csv; or put the four IDX files of MNIST's layout there",
  });
}

/**
 * Reads a further part of data whose training part is known: words where that has words.
 *
 * @throws as `readTable`
 */
export async function readLike(training: Table, path: string, options: CsvOptions = {}): Promise<Table> {
  const text = training.columns.filter(({ kind }) => kind === "text").map(({ name }) => name);
  const { training: table } = await readParts(path, { ...options, minimumRows: 1, text });
  return table;
}
