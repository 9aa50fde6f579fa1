import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { type Bundle, bundled } from "./bundling.ts";

/** What the bundle exports, run from a folder of its own. */
async function run({ files, entry }: Bundle): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "gradus-bundle-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code);
  const { href } = pathToFileURL(join(folder, entry));
  const module = (await import(/* @vite-ignore */ href)) as Record<string, unknown>;
  rmSync(folder, { recursive: true });
  return { ...module };
}

const trains = `
  import { fit, mlp } from "gradus";
  const model = mlp({ inputs: 2, hidden: [4], outputs: 1, activation: "tanh" });
  const data = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0] };
  const result = await fit(model, data, { loss: "logisticLoss", learningRate: 0.1, epochs: 500 });
  export const accuracy = result.evaluate().metrics.accuracy;`;

it("bundles for a page: nothing of Node, no dependency, and it trains", async () => {
  const bundle = await bundled(trains);
  for (const code of Object.values(bundle.files)) expect(code).not.toMatch(/["']node:|from\s*["'][^."']/);
  expect((await run(bundle))["accuracy"]).toBe(1);
});

it("keeps the methods of values when a bundler shakes the tree", async () => {
  const bundle = await bundled(`
    import { grad, sin } from "gradus";
    export const slope = grad((x) => sin(x).mul(x).add(1))(0.5);`);
  expect((await run(bundle))["slope"]).toBeCloseTo(Math.sin(0.5) + 0.5 * Math.cos(0.5), 14);
});

it("loads what checkpoints need only when there are any", async () => {
  const bundle = await bundled(`
    import { fit, mlp } from "gradus";
    const model = mlp({ inputs: 1, hidden: [], outputs: 1 });
    const kept = new Map();
    const checkpoint = { to: (name, bytes) => void kept.set(name, bytes), from: (name) => kept.get(name), every: 1 };
    await fit(model, { x: [0, 1], y: [0, 1] }, { epochs: 2, checkpoint });
    const { history } = await fit(model, { x: [0, 1], y: [0, 1] }, { epochs: 3, checkpoint });
    export const epochs = history.length;
    export const files = [...kept.keys()];`);
  for (const name of bundle.initial) expect(bundle.files[name]).not.toContain("gradus-checkpoint");
  expect(await run(bundle)).toEqual({ epochs: 3, files: ["checkpoint-1.safetensors", "checkpoint-0.safetensors"] });
});
