import { appendFile, readdir } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ModelError } from "../core/index.ts";
import { hashTable, type Table } from "../data/index.ts";
import { readRunFile } from "./folder.ts";
import { hashParts } from "./parts.ts";
import { recordedFile } from "./recorded.ts";
import type { Source } from "./source.ts";

/** The log of who opened the sealed test part of a run, and when: a line of JSON each time. */
export const openingsName = "test-openings.jsonl";

/** Somebody has looked at figures of the test part. */
export interface Opening {
  /** ISO 8601, in UTC. */
  readonly time: string;
  /** The command that showed them. */
  readonly by: string;
  readonly user: string | null;
}

/** A line of the log. */
export const opening = (by: string): string =>
  `${JSON.stringify({ time: new Date().toISOString(), by, user: userName() } satisfies Opening)}\n`;

function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return process.env["USER"] ?? null; // the system knows no name for this user
  }
}

/**
 * Records that the test part was opened.
 *
 * @returns all looks so far, this one last
 * @throws `file-write` when the log cannot be written: then nobody should see the figures
 */
export async function recordOpening(run: string, by: string): Promise<Opening[]> {
  const path = join(run, openingsName);
  try {
    await appendFile(path, opening(by));
  } catch (error) {
    throw new ModelError({
      code: "file-write",
      where: path,
      rule: `the opening of the test part cannot be recorded (${(error as NodeJS.ErrnoException).code}).`,
      hint: "its figures are shown only together with a record of who has looked",
    });
  }
  return openings(run);
}

/** Who has opened the test part of a run, and when. A line that is damaged counts as a look by nobody known. */
export async function openings(run: string): Promise<Opening[]> {
  const log = await readRunFile(run, openingsName).catch(() => new Uint8Array());
  const lines = new TextDecoder().decode(log).split("\n").filter(Boolean);
  return lines.map((line) => {
    try {
      return { ...unknown, ...(JSON.parse(line) as Opening) };
    } catch {
      return unknown;
    }
  });
}

const unknown: Opening = { time: "", by: "", user: null };

/**
 * Whether to show figures for these data is to show figures of the sealed test part of a run: they are that part, or all
 * the data of the run, its test part among them.
 */
export async function holdTestPart(run: string, { source, table }: { source: Source; table: Table }): Promise<boolean> {
  const file = await recordedFile(run).catch(() => null);
  const { hash, testHash } = file?.data ?? {};
  return testHash !== undefined && (testHash === hashTable(table) || hash === hashParts(source));
}

/** Looks at the same test part by other runs in the folder that this one is in: by run, those that have any. */
export async function openingsBeside(run: string): Promise<{ readonly run: string; readonly openings: Opening[] }[]> {
  const own = await recordedFile(run).catch(() => null);
  if (own?.data.testHash === undefined) return [];
  const folder = dirname(resolve(run));
  const names = (await readdir(folder).catch((): string[] => [])).sort();
  const found: { run: string; openings: Opening[] }[] = [];
  for (const name of names) {
    const path = join(folder, name);
    if (path === resolve(run)) continue;
    const looks = await openings(path);
    if (looks.length === 0) continue;
    const other = await recordedFile(path).catch(() => null);
    if (other?.data.testHash === own.data.testHash) found.push({ run: join(dirname(run), name), openings: looks });
  }
  return found;
}
