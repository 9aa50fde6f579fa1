import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { accelerate } from "../../src/backends/wasm/node.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const major = Number.parseInt(process.versions.node, 10);

it("asks this version of V8 for what was tried on it", () => {
  const wanted: Readonly<Record<number, string[]>> = {
    20: ["--experimental-wasm-relaxed-simd"],
    22: [],
    24: ["--experimental-wasm-revectorize"],
    26: ["--experimental-wasm-revectorize"],
  };
  expect(accelerate()).toEqual(wanted[major] ?? []);
});

it("leaves a version of V8 alone that was not tried", () => expect(accelerate("15.1.2")).toEqual([]));

describe.skipIf(major < 24)("where V8 makes wider vectors", () => {
  /** What the pass says of a product of [64, 64] matrices. */
  const traced = async (precision: string): Promise<string> => {
    const script = `
      import { compile, matmul, tensor } from ${JSON.stringify(join(root, "src/node.ts"))};
      const numbers = tensor(new Float32Array(64 * 64).fill(1), [64, 64]);
      compile((x, w) => matmul(x, w), { precision: "${precision}" })(numbers, numbers);`;
    const flags = ["--experimental-wasm-revectorize", "--trace-wasm-revectorize", "--no-liftoff"];
    const { stdout } = await run(process.execPath, [...flags, "--input-type=module", "-e", script], {
      maxBuffer: 2 ** 26,
    });
    return stdout;
  };

  it.each(["f32", "f64"])("the tiles of a product in %s become pairs throughout", async (precision) => {
    const trace = await traced(precision);
    // Tiles of six rows, and of the four that are left: of each row two pairs of sums, begun, added to in the loop and stored.
    const widened = [...trace.matchAll(/Decided? to vectorize, (\d+) revectorizable nodes/g)].map((m) => Number(m[1]));
    expect(widened.toSorted((a, b) => b - a).map((nodes, i) => nodes >= [6, 4][i]! * 2 * 3)).toEqual([true, true]);
    expect(trace).not.toMatch(/failed/i);
  });
});
