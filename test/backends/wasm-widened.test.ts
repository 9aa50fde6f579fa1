import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
/** Node 24 and later widen vectors where asked to, and read TypeScript as it is. */
const widens = Number.parseInt(process.versions.node, 10) >= 24;

const widening = "--experimental-wasm-revectorize";
const output = async (file: string, ...flags: string[]): Promise<string> =>
  (await run(process.execPath, [...flags, join(import.meta.dirname, file)])).stdout;

describe.skipIf(!widens)("where V8 widens vectors to 256 bits", () => {
  it("every program gives what the reference engine gives", async () => {
    // without the first flag only what runs for long is optimised, and so widened: the rest would not be tried
    expect(JSON.parse(await output("widened.ts", "--no-liftoff", widening))).toEqual([]);
  }, 120_000);

  it("a trained network has the same bits as without", async () => {
    const [wide, plain] = [await output("trained.ts", "--no-liftoff", widening), await output("trained.ts")];
    expect(wide.split("\n")).toEqual(plain.split("\n"));
  });
});
