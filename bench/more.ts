// What gradus's time and memory depend on, without peers: tables in Markdown.
//
//   npm run more                       everything, some minutes
//   npm run more -- width              the tables whose name contains "width"
//   npm run more -- --pictures DIR     a picture of each table of costs in a folder, too

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { adam, compile, crossEntropy, key, mlp, Tensor, trace, train, type Value, valueAndGrad } from "../src/node.ts";
import { labels, median, numbers } from "./cases.ts";
import { picture } from "./picture.ts";
import { here, Participant, participants } from "./processes.ts";

const { values: flags, positionals } = parseArgs({ allowPositionals: true, options: { pictures: { type: "string" } } });
const wanted = positionals[0] ?? "";
const number = (x: number): string => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));

function table(title: string, columns: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const row = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => (typeof cell === "number" ? number(cell) : cell)).join(" | ")} |`;
  console.log(`\n### ${title}\n\n${row(columns)}\n|${columns.map(() => "--:|").join("")}\n${rows.map(row).join("\n")}`);
}

/** A table of what a step costs against something, and its picture where those are asked for. */
function costs(
  name: string,
  {
    title,
    columns,
    against,
    times,
    rows,
  }: {
    readonly title: string;
    readonly columns: readonly string[];
    readonly against: readonly number[];
    readonly times: readonly number[];
    /** What the table holds beside the two: one more figure a row. */
    readonly rows: (i: number) => number;
  },
): void {
  table(
    title,
    columns,
    against.map((x, i) => [String(x), times[i]!, rows(i)]),
  );
  if (flags.pictures === undefined) return;
  const points = against.map((x, i) => ({ x, y: times[i]! }));
  const file = join(flags.pictures, `${name}.svg`);
  writeFileSync(file, picture({ title, x: columns[0]!, y: columns[1]!, points }));
}

/** Runs one after another, in a process of its own. */
async function steps(
  networks: readonly { sizes: readonly number[]; batch: number; batches?: number }[],
): Promise<number[]> {
  const ours = new Participant("gradus", [process.execPath, here("participants/gradus.ts")]);
  const times: number[] = [];
  for (const { sizes, batch, batches = 20 } of networks) {
    const id = `${sizes} ${batch} ${batches}`;
    const ask = {
      case: { id, kind: "step", sizes, batch, batches, precision: "f32", learningRate: 1e-6 },
      seconds: 0.3,
    } as const;
    const rounds: number[] = [];
    for (let round = 0; round < 4; round++) {
      const answer = await ours.ask(ask);
      if ("error" in answer) throw new Error(answer.error);
      if (round > 0) rounds.push(answer.microseconds);
    }
    times.push(median(rounds));
  }
  ours.end();
  return times;
}

/** 2 multiplications and additions for each weight and row, thrice: forward, and backward for weights and rows. */
const gigaflops = (sizes: readonly number[], batch: number, microseconds: number): number => {
  const products = sizes.slice(1).map((m, i) => (i === 0 ? 4 : 6) * sizes[i]! * m * batch);
  return products.reduce((a, b) => a + b, 0) / microseconds / 1000;
};

const tables: Readonly<Record<string, () => Promise<void>>> = {
  "cost of a step against width": async () => {
    const networks = [16, 32, 64, 128, 256, 512, 1024].map((w) => ({ sizes: [w, w, w, 10], batch: 64, batches: 8 }));
    const times = await steps(networks);
    costs("cost-width", {
      title: "One step against width: w-w-w-10, batch 64, f32",
      columns: ["w", "µs a step", "GFLOP/s"],
      against: networks.map(({ sizes }) => sizes[0]!),
      times,
      rows: (i) => gigaflops(networks[i]!.sizes, 64, times[i]!),
    });
  },
  "cost of a step against depth": async () => {
    const depths = [1, 2, 4, 8, 16, 32];
    const networks = depths.map((d) => ({ sizes: [64, ...Array<number>(d).fill(64), 10], batch: 64 }));
    const times = await steps(networks);
    costs("cost-depth", {
      title: "One step against depth: 64-(64 × d)-10, batch 64, f32",
      columns: ["d", "µs a step", "µs a hidden layer"],
      against: depths,
      times,
      rows: (i) => times[i]! / depths[i]!,
    });
  },
  "cost of a step against batch": async () => {
    const networks = [1, 4, 16, 64, 256, 1024].map((batch) => ({ sizes: [64, 100, 30, 10], batch, batches: 16 }));
    const times = await steps(networks);
    costs("cost-batch", {
      title: "One step against batch: 64-100-30-10, f32",
      columns: ["batch", "µs a step", "µs a row"],
      against: networks.map(({ batch }) => batch),
      times,
      rows: (i) => times[i]! / networks[i]!.batch,
    });
  },
  "cost of a step against rows": async () => {
    const networks = [1, 4, 16, 64, 256, 1024].map((batches) => ({ sizes: [64, 100, 30, 10], batch: 32, batches }));
    const times = await steps(networks);
    costs("cost-rows", {
      title: "One step against the rows of the data set: 64-100-30-10, batch 32, f32",
      columns: ["rows", "µs a step", "ms an epoch"],
      against: networks.map(({ batches }) => 32 * batches),
      times,
      rows: (i) => (times[i]! * networks[i]!.batches) / 1000,
    });
  },
  "cost of a step against rows of XOR": async () => {
    const networks = [1, 4, 16, 64, 256, 1024, 4096].map((batches) => ({ sizes: [2, 2, 1], batch: 4, batches }));
    const times = await steps(networks);
    costs("cost-rows-xor", {
      title: "One step against rows: XOR 2-2-1, batch 4, f32",
      columns: ["rows", "µs a step", "µs an epoch"],
      against: networks.map(({ batches }) => 4 * batches),
      times,
      rows: (i) => times[i]! * networks[i]!.batches,
    });
  },
  "compile time against program size": async () => {
    const rows = [1, 2, 4, 8, 16].map((d) => {
      const model = mlp({ inputs: 16, hidden: Array<number>(d).fill(16), outputs: 4, activation: "tanh" });
      const [x, y] = [new Tensor([32, 16], numbers(512)), new Tensor([32], labels(32, 4))];
      const θ = model.init(key(0));
      const loss = (θ: never, x: Value, y: Value): Value => crossEntropy(model.apply(θ, x, { training: false }), y);
      const step = valueAndGrad(loss as never) as (...args: never[]) => unknown;
      const milliseconds = Array.from({ length: 9 }, () => {
        const f = compile(step, { precision: "f32" }) as (...args: unknown[]) => unknown;
        const began = performance.now();
        f(θ, x, y);
        return performance.now() - began;
      });
      const { lines } = trace(step, [θ, x, y]);
      return [String(d), String(lines.length), milliseconds[0]!, median(milliseconds.slice(3))];
    });
    table(
      "Compiling value and gradient, and the first call: 16-(16 × d)-4",
      ["d", "lines of the program", "ms, the first", "ms, later ones"],
      rows,
    );
  },
  "memory over a million steps of XOR": async () => {
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    const [rows, batches] = [4000, 1000];
    const x = new Tensor([rows, 2], numbers(rows * 2));
    const y = new Tensor([rows, 1], Float64Array.from(labels(rows, 1)));
    const model = mlp({ inputs: 2, hidden: [2], outputs: 1, activation: "tanh" });
    const options = { x, y, loss: "logisticLoss", optimizer: adam({ learningRate: 1e-6 }), batchSize: 4 } as const;
    const epochs = train(model, { ...options, epochs: 1e9 });
    const memory: string[][] = [];
    for (let epoch = 1; epoch <= 1000; epoch++) {
      await epochs.next();
      if (![1, 10, 100, 1000].includes(epoch)) continue;
      for (let i = 0; i < 3; i++) gc();
      await new Promise((resume) => setTimeout(resume, 20));
      const { heapUsed, arrayBuffers, external } = process.memoryUsage();
      memory.push([
        String(epoch * batches),
        ...[heapUsed, external, arrayBuffers].map((bytes) => (bytes / 1024).toFixed(0)),
      ]);
    }
    table(
      "Memory while XOR trains, after a collection",
      ["steps", "heap, KiB", "external with WebAssembly, KiB", "array buffers, KiB"],
      memory,
    );
  },
  "latency of inference": async () => {
    const { gradus: ours, torch1, ...others } = participants([]);
    const rows: (string | number)[][] = [];
    for (const sizes of [
      [2, 2, 1],
      [64, 100, 30, 10],
      [784, 300, 100, 10],
    ]) {
      const ask = { case: { id: `inference ${sizes}`, kind: "inference", sizes }, seconds: 0.3 } as const;
      const times: { us: number[]; torch: number[] } = { us: [], torch: [] };
      for (let round = -1; round < 5; round++) {
        const [a, b] = [await ours!.ask(ask), await torch1?.ask(ask)];
        if (round < 0) continue;
        if ("microseconds" in a) times.us.push(a.microseconds);
        if (b && "microseconds" in b) times.torch.push(b.microseconds);
      }
      rows.push([sizes.join("-"), median(times.us), times.torch.length > 0 ? median(times.torch) : "–"]);
    }
    for (const each of [ours, torch1, ...Object.values(others)]) each?.end();
    table("One row through a network, at a call, f32", ["network", "gradus, µs", "PyTorch, 1 thread, µs"], rows);
  },
};

for (const [name, run] of Object.entries(tables)) if (name.includes(wanted)) await run();
