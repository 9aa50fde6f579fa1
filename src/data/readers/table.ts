import { stat } from "node:fs/promises";
import { ModelError } from "../../core/index.ts";
import type { Table } from "../table.ts";
import { type CsvOptions, readCsv } from "./csv.ts";
import { isIdxFolder } from "./idx.ts";

/**
 * Reads a table from a file of any kind that is known: CSV for now, plain or gzip, whatever its name. Files of another
 * kind are told by their first bytes and refused by name.
 *
 * @param path a path, or `"-"` for standard input
 * @throws as `readCsv`; `file-directory` for a folder, which `readIdxFolder` may be able to read
 */
export async function readTable(path: string, options: CsvOptions = {}): Promise<Table> {
  const folder = path !== "-" && (await stat(path).catch(() => undefined))?.isDirectory();
  if (!folder) return readCsv(path, options);
  const images = await isIdxFolder(path);
  throw new ModelError({
    code: "file-directory",
    where: path,
    rule: "this is a folder; one table is read from a file.",
    hint: images ? "readIdxFolder reads its training and test part" : "name a .csv or .csv.gz file in it",
  });
}
