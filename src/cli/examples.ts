import { Command } from "commander";
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

const examples = {
  digits: "handwritten digits by 64-100-30-10, leaky ReLU, softmax and cross-entropy (S17)",
  "breast-cancer": "tumours by logistic regression and by 30-100-30-1 (S16)",
  franke: "Franke's surface by 2-50-20-1 with sigmoid, tanh and leaky ReLU (S15)",
  polynomial:
    "x + 2y + 3x² + 4xy + 5y² by a linear network and by a network with hidden layers, with and without L2 (S15)",
  gates: "XOR, OR and AND over 20 seeds: XOR needs the hidden layer (S18)",
  pima: "any numeric CSV with a 0/1 target by 8-12-8-1, predictions beside targets (S21)",
} as const;

export function examplesCommand(): Command {
  const command = new Command("examples")
    .description("list the worked examples of the lecture, or run one")
    .argument("[name]", "which")
    .argument("[data]", "a data file, where the example takes one")
    .option("--quick", "a short form")
    .option("--seed <n>", "seed (default: 0)", number("--seed", { integer: true }), 0);
  return command.action(
    async (name: string | undefined, data: string | undefined, { quick, seed }: { quick?: boolean; seed: number }) => {
      const print = (text: string): void => void process.stdout.write(`${text}\n`);
      if (name === undefined)
        return print(
          table(
            ["example", "what it shows"],
            Object.entries(examples).map(([key, text]) => [key, text]),
            { cell: 120 },
          ),
        );
      const file = named("example", name, examples);
      const module = (await import(new URL(`../examples/${file}.js`, import.meta.url).href)) as {
        default: (context: ExampleContext) => Promise<void>;
      };
      await module.default({ seed, quick: quick === true, data, print });
    },
  );
}
