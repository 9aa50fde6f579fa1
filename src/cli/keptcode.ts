import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";

const user = process.getuid?.();

/**
 * The folder for compiled code of a command: below the folder for temporary files, or the one that NODE_COMPILE_CACHE
 * names; null when NODE_DISABLE_COMPILE_CACHE turns it off. Two installations, versions of Node or commands have two.
 *
 * @param installed folder of the files that are compiled
 * @param command   what is run of them
 */
export function codeFolder(installed: string, command: string): string | null {
  const { NODE_COMPILE_CACHE: named, NODE_DISABLE_COMPILE_CACHE: off } = process.env;
  if (off) return null;
  const place = (named || tmpdir()) + (user === undefined ? "/gradus-code" : `/gradus-code-${user}`);
  return join(place, `${command}-${crc32(installed).toString(16)}-${process.version}-${process.arch}`);
}

/** Nobody but the user can have written it: V8 runs code that was kept as it is. */
const own = ({ uid, mode }: Stats): boolean => user === undefined || (uid === user && (mode & 0o022) === 0);

/** What stands before code: what it was compiled of, and the sum of its bytes. */
const header = (hash: string, code: Uint8Array): string => hash + crc32(code).toString(16).padStart(8, "0");

/**
 * Code that was kept for a file, if it was for this very content and is whole.
 *
 * @param hash of the content
 */
export function readCode(path: string, hash: string): Buffer | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    if (!own(fstatSync(file))) return undefined;
    const kept = readFileSync(file);
    const code = kept.subarray(hash.length + 8);
    return kept.toString("latin1", 0, hash.length + 8) === header(hash, code) ? code : undefined;
  } catch {
    return undefined; // there is none, or it cannot be read: the file will be compiled
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Keeps code for the next time, whole or not at all: without a place, or a right to write there, it is compiled again. */
export function writeCode(path: string, hash: string, code: Buffer): void {
  const aside = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(aside, Buffer.concat([Buffer.from(header(hash, code)), code]), { flag: "wx", mode: 0o600 });
    renameSync(aside, path);
  } catch {
    try {
      unlinkSync(aside);
    } catch {} // there is none
  }
}
