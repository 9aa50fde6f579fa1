import { mkdir } from "node:fs/promises";
import { Command } from "commander";
import { ModelError } from "../core/index.ts";
import { named } from "../core/names.ts";
import type { Picture } from "../report/experiment.ts";
import { type ResultRow, resultTable } from "../report/results.ts";
import { table } from "../report/terminal.ts";
import { guarded, writeWhole } from "../run/write.ts";
import { number } from "./flags.ts";

/** What an example may know and do. */
export interface ExampleContext {
  readonly seed: number;
  /** A short form, for tests. */
  readonly quick: boolean;
  /** A data file, where the example takes one. */
  readonly data: string | undefined;
  /** A sentence or more. */
  readonly print: (text: string) => void;
  /** A table. */
  readonly show: (rows: readonly ResultRow[]) => void;
  /** A picture of rows, which need not be those of a table. */
  readonly plot: (rows: readonly ResultRow[], picture: Picture) => void;
}

interface Example {
  readonly shows: string;
  /** Whether it can be given a data file. */
  readonly takesData?: boolean;
}

const examples = {
  neuron: { shows: "one linear neuron, and 1-1-1 with derivatives by hand, the slide's faults beside them" },
  derivatives: { shows: "exp(x²) and √(x² + exp x²): derivatives by hand, automatic, by differences" },
  gates: { shows: "XOR, OR and AND over 20 seeds: XOR needs the hidden layer" },
  polynomial: { shows: "x + 2y + 3x² + 4xy + 5y² by a linear network and by 2-50-20-1; L2" },
  franke: { shows: "Franke's function by a linear network and by 2-50-20-1; L2" },
  "breast-cancer": { shows: "tumours by logistic regression and by 30-100-30-1, min-max scaled" },
  digits: { shows: "handwritten digits by 64-100-30-10, leaky ReLU, softmax and cross-entropy" },
  grid: { shows: "digits by 64-100-50-10, sigmoid: a grid of learning rates and L2 strengths" },
  pima: { shows: "any numeric CSV with two classes in its last column, by 8-12-8-1", takesData: true },
  approximation: { shows: "error against hidden units, for a continuous and a discontinuous function" },
  initialization: { shows: "variances by layer under N(0, 1), Glorot's, He's weights, before training" },
  depth: { shows: "gradients by layer in ever deeper networks, with and without batch norm" },
  "dying-relu": { shows: "the share of dead units against the learning rate" },
  physics: { shows: "a damped oscillator and Poisson's equation by derivatives of a network" },
} as const satisfies Record<string, Example>;

const entries: readonly (readonly [string, Example])[] = Object.entries(examples);

/** Loads a module by its address. The command line runs as a script, which imports nothing itself. */
export type Imported = (href: string) => Promise<unknown>;

/** `gradus examples` lists the worked examples; with a name it runs one. */
export function examplesCommand(imported: Imported): Command {
  const command = new Command("examples")
    .description("list the worked examples of the lecture, or run one")
    .argument("[name]", "which")
    .argument("[data]", "a data file, where the example takes one")
    .option("--quick", "a short form")
    .option("--json", "the same as one JSON object: texts, tables, pictures")
    .option("--out <dir>", "a folder for the pictures, as SVG")
    .option("--seed <n>", "seed of everything random", number("--seed", { integer: true }), 0);
  return command.action((name: string | undefined, data: string | undefined, flags: Flags) =>
    name === undefined ? list(flags) : run(name, { ...flags, data, imported }),
  );
}

interface Flags {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly out?: string;
  readonly seed: number;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function list({ json }: Flags): void {
  const rows = entries.map(([name, { shows, takesData }]) => [takesData ? `${name} [csv]` : name, shows]);
  const named = entries.map(([name, { shows }]) => ({ name, shows }));
  print(json ? JSON.stringify(named) : table(["example", "what it shows"], rows, { cell: 120 }));
}

/** What an example told, in its order. */
type Part =
  | { readonly text: string }
  | { readonly table: readonly ResultRow[] }
  | { readonly picture: Picture; readonly points: readonly ResultRow[] };

/**
 * Runs an example.
 *
 * @throws `option` for an unknown name, or for a data file given to an example that takes none; `file-write` for a folder
 *         that cannot be made
 */
async function run(
  typed: string,
  flags: Flags & { readonly data: string | undefined; readonly imported: Imported },
): Promise<void> {
  const { quick = false, seed, data, json = false, out, imported } = flags;
  const name = named("example", typed, examples);
  checkData(name, data);
  if (out !== undefined) await guarded(out, () => mkdir(out, { recursive: true }));
  const module = (await imported(new URL(`../examples/${name}.js`, import.meta.url).href)) as {
    default: (context: ExampleContext) => Promise<void> | void;
  };
  const parts: Part[] = [];
  const tell = (part: Part, text?: string): void => {
    parts.push(part);
    if (!json && text !== undefined) print(text);
  };
  await module.default({
    ...{ seed, quick, data },
    print: (text) => tell({ text }, text),
    show: (rows) => tell({ table: rows }, resultTable(rows)),
    plot: (points, picture) => tell({ picture, points }),
  });
  if (out !== undefined) await keepPictures(out, name, parts);
  if (json) print(JSON.stringify({ example: name, seed, quick, parts }));
}

function checkData(name: keyof typeof examples, data: string | undefined): void {
  const example: Example = examples[name];
  if (data === undefined || example.takesData) return;
  throw new ModelError({
    code: "option",
    where: `example ${name}`,
    given: { data },
    rule: "this example has its own data and takes no file.",
    hint: `examples that take one: ${entries.flatMap(([each, { takesData }]) => (takesData ? [each] : [])).join(", ")}`,
  });
}

/** Writes `<example>-1.svg`, `-2.svg` …, in the order of the example. */
async function keepPictures(folder: string, name: string, parts: readonly Part[]): Promise<void> {
  const { pictureOf } = await import("../report/experiment.ts"); // here, for its drawing library takes a moment to load
  const pictures = parts.flatMap((part) => ("picture" in part ? [part] : []));
  for (const [i, { points, picture }] of pictures.entries())
    await writeWhole(folder, `${name}-${i + 1}.svg`, pictureOf(points, picture));
  process.stderr.write(`${pictures.length} ${pictures.length === 1 ? "picture" : "pictures"} in ${folder}\n`);
}
