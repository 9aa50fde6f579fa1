// Programs as pages get them: bundled, shaken, minified; and what a page of them transfers.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

/** A bundled program. */
export interface Bundle {
  /** Its files by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly entry: string;
  /** Names of the files that a page loads before it runs: the entry, and what that imports at once. */
  readonly initial: readonly string[];
}

/** How a program is put into files: as Rolldown does by itself, or everything that it may ever need in one. */
export type Files = "several" | "one";

/**
 * The program as a page would get it.
 *
 * @param code imports from "gradus"
 */
export async function bundled(code: string, inFiles: Files = "several"): Promise<Bundle> {
  const library = join(import.meta.dirname, "../dist/index.js");
  const folder = mkdtempSync(join(tmpdir(), "gradus-bundle-"));
  const input = join(folder, "page.mjs");
  writeFileSync(input, code.replace('"gradus"', JSON.stringify(library)));
  const bundle = await rolldown({ input, platform: "browser", logLevel: "silent" });
  const { output } = await bundle.generate({ minify: true, format: "es", codeSplitting: inFiles === "several" });
  rmSync(folder, { recursive: true });
  const chunks = output.filter((part) => part.type === "chunk");
  const start = chunks.find((chunk) => chunk.isEntry)!;
  const atOnce = new Set([start.fileName]); // grows while it is walked
  for (const name of atOnce)
    for (const next of chunks.find((chunk) => chunk.fileName === name)!.imports) atOnce.add(next);
  return {
    files: Object.fromEntries(chunks.map((chunk) => [chunk.fileName, chunk.code])),
    entry: start.fileName,
    initial: [...atOnce],
  };
}

/** What a program said, and the names of the files that it loaded for it. */
export interface Seen {
  readonly result: unknown;
  readonly loaded: readonly string[];
}

/**
 * Runs a bundle in a process of its own, as in a page that is not isolated from other origins, which is the usual one: there
 * is no memory for threads to share.
 *
 * @param bundle its program sets `globalThis.page`, a function that gives what is to be seen
 */
export function visited({ files, entry }: Bundle): Seen {
  const folder = mkdtempSync(join(tmpdir(), "gradus-page-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [name, code] of Object.entries(files))
    writeFileSync(join(folder, name), `globalThis.loaded.push(${JSON.stringify(name)});${code}`);
  const visit = `delete globalThis.SharedArrayBuffer;
    globalThis.loaded = [];
    await import("./${entry}");
    console.log(JSON.stringify({ result: await globalThis.page(), loaded: globalThis.loaded }));`;
  writeFileSync(join(folder, "visit.js"), visit);
  const { stdout, stderr } = spawnSync(process.execPath, [join(folder, "visit.js")], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  if (!stdout) throw new Error(`the page failed: …${stderr.slice(-500)}`);
  return JSON.parse(stdout);
}

/** Bytes of files of a bundle, each compressed with gzip. */
export const compressed = ({ files }: Bundle, names: readonly string[] = Object.keys(files)): number =>
  names.reduce((sum, name) => sum + gzipSync(files[name]!).length, 0);

/** What a page transfers until its program is done, in bytes, and the result that it came to. */
export async function transferred(code: string, inFiles?: Files): Promise<[number, unknown]> {
  const bundle = await bundled(code, inFiles);
  const { result, loaded } = visited(bundle);
  return [compressed(bundle, loaded), result];
}

/** A page that trains a classifier, everything chosen by name: 64-100-30-10, a validation part of a fifth. */
export const classifier = `
  import { fit, mlp } from "gradus";
  globalThis.page = async () => {
    const x = Array.from({ length: 100 }, (_, i) => Array.from({ length: 64 }, (_, j) => (i % 10 === j % 10 ? 1 : 0)));
    const y = x.map((_, i) => i % 10);
    const model = mlp({ inputs: 64, hidden: [100, 30], outputs: 10, activation: "relu" });
    const options = { loss: "crossEntropy", optimizer: "adam", learningRate: 0.01, validation: 0.2, epochs: 20 };
    const result = await fit(model, { x, y }, options);
    return result.evaluate().metrics.accuracy;
  };`;
