import { Command, CommanderError } from "commander";
import { codes, ModelError } from "../core/index.ts";
import { version } from "../run/version.ts";
import { evaluateCommand } from "./evaluate.ts";
import { examplesCommand } from "./examples.ts";
import { predictCommand } from "./predict.ts";
import { trainCommand } from "./train.ts";

/**
 * The command line. Exit status: 0 done, 1 failed, 2 wrong usage or bad input, 130 interrupted.
 *
 * @param args what was typed behind `gradus`
 */
export async function main(args: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", quietOnClosedPipe);
  try {
    await program().parseAsync([...args], { from: "user" });
  } catch (error) {
    process.exitCode = fail(error);
  }
}

function program(): Command {
  const gradus = new Command("gradus")
    .description("Feed-forward neural networks and automatic differentiation: train, evaluate, predict.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .showHelpAfterError("(gradus --help lists commands; gradus <command> --help its flags)")
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) });
  for (const command of [trainCommand(), predictCommand(), evaluateCommand(), examplesCommand()])
    gradus.addCommand(command.exitOverride().showHelpAfterError(`(gradus ${command.name()} --help lists its flags)`));
  gradus.addHelpText(
    "after",
    "\nExamples:\n  gradus train digits\n  gradus train my.csv --target price --hidden 50,20\n  gradus predict runs/<run> new.csv > predictions.csv",
  );
  return gradus;
}

/** Says what went wrong, without a stack trace. */
function fail(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has said it already
  if (error instanceof ModelError) {
    process.stderr.write(`${error.message}\n`);
    return codes[error.problem.code];
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.stderr.write(`gradus: an error that should not happen: ${message}\n`);
  if (process.env["GRADUS_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  else process.stderr.write("  hint   please report it; with GRADUS_DEBUG=1 the place in the code is shown.\n");
  return 1;
}

function quietOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
  throw error;
}
