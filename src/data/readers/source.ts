import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ModelError, nearest } from "../../core/index.ts";

/** What a reader reads: a path, `"-"` for standard input, bytes, or content with a name for messages. */
export type Source = string | Uint8Array | { readonly content: string | Uint8Array; readonly name?: string };

/** A source that can be read from the start more than once. */
export interface Opened {
  /** As messages name it. */
  readonly name: string;
  /** The bytes, decompressed where they were gzip; `look` when only the first are wanted, and all of them later. */
  bytes(options?: { readonly look?: boolean }): AsyncIterable<Uint8Array>;
  /** A file that any part can be read of at any time, and how many bytes it has. */
  readonly file?: { readonly path: string; readonly size: number };
}

const pieceSize = 2 ** 20;

/**
 * Opens a source; nothing but its existence is checked yet.
 *
 * @throws `file-missing`, `file-directory`; when read, `file-format` for broken gzip
 */
export async function open(source: Source): Promise<Opened> {
  if (source === "-") return { name: "standard input", bytes: replayed(process.stdin, "standard input") };
  if (typeof source === "string") return openPath(source);
  const { content, name = "data" } = source instanceof Uint8Array ? { content: source } : source;
  const whole = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { name, bytes: () => unzipped(pieces(whole), name) };
}

async function openPath(path: string): Promise<Opened> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) throw await unreadable(path, found);
  if (found.isDirectory())
    throw new ModelError({ code: "file-directory", where: path, rule: "this is a folder, not a data file." });
  const stream = (): AsyncIterable<Uint8Array> => createReadStream(path, { highWaterMark: pieceSize });
  if (!found.isFile()) return { name: path, bytes: replayed(stream(), path) };
  return { name: path, bytes: () => unzipped(guarded(stream(), path), path), file: { path, size: found.size } };
}

/** The first bytes, for telling what kind of file it is: at least `count`, unless there are fewer. */
export async function headOf(opened: Opened, count = 64): Promise<Uint8Array> {
  let head = new Uint8Array();
  for await (const piece of opened.bytes({ look: true })) {
    head = head.length === 0 ? new Uint8Array(piece) : Uint8Array.of(...head, ...piece);
    if (head.length >= count) break;
  }
  return head;
}

/** All bytes in one array; nearly twice as much memory is needed where they were compressed. */
export async function contentOf({ bytes, file }: Opened): Promise<Uint8Array> {
  let content = new Uint8Array(file?.size ?? 0);
  let length = 0;
  for await (const piece of bytes()) {
    if (length + piece.length > content.length) {
      const larger = new Uint8Array(Math.max(2 * content.length, length + piece.length));
      larger.set(content.subarray(0, length));
      content = larger;
    }
    content.set(piece, length);
    length += piece.length;
  }
  return content.subarray(0, length);
}

/** Whether a file is called as tables are. */
export const isTableName = (name: string): boolean => /\.(?:csv|tsv|npy|npz|parquet)(?:\.gz)?$/i.test(name);

/** A path that cannot be read as an error of the library: the nearest name in the folder is the hint. */
export async function unreadable(
  path: string,
  cause: Error & { readonly code?: string | undefined },
): Promise<ModelError> {
  if (cause.code === "EISDIR")
    return new ModelError({ code: "file-directory", where: path, rule: "this is a folder." });
  if (cause.code !== "ENOENT" && cause.code !== "ENOTDIR")
    return new ModelError({ code: "file-missing", where: path, rule: `this file cannot be read (${cause.code}).` });
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => undefined);
  return new ModelError({
    code: "file-missing",
    where: path,
    rule: names ? "there is no such file." : `there is no such file, nor a folder ${folder}.`,
    ...(names && { hint: similarFile(basename(path), names) }),
  });
}

/** The file or folder whose name, without its ending, is nearest. */
function similarFile(typed: string, names: readonly string[]): string {
  const stem = (name: string): string => name.replace(/(?<=.)\.(?:csv|tsv|txt|data|npy|npz|parquet)?(?:\.gz)?$/i, "");
  const visible = names.filter((name) => !name.startsWith("."));
  const near = nearest(stem(typed), visible.map(stem));
  if (near !== undefined) return `did you mean ${visible.find((name) => stem(name) === near)}?`;
  const tables = visible.filter(isTableName);
  return tables.length > 0 ? `here are ${tables.slice(0, 12).join(", ")}` : "there is no table in this folder";
}

async function* guarded(stream: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    throw await unreadable(path, error as NodeJS.ErrnoException);
  }
}

function* pieces(whole: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < whole.length; at += pieceSize) yield whole.subarray(at, at + pieceSize);
}

/**
 * A stream that flows only once: what came is kept, and given again on a later reading. A reading that is given up ends
 * the stream, unless it was only for a look.
 */
function replayed(stream: AsyncIterable<Uint8Array>, name: string): Opened["bytes"] {
  const kept: Uint8Array[] = [];
  const rest = guarded(stream, name);
  const read = async function* (look: boolean): AsyncGenerator<Uint8Array> {
    try {
      for (let i = 0; ; i++) {
        if (i === kept.length) {
          const next = await rest.next();
          if (next.done) return;
          kept.push(next.value);
        }
        yield kept[i]!;
      }
    } finally {
      if (!look) await rest.return(undefined);
    }
  };
  return ({ look = false } = {}) => unzipped(read(look), name);
}

/** Bytes that start like gzip, decompressed; others as they are. */
async function* unzipped(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const stream = relay(chunks);
  let head = new Uint8Array();
  for (let next = await stream.next(); !next.done; next = await stream.next()) {
    head = head.length === 0 ? new Uint8Array(next.value) : Uint8Array.of(...head, ...next.value);
    if (head.length >= 2) break;
  }
  const zipped = head[0] === 0x1f && head[1] === 0x8b;
  if (name.endsWith(".gz") && !zipped && head.length > 0)
    throw new ModelError({
      code: "file-format",
      where: name,
      rule: "the name ends in .gz, but the content is not gzip.",
      hint: "rename the file if it is plain text",
    });
  if (zipped) yield* gunzip(relay([head], stream), name);
  else yield* relay([head], stream);
}

async function* relay(...parts: (AsyncIterable<Uint8Array> | Iterable<Uint8Array>)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield* part;
}

async function* gunzip(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let failed: unknown;
  const source = Readable.from(chunks).on("error", (error) => {
    failed = error;
    unzip.destroy(error);
  });
  const unzip = createGunzip({ chunkSize: pieceSize });
  try {
    yield* source.pipe(unzip);
  } catch (error) {
    if (failed instanceof ModelError) throw failed;
    throw new ModelError({
      code: "file-format",
      where: name,
      rule: `the compressed content is damaged or cut off (${(error as Error).message}).`,
      hint: "copy or download the file again",
    });
  } finally {
    source.destroy();
  }
}
