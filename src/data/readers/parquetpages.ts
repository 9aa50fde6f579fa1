import type { ColumnMetaData, FileMetaData, PageHeader } from "hyparquet";
import type { compressors } from "hyparquet-compressors";

/**
 * What is checked of a Parquet file before and while it is read: sizes and counts in page headers, and the lengths of runs in
 * them. The library that reads it follows these numbers wherever they lead, which in a damaged file may be for ever.
 */

type Compressors = typeof compressors;
type Decompress = (page: Uint8Array, size: number) => Uint8Array;

/** Any part of the file. */
interface Bytes {
  readonly byteLength: number;
  slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer>;
}

interface Pages {
  readonly file: Bytes;
  readonly metadata: FileMetaData;
  /** The columns that are to be read, all of them flat, and whether they may hold nulls. */
  readonly optional: ReadonlyMap<string, boolean>;
  readonly compressors: Compressors;
}

/** What to read the file with. */
export interface CheckedPages {
  /** With a name of its own for the compression of each chunk. */
  readonly metadata: FileMetaData;
  /** By these names: pages are checked once they are decompressed. */
  readonly compressors: Compressors;
}

/** Pages of more bytes than this must be accounted for by the size of their chunk. */
const plainlySmall = 2 ** 27;
/** Bit widths beyond this are not in the format. */
const widest = 32;

function insist(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/**
 * Goes through all page headers.
 *
 * @throws an error that says what is wrong: a part outside of the file, sizes or counts that do not agree
 */
export async function checkedPages({ file, metadata, optional, compressors }: Pages): Promise<CheckedPages> {
  const { parquetHeader } = await import("hyparquet/src/column.js");
  const gates: Record<string, Decompress> = {};
  const groups = [];
  let rows = 0n;
  for (const [g, group] of metadata.row_groups.entries()) {
    rows += BigInt(group.num_rows);
    const columns = [];
    for (const [c, column] of group.columns.entries()) {
      const meta = column.meta_data;
      const nulls = meta && optional.get(meta.path_in_schema.join("."));
      if (!meta || nulls === undefined || meta.num_values === 0n) {
        columns.push(column);
        continue;
      }
      insist(meta.num_values === BigInt(group.num_rows), "a column has not as many values as there are rows");
      const pages = pagesIn(await chunkOf(file, meta), { meta, optional: nulls }, parquetHeader);
      const name = `${meta.codec} ${g} ${c}`;
      gates[name] = gate(pages, nulls, decompressorFor(meta.codec, compressors));
      columns.push({ ...column, meta_data: { ...meta, codec: name as ColumnMetaData["codec"] } });
    }
    groups.push({ ...group, columns });
  }
  insist(rows === BigInt(metadata.num_rows), "the rows of its groups do not add up");
  return { metadata: { ...metadata, row_groups: groups }, compressors: gates };
}

const decompressorFor = (codec: ColumnMetaData["codec"], compressors: Compressors): Decompress =>
  codec === "UNCOMPRESSED" ? (page) => page : (compressors[codec] as Decompress);

/** The bytes of a column chunk. */
async function chunkOf(file: Bytes, meta: ColumnMetaData): Promise<ArrayBuffer> {
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const end = start + Number(meta.total_compressed_size);
  insist(start >= 4 && start < end && end <= file.byteLength - 8, "its parts lie outside of the file");
  return file.slice(start, end);
}

interface Chunk {
  readonly meta: ColumnMetaData;
  readonly optional: boolean;
}

/** The pages of a chunk whose values hyparquet will ask for, in order. */
function pagesIn(
  chunk: ArrayBuffer,
  { meta, optional }: Chunk,
  header: (reader: { view: DataView<ArrayBuffer>; offset: number }) => PageHeader,
): PageHeader[] {
  const reader = { view: new DataView(chunk), offset: 0 };
  const pages: PageHeader[] = [];
  const largest = Math.max(Number(meta.total_uncompressed_size), plainlySmall);
  let values = 0n;
  while (values < meta.num_values) {
    insist(reader.offset < chunk.byteLength, "there are fewer values than it says");
    const page = header(reader);
    const { compressed_page_size: size, uncompressed_page_size: whole } = page;
    insist(isCount(size) && reader.offset + size <= chunk.byteLength, "a page does not fit into its column");
    insist(isCount(whole) && whole <= largest, "a page is larger than its column");
    const count = page.data_page_header?.num_values ?? page.data_page_header_v2?.num_values;
    if (page.type === "DATA_PAGE" || page.type === "DATA_PAGE_V2") {
      insist(isCount(count) && BigInt(count) <= meta.num_values - values, "a page has more values than its column");
      values += BigInt(count);
    }
    if (page.type === "DICTIONARY_PAGE") {
      const entries = page.dictionary_page_header?.num_values;
      insist(isCount(entries) && entries <= 8 * whole + 1, "a dictionary has more entries than bytes");
    }
    if (page.type === "DATA_PAGE_V2") checkLevels(new Uint8Array(chunk, reader.offset, size), page, optional);
    const direct = page.data_page_header_v2?.is_compressed === false && page.type === "DATA_PAGE_V2";
    if (direct) checkValues(new Uint8Array(chunk, reader.offset + levelBytes(page), size - levelBytes(page)), page);
    else pages.push(page);
    reader.offset += size;
  }
  return pages;
}

const isCount = (n: number | undefined): n is number => Number.isInteger(n) && n! >= 0;

const levelBytes = ({ data_page_header_v2: v2 }: PageHeader): number =>
  v2!.definition_levels_byte_length + v2!.repetition_levels_byte_length;

/** Levels in front of the values of a page of the second kind. */
function checkLevels(bytes: Uint8Array, page: PageHeader, optional: boolean): void {
  const {
    definition_levels_byte_length: length,
    repetition_levels_byte_length: before,
    ...v2
  } = page.data_page_header_v2!;
  insist(isCount(length) && isCount(before) && length + before <= bytes.length, "its levels do not fit into a page");
  insist(isCount(v2.num_nulls) && v2.num_nulls <= v2.num_values, "a page has more nulls than values");
  insist(v2.num_rows === v2.num_values, "a page has not as many rows as values");
  if (optional) checkRuns(bytes.subarray(before, before + length), 1, v2.num_values);
}

/** Decompresses page after page of a chunk, and checks each. */
function gate(pages: readonly PageHeader[], optional: boolean, decompress: Decompress): Decompress {
  let next = 0;
  return (compressed, size) => {
    const page = pages[next++];
    insist(page !== undefined, "there are more pages than it says");
    const bytes = decompress(compressed, size);
    insist(bytes?.length === size, "a page has another length than it says");
    if (page.type === "DATA_PAGE") checkValues(optional ? behindLevels(bytes, page) : bytes, page);
    if (page.type === "DATA_PAGE_V2") checkValues(bytes, page);
    return bytes;
  };
}

/** What comes behind the levels of a page of the first kind, once these are checked. */
function behindLevels(bytes: Uint8Array, page: PageHeader): Uint8Array {
  const length = lengthAt(bytes);
  checkRuns(bytes.subarray(4, 4 + length), 1, page.data_page_header!.num_values);
  return bytes.subarray(4 + length);
}

function lengthAt(bytes: Uint8Array): number {
  insist(bytes.length >= 4, "a page ends too early");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  insist(4 + length <= bytes.length, "its levels do not fit into a page");
  return length;
}

/** Values that are given as runs or as differences: by what they are long. */
function checkValues(bytes: Uint8Array, { data_page_header: v1, data_page_header_v2: v2 }: PageHeader): void {
  const { encoding, num_values: count } = (v1 ?? v2)!;
  if (encoding?.startsWith("DELTA")) checkBlocks(bytes, count);
  if (encoding === "RLE") checkRuns(bytes.subarray(4, 4 + lengthAt(bytes)), 1, count);
  if (!encoding?.endsWith("DICTIONARY") || bytes.length === 0) return;
  const width = bytes[0]!;
  insist(width <= widest, "the numbers of a dictionary are too wide");
  if (width > 0) checkRuns(bytes.subarray(1), width, count);
}

/** Blocks of differences: their number of parts, in front of them. */
function checkBlocks(bytes: Uint8Array, count: number): void {
  if (count === 0 || bytes.length === 0) return;
  const { value: size, at } = varint(bytes, 0);
  const { value: parts } = varint(bytes, at);
  insist(
    parts >= 1 && size % parts === 0 && parts <= bytes.length && size <= 2 ** 24,
    "a block of differences has no sensible size",
  );
}

/**
 * Runs of equal numbers, and of numbers packed by bits: none longer than the whole. There may be fewer numbers than values,
 * some of which are null.
 */
function checkRuns(bytes: Uint8Array, width: number, count: number): void {
  let at = 0;
  for (let seen = 0; seen < count && at < bytes.length; ) {
    const { value, at: next } = varint(bytes, at);
    const run = value >>> 1;
    if (value % 2 === 1) {
      insist(8 * run <= 2 * count + 512, "a run is longer than its page");
      seen += 8 * run;
      at = next + run * width;
    } else {
      insist(run <= count, "a run is longer than its page");
      seen += run;
      at = next + Math.ceil(width / 8);
    }
  }
}

/** A number of seven bits a byte, the least first. */
function varint(bytes: Uint8Array, from: number): { readonly value: number; readonly at: number } {
  let value = 0;
  for (let at = from, scale = 1; at < bytes.length && at < from + 5; at++, scale *= 128) {
    value += (bytes[at]! & 127) * scale;
    if (bytes[at]! < 128) return { value, at: at + 1 };
  }
  throw new Error("a page ends too early");
}
