/** Readers of files: the part of `data` that needs Node. */
export { type CsvOptions, readCsv } from "./csv.ts";
export { type Idx, type IdxData, type IdxFolder, isIdxFolder, readIdx, readIdxFolder } from "./idx.ts";
export type { Source } from "./source.ts";
export { readTable } from "./table.ts";
