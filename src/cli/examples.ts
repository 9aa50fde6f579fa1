import { Command } from "commander";
import { ModelError } from "../core/index.ts";
import { named } from "../core/names.ts";
import { table } from "../report/terminal.ts";
import { number } from "./flags.ts";

/** What an example may know and do. */
export interface ExampleContext {
  readonly seed: number;
  /** A short form, for tests. */
  readonly quick: boolean;
  /** A data file, where the example takes one. */
  readonly data: string | undefined;
  readonly print: (text: string) => void;
}

interface Example {
  readonly shows: string;
  /** Whether it can be given a data file. */
  readonly takesData?: boolean;
}

const examples = {
  digits: { shows: "handwritten digits by 64-100-30-10, leaky ReLU, softmax and cross-entropy" },
  "breast-cancer": { shows: "tumours by logistic regression and by 30-100-30-1, min-max scaled" },
  franke: { shows: "Franke's function by a linear network and by 2-50-20-1 with sigmoid, tanh, leaky ReLU; L2" },
  polynomial: { shows: "x + 2y + 3x² + 4xy + 5y² by a linear network on a design matrix and by 2-50-20-1; L2" },
  gates: { shows: "XOR, OR and AND over 20 seeds: XOR needs the hidden layer" },
  pima: { shows: "any numeric CSV with two classes in its last column, by 8-12-8-1", takesData: true },
  physics: { shows: "a damped oscillator and Poisson's equation solved by derivatives of a network by its input" },
} as const satisfies Record<string, Example>;

const entries: readonly (readonly [string, Example])[] = Object.entries(examples);

/** `gradus examples` lists the worked examples; with a name it runs one. */
export function examplesCommand(): Command {
  const command = new Command("examples")
    .description("list the worked examples of the lecture, or run one")
    .argument("[name]", "which")
    .argument("[data]", "a data file, where the example takes one")
    .option("--quick", "a short form")
    .option("--seed <n>", "seed of everything random", number("--seed", { integer: true }), 0);
  return command.action((name: string | undefined, data: string | undefined, flags: Flags) =>
    name === undefined ? print(list()) : run(name, { ...flags, data }),
  );
}

interface Flags {
  readonly quick?: boolean;
  readonly seed: number;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function list(): string {
  const rows = entries.map(([name, { shows, takesData }]) => [takesData ? `${name} [data.csv]` : name, shows]);
  return table(["example", "what it shows"], rows, { cell: 120 });
}

/**
 * Runs an example.
 *
 * @throws `option` for an unknown name, or for a data file given to an example that takes none
 */
async function run(typed: string, { quick = false, seed, data }: Flags & { readonly data: string | undefined }) {
  const name = named("example", typed, examples);
  const example: Example = examples[name];
  if (data !== undefined && !example.takesData)
    throw new ModelError({
      code: "option",
      where: `example ${name}`,
      given: { data },
      rule: "this example has its own data and takes no file.",
      hint: `examples that take one: ${entries.flatMap(([each, { takesData }]) => (takesData ? [each] : [])).join(", ")}`,
    });
  const module = (await import(new URL(`../examples/${name}.js`, import.meta.url).href)) as {
    default: (context: ExampleContext) => Promise<void>;
  };
  await module.default({ seed, quick, data, print });
}
