import { Command, CommanderError } from "commander";
import { config } from "zod";
import { provideDivision } from "../backends/wasm/threads/dividing.ts";
import { division } from "../backends/wasm/threads/division.ts";
import { provideThreads } from "../backends/wasm/threads/local.ts";
import { linkedForSeveral } from "../backends/wasm/threads/several.ts";
import { isModelError, ModelError } from "../core/errors.ts";
import { codes } from "../core/index.ts";
import { printable } from "../report/terminal.ts";
import { version } from "../run/version.ts";
import { cause } from "../run/write.ts";
import { evaluateCommand } from "./evaluate.ts";
import { examplesCommand, type Imported } from "./examples.ts";
import { explainCommand } from "./explain.ts";
import { inspectCommand } from "./inspect.ts";
import { predictCommand } from "./predict.ts";
import { replayCommand } from "./replay.ts";
import { reportCommand } from "./report.ts";
import { trainCommand } from "./train.ts";
import { usageMessage } from "./usage.ts";

provideThreads(linkedForSeveral);
provideDivision(division);

/**
 * The command line. Exit status: 0 done, 1 failed, 2 wrong usage or bad input, 130 interrupted.
 *
 * @param args     what was typed behind `gradus`
 * @param imported how examples are loaded
 */
export async function main(args: readonly string[], imported: Imported): Promise<void> {
  config({ jitless: true }); // to compile schemas takes longer than to go through them once
  process.stdout.on("error", unwritten);
  process.stderr.on("error", () => undefined); // there is no place left to say so
  const gradus = program(imported);
  try {
    await gradus.parseAsync(args.length === 0 ? ["--help"] : [...args], { from: "user" });
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? usage(gradus, args, error) : fail(error);
  }
}

const examples = `
Examples:
  gradus train digits
  gradus train my.csv --target price --hidden 50,20
  gradus predict runs/<run> new.csv > predictions.csv
  gradus evaluate runs/<run> --test
  gradus inspect runs/<run> --try
  gradus report runs/<run> runs/<other>
  gradus explain "sqrt(x^2 + exp(x^2))" --at x=1.5`;

function program(imported: Imported): Command {
  const gradus = plainly(new Command("gradus"))
    .description("Feed-forward neural networks and automatic differentiation.")
    .version(version, "-V, --version", "print the version")
    .helpCommand("help [command]", "print help on a command")
    .addHelpText("after", examples);
  const commands = [
    ...[trainCommand, predictCommand, evaluateCommand, inspectCommand, replayCommand],
    ...[reportCommand, explainCommand, () => examplesCommand(imported)],
  ];
  for (const command of commands) gradus.addCommand(plainly(command()));
  return gradus;
}

/** A command whose errors are thrown, not printed. */
const plainly = (command: Command): Command =>
  command
    .exitOverride()
    .helpOption("-h, --help", "print help")
    .configureOutput({ outputError: () => undefined });

function usage(gradus: Command, args: readonly string[], error: CommanderError): number {
  if (error.exitCode === 0) return 0; // help or version was asked for, and printed
  process.stderr.write(usageMessage(gradus, args, error));
  return 2;
}

/** Names and values out of a data file may hold control characters; they are not for the terminal. */
const plain = (message: string): string => message.split("\n").map(printable).join("\n");

/** Says what went wrong, without a stack trace. */
function fail(error: unknown): number {
  if (isModelError(error)) {
    process.stderr.write(`${plain(error.message)}\n`);
    return codes[error.problem.code];
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.stderr.write(`gradus: an error that should not happen: ${message}\n`);
  if (process.env["GRADUS_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  else process.stderr.write("  hint   please report it; with GRADUS_DEBUG=1 the place in the code is shown.\n");
  return 1;
}

/**
 * Whoever reads may stop reading (`| head -1`): a run goes on all the same, and is kept. So it is where what is printed finds no
 * place, but that is a failure.
 */
function unwritten(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE" || error.code === "EIO") return; // the second: the terminal is closed
  process.exitCode = fail(
    new ModelError({
      code: "file-write",
      where: "standard output",
      rule: `what is printed cannot be written: ${cause(error)}.`,
      hint: "free some space, or write it elsewhere; a run is kept in its folder all the same.",
    }),
  );
}
