import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";

const entry = join(import.meta.dirname, "../dist/index.js");

/** The program as a page would get it: bundled, shaken, minified. */
async function bundled(code: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "gradus-bundle-"));
  const input = join(folder, "page.mjs");
  writeFileSync(input, code.replace("gradus", entry));
  const bundle = await rolldown({ input, platform: "browser" });
  const { output } = await bundle.generate({ minify: true, format: "es" });
  rmSync(folder, { recursive: true });
  return output.map((part) => ("code" in part ? part.code : "")).join("\n");
}

/** What the bundle exports, run in a module of its own. */
async function run(code: string): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "gradus-bundle-"));
  const file = join(folder, "bundle.mjs");
  writeFileSync(file, code);
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>;
  rmSync(folder, { recursive: true });
  return module;
}

const trains = `
  import { fit, mlp } from "gradus";
  const model = mlp({ inputs: 2, hidden: [4], outputs: 1, activation: "tanh" });
  const data = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0] };
  const result = await fit(model, data, { loss: "logisticLoss", learningRate: 0.1, epochs: 500 });
  export const accuracy = result.evaluate().metrics.accuracy;`;

it("bundles for a page: nothing of Node, no dependency, and it trains", async () => {
  const code = await bundled(trains);
  expect(code).not.toMatch(/["']node:|from\s*["'][^."']/);
  expect((await run(code))["accuracy"]).toBe(1);
  // What it weighs today, so that growth is noticed; it is to become 40 kB.
  expect(gzipSync(code).length).toBeLessThan(54_000);
});

it("keeps the methods of values when a bundler shakes the tree", async () => {
  const code = await bundled(`
    import { grad, sin } from "gradus";
    export const slope = grad((x) => sin(x).mul(x).add(1))(0.5);`);
  expect((await run(code))["slope"]).toBeCloseTo(Math.sin(0.5) + 0.5 * Math.cos(0.5), 14);
});
