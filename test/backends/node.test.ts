import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { accelerate } from "../../src/backends/wasm/node.ts";

it("asks each version of V8 for what it has behind a flag, and for nothing that it does not know", () => {
  const flags = (v8: string): string[] => (v8 === process.versions.v8 ? accelerate(v8) : wanted(v8));
  expect(flags(process.versions.v8)).toEqual(wanted(process.versions.v8));
});

/** Node 20: relaxed SIMD behind a flag; 22: nothing; 24 and later: wider vectors. */
const wanted = (v8: string): string[] => {
  const [major = 0] = v8.split(".").map(Number);
  if (major === 11) return ["--experimental-wasm-relaxed-simd"];
  return major >= 13 ? ["--experimental-wasm-revectorize"] : [];
};

it("lets V8 widen the tiles of a product on Node 24 and later", ({ skip }) => {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major < 24) return skip();
  const root = join(import.meta.dirname, "../..");
  const script = `
    const { compile, matmul, tensor } = await import(${JSON.stringify(join(root, "src/node.ts"))});
    const numbers = tensor(new Float32Array(64 * 64).fill(1), [64, 64]);
    compile((x, w) => matmul(x, w), { precision: "f32" })(numbers, numbers);`;
  const flags = ["--experimental-wasm-revectorize", "--trace-wasm-revectorize", "--no-wasm-tier-up", "--no-liftoff"];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  // Six rows of two pairs of vectors: twelve chains of fused multiply-adds, each of them taken as one of 256 bits.
  expect(stdout.match(/Revec: Print \d+: Store\(/g)?.length ?? 0).toBeGreaterThanOrEqual(12);
  expect(stdout).not.toContain("Build tree failed");
});
