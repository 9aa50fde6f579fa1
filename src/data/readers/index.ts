/** Readers of files: the part of `data` that needs Node. */
export type { DataParts } from "./arrays.ts";
export { type CsvOptions, readCsv } from "./csv.ts";
export type { Elements } from "./dtypes.ts";
export { isFolder, readFolder, readLike } from "./folder.ts";
export { type Idx, type IdxData, type IdxFolder, isIdxFolder, readIdx, readIdxFolder } from "./idx.ts";
export { type NpyArray, type NpyFields, readNpy, readNpz } from "./npy.ts";
export { readParquet } from "./parquet.ts";
export type { Source } from "./source.ts";
export { readParts, readTable } from "./table.ts";
