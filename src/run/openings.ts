import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelError } from "../core/index.ts";
import { readRunFile } from "./folder.ts";

/** The log of who opened the sealed test part of a run, and when: a line of JSON each time. */
export const openingsName = "test-openings.jsonl";

/** A line of the log. */
export const opening = (by: string): string =>
  `${JSON.stringify({ time: new Date().toISOString(), by, user: process.env["USER"] ?? null })}\n`;

/**
 * Records that the test part was opened.
 *
 * @returns how often that has happened
 * @throws `file-write` when the log cannot be written: then nobody should see the figures
 */
export async function recordOpening(run: string, by: string): Promise<number> {
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

/** How often the test part of a run has been opened. */
export async function openings(run: string): Promise<number> {
  const log = await readRunFile(run, openingsName).catch(() => new Uint8Array());
  return new TextDecoder().decode(log).split("\n").filter(Boolean).length;
}
