import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
/** Node 24 and later widen vectors where asked to, and read TypeScript as it is. */
const widens = Number.parseInt(process.versions.node, 10) >= 24;

it.skipIf(!widens)(
  "gives the same results where V8 widens vectors to 256 bits, by --experimental-wasm-revectorize",
  async () => {
    // without the first flag only what runs for long is optimised, and so widened: the rest would not be tried
    const flags = ["--no-liftoff", "--experimental-wasm-revectorize"];
    const { stdout } = await run(process.execPath, [...flags, join(import.meta.dirname, "widened.ts")]);
    expect(JSON.parse(stdout)).toEqual([]);
  },
  60_000,
);
