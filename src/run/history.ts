import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EpochRow, Pair } from "../training/index.ts";
import { guarded, reason } from "./write.ts";

export const historyName = "history.jsonl";

/** A line of the history: an epoch, and the hash of the parameters that it left. */
export interface HistoryLine {
  readonly row: EpochRow;
  readonly fingerprint: string | null;
  /** Where the line ends in the file, in bytes. */
  readonly end: number;
}

/**
 * The lines of a history, as far as they are whole and no epoch is missing.
 *
 * @param validated whether the run has a validation part: JSON has no NaN, so a figure of it that is null was one
 */
export async function readHistory(folder: string, validated: boolean): Promise<HistoryLine[]> {
  const bytes = await readFile(join(folder, historyName)).catch((error: unknown) => {
    if (reason(error) === "ENOENT") return new Uint8Array();
    throw error;
  });
  const lines: HistoryLine[] = [];
  const decoder = new TextDecoder();
  for (let start = 0; ; ) {
    const end = bytes.indexOf(0x0a, start) + 1;
    const line = end > 0 ? lineOf(decoder.decode(bytes.subarray(start, end)), validated) : null;
    if (line?.row.epoch !== lines.length + 1) return lines;
    lines.push({ ...line, end });
    start = end;
  }
}

function lineOf(text: string, validated: boolean): Omit<HistoryLine, "end"> | null {
  try {
    const { fingerprint = null, ...row } = JSON.parse(text) as EpochRow & { readonly fingerprint?: string };
    const number = (x: number | null): number => x ?? Number.NaN;
    const pair = ({ train, validation }: Pair): Pair => ({
      train: number(train),
      validation: validated ? number(validation) : null,
    });
    const metrics = Object.entries(row.metrics).map(([name, of]) => [name, pair(of)] as const);
    const figures = { loss: pair(row.loss), objective: pair(row.objective), metrics: Object.fromEntries(metrics) };
    return { row: { ...row, ...figures }, fingerprint };
  } catch {
    return null;
  }
}

/** Milliseconds, and characters, after which lines go to the file. */
const patience = 200;
const most = 2 ** 16;

/** The growing history of a run. Lines wait a moment, for an epoch may be shorter than writing a line takes. */
export class HistoryFile {
  readonly #path: string;
  #size: number;
  #file: FileHandle | null = null;
  #waiting = "";
  #written = 0;
  #working: Promise<void> = Promise.resolve();

  /** @param size bytes to keep of what is there */
  constructor(folder: string, size = 0) {
    this.#path = join(folder, historyName);
    this.#size = size;
  }

  /** Adds a line. */
  async append(line: object): Promise<void> {
    this.#waiting += `${JSON.stringify(line)}\n`;
    if (this.#waiting.length >= most || performance.now() - this.#written >= patience) await this.flush();
  }

  /**
   * Writes what is waiting.
   *
   * @throws `file-write` when the system refuses; the file then ends with a whole line
   */
  flush(): Promise<void> {
    this.#written = performance.now();
    this.#working = this.#working.then(() => guarded(this.#path, () => this.#write()));
    return this.#working;
  }

  /** Writes what is waiting, and waits until it lasts. */
  async sync(): Promise<void> {
    await this.flush();
    await guarded(this.#path, async () => this.#file?.sync());
  }

  async close(): Promise<void> {
    try {
      if (this.#waiting !== "") await this.sync();
    } finally {
      await this.#file?.close();
      this.#file = null;
    }
  }

  async #write(): Promise<void> {
    const bytes = new TextEncoder().encode(this.#waiting);
    this.#waiting = "";
    this.#file ??= await this.#opened();
    let done = 0;
    try {
      while (done < bytes.length)
        done += (await this.#file.write(bytes, done, bytes.length - done, this.#size + done)).bytesWritten;
      this.#size += done;
    } catch (error) {
      this.#size += bytes.subarray(0, done).lastIndexOf(0x0a) + 1;
      await this.#file.truncate(this.#size).catch(() => undefined);
      throw error;
    }
  }

  /** The file, without what is behind the lines that are kept. */
  async #opened(): Promise<FileHandle> {
    const file = await open(this.#path, this.#size > 0 ? "r+" : "w");
    await file.truncate(this.#size);
    return file;
  }
}
