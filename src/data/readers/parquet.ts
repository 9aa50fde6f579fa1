import { open as openFile } from "node:fs/promises";
import type { AsyncBuffer, FileMetaData, SchemaElement, SchemaTree } from "hyparquet";
import { ModelError } from "../../core/index.ts";
import { type Column, numberColumn, sortedText, type Table } from "../table.ts";
import { levelOf, roundedNote } from "./columns.ts";
import { type CheckedPages, checkedPages } from "./parquetpages.ts";
import { contentOf, type Opened, open, type Source } from "./source.ts";

type Parquet = typeof import("hyparquet");

/**
 * Reads a Parquet file into typed columns, a row group at a time: numbers, booleans (as the words `false` and `true`),
 * words, dates; nulls are missing values. Pages may be compressed by snappy, gzip, zstd, brotli or LZ4. Columns of lists
 * and structures, and the index that pandas adds, are left out, which the table's notes say.
 *
 * @param source a path, `"-"` for standard input, bytes, or `{ content, name }`
 * @throws `file-missing`, `file-directory`; `file-format` when it is not Parquet, damaged, encrypted, or compressed in
 *         another way; `data-columns` without a column that can be read
 */
export async function readParquet(source: Source): Promise<Table> {
  return parquetTable(await open(source));
}

/** The table in an opened Parquet file. */
export async function parquetTable(opened: Opened): Promise<Table> {
  const [parquet, { compressors }] = await Promise.all([import("hyparquet"), import("hyparquet-compressors")]);
  const { file, close } = await access(opened);
  try {
    const metadata = await parquet.parquetMetadataAsync(file, { geoparquet: false });
    checkCodecs(opened.name, metadata, Object.keys(compressors));
    return await tableOf({ parquet, opened, metadata, options: { file, compressors } });
  } catch (error) {
    throw error instanceof ModelError ? error : unreadable(opened.name, error as Error);
  } finally {
    await close();
  }
}

interface Access {
  readonly file: AsyncBuffer;
  close(): Promise<void>;
}

/** Any part of the file: from the disk where it lies there uncompressed, else from memory. */
async function access(opened: Opened): Promise<Access> {
  const { file } = opened;
  const handle = file && !(await isGzip(file.path)) ? await openFile(file.path) : undefined;
  if (!file || !handle) {
    const { buffer, byteOffset, byteLength } = await contentOf(opened);
    const slice = (start: number, end = byteLength): ArrayBuffer =>
      buffer.slice(byteOffset + start, byteOffset + end) as ArrayBuffer;
    return { file: { byteLength, slice }, close: async () => undefined };
  }
  const read = async (start: number, end: number): Promise<ArrayBuffer> => {
    if (!(start >= 0 && start <= end && end <= file.size)) throw new Error("its parts lie outside of the file");
    const { bytesRead, buffer } = await handle.read(new Uint8Array(end - start), 0, end - start, start);
    return buffer.buffer.slice(0, bytesRead);
  };
  const slice = (start: number, end = file.size): Promise<ArrayBuffer> => {
    const part = read(start, end);
    part.catch(() => undefined); // of several parts asked for at once, the first that fails is enough to know
    return part;
  };
  return { file: { byteLength: file.size, slice }, close: () => handle.close() };
}

async function isGzip(path: string): Promise<boolean> {
  const handle = await openFile(path);
  const { buffer } = await handle.read(new Uint8Array(2), 0, 2, 0).finally(() => handle.close());
  return buffer[0] === 0x1f && buffer[1] === 0x8b;
}

function checkCodecs(where: string, { row_groups: groups }: FileMetaData, known: readonly string[]): void {
  const chunks = groups.flatMap(({ columns }) => columns.flatMap(({ meta_data: chunk }) => (chunk ? [chunk] : [])));
  const odd = chunks.find(({ codec }) => codec !== "UNCOMPRESSED" && !known.includes(codec));
  if (!odd) return;
  const how = (odd.codec as string | undefined) ?? "a way that is not known";
  throw new ModelError({
    code: "file-format",
    where: `${where}, column ${JSON.stringify(odd.path_in_schema.join("."))}`,
    given: { compression: how },
    rule: `this column is compressed by ${how}; ${known.join(", ")} can be read.`,
    hint: 'write it again: df.to_parquet(file, compression="zstd")',
  });
}

function unreadable(where: string, error: Error): ModelError {
  // the reader met what cannot be
  const slipped = error instanceof TypeError || error instanceof RangeError || /undefined|NaN/.test(error.message);
  const message = slipped ? "its parts do not fit together, as in a damaged file" : error.message;
  return new ModelError({
    code: "file-format",
    where,
    rule: `this Parquet file cannot be read: ${message.replace(/^parquet /, "")}.`,
    hint: "copy or write it again; encrypted files are not read",
  });
}

/** Gathers the values of one column. */
interface Gatherer {
  readonly name: string;
  put(row: number, value: unknown): void;
  /** The finished column; to be asked for once. */
  column(): Column;
  /** Whole numbers that float64 cannot hold. */
  rounded(): number;
}

interface Job {
  readonly opened: Opened;
  readonly metadata: FileMetaData;
  readonly options: { readonly file: AsyncBuffer } & Pick<CheckedPages, "compressors">;
}

/** Columns of numbers and words, and what is left out. */
function columnsOf(
  where: string,
  { element: root, children: fields }: SchemaTree,
): { readonly plain: readonly SchemaTree[]; readonly left: readonly SchemaElement[] } {
  if (root.repetition_type === "REPEATED") throw new Error("the table itself is a list");
  if (fields.some(({ element }) => typeof element.name !== "string")) throw new Error("a column has no name");
  const isIndex = ({ name }: SchemaElement): boolean => /^__index_level_\d+__$/.test(name);
  const plain = fields.filter(
    ({ element, children }) => children.length === 0 && !isList(element) && !isIndex(element),
  );
  const left = fields.filter((field) => !plain.includes(field)).map(({ element }) => element);
  if (plain.length === 0)
    throw new ModelError({
      code: "data-columns",
      where,
      given: { columns: left.map(({ name }) => name).join(", ") || "none" },
      rule: "there is no column of numbers or words.",
    });
  return { plain, left };
}

async function tableOf({ parquet, ...job }: Job & { parquet: Parquet }): Promise<Table> {
  const { opened, metadata, options } = job;
  const { plain, left } = columnsOf(opened.name, parquet.parquetSchema(metadata));
  const optional = new Map(plain.map(({ element }) => [element.name, element.repetition_type !== "REQUIRED"]));
  const checked = await checkedPages({ ...options, metadata, optional });
  const rows = Number(metadata.num_rows);
  const gatherers = new Map(plain.map(({ element }) => [element.name, gatherer(element, rows)]));
  for (let start = 0, g = 0; g < metadata.row_groups.length; g++) {
    const end = start + Number(metadata.row_groups[g]!.num_rows);
    await parquet.parquetRead({
      file: options.file,
      ...checked,
      columns: [...gatherers.keys()],
      rowStart: start,
      rowEnd: end,
      geoparquet: false,
      parsers,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const into = gatherers.get(columnName)!;
        for (let i = 0; i < columnData.length; i++) into.put(rowStart + i, columnData[i]);
      },
    });
    start = end;
  }
  const columns = [...gatherers.values()].map((each) => each.column());
  const notes = [...gatherers.values()].flatMap((each, j) => notesOn(columns[j]!, each.rounded()));
  return { name: opened.name, rows, columns, notes: [...left.map(leftOut), ...notes] };
}

const isList = ({ repetition_type: repetition }: SchemaElement): boolean => repetition === "REPEATED";

const leftOut = (element: SchemaElement): string =>
  element.num_children || isList(element)
    ? `column ${element.name}: lists or structures, left out`
    : `column ${element.name}: pandas' index, left out`;

function notesOn(column: Column, rounded: number): string[] {
  if (column.kind === "text") return [`column ${column.name}: text, ${column.levels.length} levels`];
  return roundedNote(column.name, rounded);
}

/** Times in milliseconds since 1970. */
const parsers = {
  timestampFromMilliseconds: (t: bigint): number => Number(t),
  timestampFromMicroseconds: (t: bigint): number => Number(t) / 1e3,
  timestampFromNanoseconds: (t: bigint): number => Number(t) / 1e6,
  dateFromDays: (t: number): number => t * 86_400_000,
};

function gatherer(element: SchemaElement, rows: number): Gatherer {
  const { name, type, converted_type: converted, logical_type: logical } = element;
  if (type === "BOOLEAN") return words(name, rows);
  const decimal = converted === "DECIMAL" || logical?.type === "FLOAT16";
  if ((type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY") && !decimal) return words(name, rows);
  const date =
    type === "INT96" ||
    logical?.type === "TIMESTAMP" ||
    logical?.type === "DATE" ||
    /^(?:DATE|TIMESTAMP)/.test(converted ?? "");
  return numbers(name, type === "FLOAT" ? new Float32Array(rows) : new Float64Array(rows), date);
}

function numbers(name: string, values: Float32Array | Float64Array, date: boolean): Gatherer {
  let rounded = 0;
  const limit = 2n ** 53n;
  return {
    name,
    put: (row, value) => {
      if (typeof value === "bigint" && (value > limit || value < -limit)) rounded++;
      values[row] = value === null || value === undefined ? Number.NaN : Number(value);
    },
    column: () => ({ ...numberColumn(name, values), ...(date && { date }) }),
    rounded: () => rounded,
  };
}

function words(name: string, rows: number): Gatherer {
  const codes = new Int32Array(rows).fill(-1);
  const levels = new Map<string, number>();
  return {
    name,
    put: (row, value) => {
      if (value === null || value === undefined || value === "") return;
      const word = typeof value === "object" ? JSON.stringify(value) : String(value);
      codes[row] = levelOf(levels, word);
    },
    column: () => sortedText(name, { codes, levels: [...levels.keys()] }),
    rounded: () => 0,
  };
}
