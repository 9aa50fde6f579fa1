import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { accelerate } from "../backends/wasm/node.ts";
import { codeFolder, readCode, writeCode } from "./keptcode.ts";

/** What a training needs of Node itself; to load it is faster before a flag of V8 is changed than after. */
const builtins = ["fs/promises", "os", "perf_hooks", "process", "stream", "v8", "worker_threads", "zlib"];
const installed = fileURLToPath(new URL("../command/", import.meta.url));
/** Length of the hash that each file begins with, as a comment. */
const hashLength = 32;

/**
 * Loads the command line out of its few files, with the code that V8 compiled when the same command was run before. Node's
 * own cache keeps code as it is when a file has been read: without the functions that are compiled when they are first
 * called, which are nearly all. Here it is kept when a command is over.
 *
 * @param args what was typed behind `gradus`
 */
export function load(args: readonly string[]): { readonly main: (args: readonly string[]) => Promise<void> } {
  for (const name of builtins) process.getBuiltinModule(`node:${name}`);
  void [process.stdout, process.stderr, Reflect.get(globalThis, "navigator")]; // which Node makes when they are first asked for
  const portable = args.includes("--portable");
  if (!portable) accelerate(); // code fits the flags of V8 that it was compiled under, and no others
  const folder = codeFolder(installed, commandIn(args) + (portable ? "-portable" : ""));
  const modules = new Map<string, object>();
  const scripts: Kept[] = [];
  const module = (name: string): object => {
    const known = modules.get(name);
    if (known) return known;
    const exports = {};
    modules.set(name, exports);
    const file = scriptOf(name, folder);
    scripts.push(file);
    const need = (id: string): unknown => (id.startsWith("./") ? module(id.slice(2)) : process.getBuiltinModule(id));
    file.script.runInThisContext()(exports, need, { exports }, join(installed, name));
    return exports;
  };
  process.on("exit", (code) => {
    if (code === 0) keep(scripts);
  });
  const { main } = module("gradus.cjs") as typeof import("./main.ts");
  return { main: (typed) => main(typed, (href) => import(href)) };
}

/** V8 drops code that has not run for a while: not that which is to be kept. */
const dropping = (on: boolean): void => setFlagsFromString(on ? "--flush-bytecode" : "--no-flush-bytecode");

function keep(scripts: readonly Kept[]): void {
  dropping(true); // as it was when the code was compiled
  for (const { script, hash, to } of scripts) if (to) writeCode(to, hash, script.createCachedData());
}

/** Each command runs code of its own; to print help is one more. */
function commandIn(args: readonly string[]): string {
  const [command = "help"] = args;
  const helped = args.some((arg) => arg === "--help" || arg === "-h");
  return helped || !/^[a-z]+$/.test(command) ? "help" : command;
}

interface Kept {
  readonly script: Script;
  readonly hash: string;
  /** Where its code is to be kept; null where it is, or need not be. */
  readonly to: string | null;
}

/** A file as a script, with the code that was kept for it. */
function scriptOf(name: string, folder: string | null): Kept {
  const filename = join(installed, name);
  const text = readFileSync(filename, "latin1"); // it is ASCII
  const hash = text.slice(2, 2 + hashLength);
  const path = folder && join(folder, name);
  const cachedData = path ? readCode(path, hash) : undefined;
  const script = new Script(text, { filename, ...(cachedData && { cachedData }) });
  const to = cachedData && !script.cachedDataRejected ? null : path;
  if (to) dropping(false);
  return { script, hash, to };
}
