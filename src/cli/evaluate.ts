import { Command } from "commander";
import { ModelError } from "../core/index.ts";
import type { Table } from "../data/index.ts";
import { figure, grouped, table } from "../report/terminal.ts";
import { loadModel, loadSource, measure, openings, ownPart, recordOpening } from "../run/index.ts";
import { everywhere } from "./flags.ts";
import { speechOf } from "./screen.ts";

interface EvaluateFlags {
  test?: boolean;
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
}

export function evaluateCommand(): Command {
  const command = new Command("evaluate")
    .summary("loss and metrics of a trained network")
    .description("Prints loss and metrics of a trained network.")
    .argument("<run>", "folder of a run")
    .argument(
      "[data]",
      "a file with the same columns and the target, - for standard input (default: the run's validation part)",
    )
    .option("--test", "open the sealed test part; the run records that it was opened");
  return everywhere(command).action(evaluate);
}

async function evaluate(run: string, data: string | undefined, flags: EvaluateFlags): Promise<void> {
  if (data !== undefined && flags.test)
    throw new ModelError({
      code: "option",
      where: "--test",
      given: { data },
      rule: "opens the run's own test part, so it does not go together with other data.",
      hint: `leave out --test, or ${data}`,
    });
  const model = await loadModel(run);
  const { part, rows } = await partOf(run, data, flags.test === true);
  const figures = measure(model, rows);
  const testOpenings = flags.test ? await recordOpening(run, "evaluate --test") : await openings(run);
  const { loss, metrics } = figures;
  if (speechOf(flags).json)
    return write(JSON.stringify({ run, part, rows: figures.rows, loss, metrics, testOpenings }));
  const lines = Object.entries({ loss, ...metrics }).map(([name, x]) => [name, figure(name, x)]);
  write(table(["", `${part}, ${grouped(figures.rows)} rows`], lines, { align: ["left", "right"] }));
  if (flags.test && !flags.quiet)
    write(`\nthe test part of this run has now been opened ${testOpenings === 1 ? "once" : `${testOpenings} times`}.`);
}

const write = (text: string): void => void process.stdout.write(`${text}\n`);

async function partOf(run: string, data: string | undefined, test: boolean): Promise<{ part: string; rows: Table }> {
  if (data !== undefined) return { part: data, rows: (await loadSource(data, { minimumRows: 1 })).table };
  const { part, table: rows } = await ownPart(run, test ? "test" : "validation");
  return { part, rows };
}
