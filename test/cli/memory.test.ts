import { spawnSync } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folderWith, root } from "./command.ts";
import { idx } from "./idx.ts";

/**
 * Rows of a table, and megabytes that it holds when rubbish is gone. What lies about until then depends on how busy the machine
 * is, so it is bounded by the heap that the process is given: rows of fields would not fit.
 */
function reading(call: string): { readonly rows: number; readonly megabytes: number } {
  const code = `import * as readers from ${JSON.stringify(join(root, "dist/data/readers/index.js"))};
    const table = await readers.${call};
    const { rows } = table.training ?? table;
    for (let k = 0; k < 4; k++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 50)); // buffers that were dropped are freed beside the program
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    console.log(JSON.stringify({ rows, megabytes: (heapUsed + arrayBuffers) / 2 ** 20 }));`;
  const { stdout, stderr } = spawnSync(process.execPath, [...limits, "--input-type=module", "-e", code], {
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

const limits = ["--expose-gc", "--max-old-space-size=100"];

it("images of MNIST's size are held column by column, never as rows of numbers", async () => {
  const folder = await folderWith({
    "train-images-idx3-ubyte": idx([60_000, 28, 28]),
    "train-labels-idx1-ubyte": idx([60_000], (i) => i % 10),
    "t10k-images-idx3-ubyte": idx([10_000, 28, 28]),
    "t10k-labels-idx1-ubyte": idx([10_000], (i) => i % 10),
  });
  const { rows, megabytes } = reading(`readIdxFolder(${JSON.stringify(folder)})`);
  expect(rows).toBe(60_000);
  expect(megabytes).toBeLessThan(600);
}, 60_000);

it("a CSV file is held as its numbers: 24 MB for 300 000 × 10, not as 40 MB of text and 3 000 000 fields", async () => {
  const path = join(await folderWith(), "data.csv");
  writeFileSync(path, "a,b,c,d,e,f,g,h,i,y\n");
  const block = Array.from({ length: 10_000 }, (_, i) =>
    Array.from({ length: 10 }, (_, j) => Math.sin(i * 10 + j).toFixed(9)).join(","),
  ).join("\n");
  for (let k = 0; k < 30; k++) appendFileSync(path, `${block}\n`);
  const { rows, megabytes } = reading(`readCsv(${JSON.stringify(path)})`);
  expect(rows).toBe(300_000);
  expect(megabytes).toBeLessThan(120); // 24 of numbers, columns that grew by doubling, and Node's own; fields took 200 and more
}, 60_000);
