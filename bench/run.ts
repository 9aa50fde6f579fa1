// gradus beside its peers, in one run on one machine: a table in Markdown, and bench/results.json.
//
//   npm run bench                      everything, some minutes
//   npm run bench -- --quick           does it work?
//   npm run bench -- --only digits     the cases whose name contains "digits"
//   npm run bench -- --flags=--experimental-wasm-revectorize   Node flags for gradus (several: in quotes)
//
// All take turns, round by round, so that what else the machine does hits all alike. Times are medians over the rounds; a
// ratio is the median of the ratios within a round, with the least and the most beside it.

import { execSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Case, type MapCase, median, type Precision, type StepCase } from "./cases.ts";
import { here, type ParticipantName, participants, python, single, whole } from "./processes.ts";

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    flags: { type: "string", default: "" },
    rounds: { type: "string" },
  },
});
const rounds = Number(flags.rounds ?? (flags.quick ? 1 : 7));
const seconds = flags.quick ? 0.02 : 0.4;
const nodeFlags = flags.flags.split(" ").filter(Boolean);

/** One line of the table: gradus against the faster of some peers. */
interface Line {
  readonly case: string;
  readonly unit: "µs" | "ms" | "kB";
  readonly gradus: number;
  readonly peer: string;
  /** The time of the faster peer. */
  readonly theirs: number | null;
  /** Times faster than the peer: median, least and most over the rounds. */
  readonly ratio: readonly [number, number, number] | null;
  readonly asked: string;
  readonly reached: boolean | null;
}

const lines: Line[] = [];
const number = (x: number): string => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));
const columns = ["case", "gradus", "peer", "their time", "times faster (least to most)", "asked", "reached"];
console.log(`| ${columns.join(" | ")} |\n|---|--:|---|--:|--:|--:|---|`);

function report(line: Line): void {
  lines.push(line);
  const { unit, theirs, ratio, reached } = line;
  const cells = [
    line.case,
    `${number(line.gradus)} ${unit}`,
    line.peer,
    theirs === null ? "–" : `${number(theirs)} ${unit}`,
    ratio === null ? "–" : `${number(ratio[0])} (${number(ratio[1])} to ${number(ratio[2])})`,
    line.asked,
    reached === null ? "–" : reached ? "yes" : "no",
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

/** A line from the times of every round: gradus's, and those of each peer. */
function compare(
  name: string,
  unit: "µs" | "ms",
  times: { readonly gradus: readonly number[]; readonly peers: Readonly<Record<string, readonly number[]>> },
  asked: number,
): void {
  const gradus = median(times.gradus);
  const [best] = Object.entries(times.peers).toSorted(([, a], [, b]) => median(a) - median(b));
  const ratio = ratioOf(times.gradus, best?.[1]);
  report({
    case: name,
    unit,
    gradus,
    peer: best?.[0] ?? "none here",
    theirs: best ? median(best[1]) : null,
    ratio,
    asked: `≥ ${asked}`,
    reached: ratio && ratio[0] >= asked,
  });
}

/** Median, least and most of the ratios of the rounds. */
function ratioOf(ours: readonly number[], theirs: readonly number[] | undefined): Line["ratio"] {
  if (!theirs) return null;
  const ratios = theirs.map((time, round) => time / ours[round]!);
  return [median(ratios), Math.min(...ratios), Math.max(...ratios)];
}

execSync("npm run --silent build", { cwd: here("..") }); // some cases measure what a user gets
const all = participants(nodeFlags);

/** Asks gradus and some peers in turn, and reports a line for each group of peers. */
async function measure(
  name: string,
  given: Case,
  groups: readonly { readonly peers: readonly ParticipantName[]; readonly asked: number }[],
  ours = given,
): Promise<void> {
  if (!name.includes(flags.only)) return;
  const asked = new Set<ParticipantName>(["gradus", ...groups.flatMap((group) => group.peers)]);
  const times = new Map<ParticipantName, number[]>([...asked].filter((who) => all[who]).map((who) => [who, []]));
  for (let round = -1; round < rounds; round++) {
    // the first round warms up
    for (const [who, list] of times) {
      const answer = await all[who]!.ask({ case: who === "gradus" ? ours : given, seconds });
      if ("error" in answer) {
        console.error(`skipped: ${all[who]!.name}, ${name}: ${answer.error}`);
        times.delete(who);
      } else if (round >= 0) list.push(answer.microseconds);
    }
  }
  const gradus = times.get("gradus");
  if (!gradus) return;
  for (const { peers, asked } of groups) {
    const present = peers.filter((peer) => times.has(peer)).map((peer) => [all[peer]!.name, times.get(peer)!] as const);
    compare(name, "µs", { gradus, peers: Object.fromEntries(present) }, asked);
  }
}

const networks = [
  { name: "XOR", sizes: [2, 2, 1], batch: 4, batches: 2000, torch: 150 },
  { name: "digits", sizes: [64, 100, 30, 10], batch: 64, batches: 24, torch: 6 },
  { name: "MNIST", sizes: [784, 300, 100, 10], batch: 128, batches: 64, torch: 1.5 },
  { name: "1024", sizes: [1024, 1024, 1024, 10], batch: 256, batches: 16, torch: 1.3 },
];
for (const precision of ["f32", "f64"] as const satisfies readonly Precision[])
  for (const { name, torch, ...rest } of networks) {
    const given: StepCase = { id: `step ${name} ${precision}`, kind: "step", ...rest, precision, learningRate: 1e-6 };
    await measure(`step ${name} ${rest.sizes.join("-")}, batch ${rest.batch}, ${precision}`, given, [
      { peers: ["torch1", "torch2"], asked: torch },
      ...(precision === "f32"
        ? ([
            { peers: ["tfjs"], asked: 25 },
            { peers: ["jax"], asked: 4 },
          ] as const)
        : []),
    ]);
  }

for (const precision of ["f32", "f64"] as const) {
  const product = { id: `product ${precision}`, kind: "product", n: 512, precision } as const;
  const peers = [{ peers: ["numpy"], asked: 0.6 }] as const;
  await measure(`product 512², ${precision}`, product, peers);
  const call = { ...product, id: `${product.id} call`, call: true };
  await measure(`product 512² at a call, ${precision}`, product, peers, call);
}

await measureThreads();

/** The same product by two threads and by one, in the same rounds. */
async function measureThreads(): Promise<void> {
  const name = "product 512², f32, two threads against one";
  if (!name.includes(flags.only) || !all.gradus) return;
  const given = { id: "product", kind: "product", n: 512, precision: "f32" } as const;
  const times: Record<1 | 2, number[]> = { 1: [], 2: [] };
  for (let round = -1; round < rounds; round++)
    for (const threads of [1, 2] as const) {
      const answer = await all.gradus.ask({ case: { ...given, id: `product, ${threads}`, threads }, seconds });
      if ("error" in answer) throw new Error(answer.error);
      if (round >= 0) times[threads].push(answer.microseconds);
    }
  compare(name, "µs", { gradus: times[2], peers: { "gradus, one thread": times[1] } }, 1.8);
}

for (const precision of ["f32", "f64"] as const)
  for (const name of ["exp", "log", "tanh", "sigmoid"] as const) {
    const given: MapCase = { id: `${name} ${precision}`, kind: "map", name, n: 1e6, precision };
    await measure(`${name} of 10⁶ values, ${precision}`, given, [{ peers: ["numpy"], asked: 1 }]);
  }
for (const each of Object.values(all)) each?.end();

if ("compile digits".includes(flags.only)) {
  const command = [process.execPath, ...nodeFlags, here("participants/compile.ts")];
  const runs = Array.from(
    { length: rounds },
    () => JSON.parse(whole(command).output) as { cold: number; warm: number },
  );
  for (const [when, kind] of [
    ["first in a process", "cold"],
    ["later", "warm"],
  ] as const) {
    const gradus = median(runs.map((run) => run[kind]));
    const name = `compile digits and take 2 steps, ${when}`;
    report({
      case: name,
      unit: "ms",
      gradus,
      peer: "–",
      theirs: null,
      ratio: null,
      asked: "≤ 30 ms",
      reached: gradus <= 30,
    });
  }
}

if ("process: train digits, 50 epochs".includes(flags.only)) {
  const folder = mkdtempSync(join(tmpdir(), "gradus-bench-"));
  const train = [
    process.execPath,
    ...nodeFlags,
    here("../bin/gradus.js"),
    "train",
    "digits",
    "--epochs",
    "50",
    "--quiet",
  ];
  const sklearn = python("sklearn");
  const times = { gradus: [] as number[], default: [] as number[], single: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.gradus.push(whole([...train, "--out", join(folder, String(round))]).milliseconds);
    if (sklearn === null) continue;
    const script = [sklearn, here("participants/sklearn_digits.py")];
    times.default.push(whole(script).milliseconds);
    times.single.push(whole(script, { env: single }).milliseconds);
  }
  rmSync(folder, { recursive: true });
  const peers = sklearn === null ? {} : { "scikit-learn": times.default, "scikit-learn, 1 thread": times.single };
  compare("process: train digits, 50 epochs", "ms", { gradus: times.gradus, peers }, 5);
}

/** What an epoch reached: seconds since training began, share of the test rows that are right. */
type Reached = readonly { readonly seconds: number; readonly accuracy: number }[];

const mnist = process.env["MNIST"] ?? here("../../shared/data/mnist");
const time = "MNIST 784-300-100-10, batch 128, until 98 % of the test rows are right";
if (time.includes(flags.only)) {
  if (existsSync(mnist)) {
    const epochs = flags.quick ? "1" : "15";
    const scripts: Record<string, readonly string[]> = {
      gradus: [
        process.execPath,
        ...nodeFlags,
        here("participants/mnist.ts"),
        mnist,
        epochs,
        String(availableParallelism()),
      ],
    };
    const torch = python("torch");
    for (const threads of torch === null ? [] : ["1", "2"])
      scripts[`PyTorch, ${threads} thread${threads === "1" ? "" : "s"}`] = [
        torch!,
        here("participants/mnist.py"),
        mnist,
        epochs,
        threads,
      ];
    const runs = Object.entries(scripts).map(
      ([who, command]) => [who, JSON.parse(whole(command).output) as Reached] as const,
    );
    const seconds = (reached: Reached): number =>
      (reached.find(({ accuracy }) => accuracy >= 0.98) ?? { seconds: NaN }).seconds;
    const peers = runs.slice(1).map(([who, reached]) => [who, [1000 * seconds(reached)]] as const);
    compare(time, "ms", { gradus: [1000 * seconds(runs[0]![1])], peers: Object.fromEntries(peers) }, 1);
    for (const [who, reached] of runs) {
      const { accuracy, seconds } = reached.at(-1)!;
      console.error(`${who}: ${(100 * accuracy).toFixed(2)} % after ${epochs} epochs in ${seconds.toFixed(1)} s`);
    }
  } else console.error(`skipped: MNIST is not in ${mnist} (MNIST=… names another folder)`);
}

if ("bundle that trains a network".includes(flags.only)) {
  const { output } = whole([process.execPath, here("participants/bundle.ts")]);
  const line = { unit: "kB", peer: "–", theirs: null, ratio: null } as const;
  const page = "bundle that trains a network in a browser (fit, mlp), gzip";
  const { kB, oneFile } = JSON.parse(output) as { kB: number; oneFile: number };
  report({ ...line, case: `${page}: all that is transferred`, gradus: kB, asked: "≤ 40 kB", reached: kB <= 40 });
  report({ ...line, case: `${page}: in one file`, gradus: oneFile, asked: "–", reached: null });
}

const commit = execSync("git describe --always --dirty", { cwd: here("."), encoding: "utf8" }).trim();
const machine = { processor: cpus()[0]?.model, cores: cpus().length, node: process.versions.node };
const result = { date: new Date().toISOString().slice(0, 10), commit, machine, nodeFlags, rounds, seconds, lines };
writeFileSync(here("results.json"), `${JSON.stringify(result, null, 2)}\n`);
