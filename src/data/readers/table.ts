import { readdir, stat } from "node:fs/promises";
import { ModelError } from "../../core/index.ts";
import type { Table } from "../table.ts";
import { matrixParts, npyParts, npzParts } from "./archive.ts";
import { alone, type DataParts } from "./arrays.ts";
import { type CsvOptions, csvTable } from "./csv.ts";
import { isIdxFolder, parseIdx } from "./idx.ts";
import { parquetTable } from "./parquet.ts";
import { contentOf, headOf, isTableName, type Opened, open, type Source } from "./source.ts";

type Reader = (opened: Opened, options: CsvOptions) => Promise<DataParts>;

interface Kind {
  /** The first bytes of such a file. */
  readonly starts: readonly number[];
  readonly read: Reader;
}

/** Kinds of files that are told by their first bytes; all others are CSV. */
const kinds: readonly Kind[] = [
  { starts: [0x50, 0x41, 0x52, 0x31], read: async (opened) => alone(await parquetTable(opened)) },
  {
    starts: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59],
    read: async (opened) => npyParts(await contentOf(opened), opened.name),
  },
  { starts: [0x50, 0x4b, 0x03, 0x04], read: async (opened) => npzParts(await contentOf(opened), opened.name) },
  ...[8, 9, 11, 12, 13, 14].map((type) => ({ starts: [0, 0, type], read: idx })),
];

async function idx(opened: Opened): Promise<DataParts> {
  return matrixParts(opened.name, parseIdx(await contentOf(opened), opened.name));
}

const csv: Reader = async (opened, options) => alone(await csvTable(opened, options));

/**
 * Reads a table from a file of any kind that is known, plain or gzip: CSV, NPY, NPZ, Parquet, IDX. The kind is told by the
 * first bytes, whatever the file is called.
 *
 * @param source  a path, `"-"` for standard input, bytes, or `{ content, name }`
 * @param options for CSV
 * @returns the table; of a file with several parts, the training part (`readParts` gives all)
 * @throws as `readCsv`, `readNpy`, `readParquet` and `readIdx`; `file-directory` for a folder, which `readIdxFolder` may be
 *         able to read
 */
export const readTable = async (source: Source, options: CsvOptions = {}): Promise<Table> =>
  (await readParts(source, options)).training;

/**
 * Reads all parts of a file, as `readTable` reads one.
 *
 * @throws as `readTable`
 */
export async function readParts(source: Source, options: CsvOptions = {}): Promise<DataParts> {
  if (typeof source === "string" && source !== "-") await refuseFolder(source);
  const opened = await open(source);
  const head = await headOf(opened);
  const kind = kinds.find(({ starts }) => starts.every((byte, i) => head[i] === byte));
  const parts = await (kind?.read ?? csv)(opened, options);
  checkRows(parts.training, options.minimumRows);
  return parts;
}

async function refuseFolder(path: string): Promise<void> {
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) return;
  const names = await readdir(path);
  const tables = names.filter(isTableName).slice(0, 6);
  throw new ModelError({
    code: "file-directory",
    where: path,
    rule: "this is a folder; one table is read from a file.",
    hint: (await isIdxFolder(path))
      ? "readIdxFolder reads its training and test part"
      : `name a file in it: ${tables.join(", ") || ".csv, .npy, .npz or .parquet, also with .gz"}`,
  });
}

function checkRows({ name, rows, columns }: Table, minimumRows = 2): void {
  if (rows >= minimumRows) return;
  throw new ModelError({
    code: "data-rows",
    where: name,
    given: { rows, columns: columns.length },
    rule: `the file has ${rows === 1 ? "one row" : `${rows} rows`} of data; at least ${minimumRows} ${minimumRows === 1 ? "row is" : "rows are"} needed.`,
  });
}
