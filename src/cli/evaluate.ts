import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { ModelError } from "../core/index.ts";
import type { Table } from "../data/index.ts";
import { significant, table } from "../report/terminal.ts";
import { loadModel, loadSource, measure, opening, prepare, readRunFile } from "../run/index.ts";
import { everywhere } from "./flags.ts";
import { recordedFile } from "./predict.ts";
import { say, speechOf } from "./screen.ts";

interface EvaluateFlags {
  test?: boolean;
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
}

export function evaluateCommand(): Command {
  const command = new Command("evaluate")
    .description("loss and metrics of a trained network")
    .argument("<run>", "folder of a run")
    .argument("[data]", "a file with the same columns and the target (default: the run's validation part)")
    .option("--test", "open the sealed test part; the run records that it was opened");
  return everywhere(command).action(evaluate);
}

async function evaluate(run: string, data: string | undefined, flags: EvaluateFlags): Promise<void> {
  const model = await loadModel(run);
  if (data !== undefined && flags.test)
    throw new ModelError({
      code: "option",
      where: "--test",
      rule: "give either data or --test: the test part is the run's own.",
    });
  const { part, rows } =
    data === undefined
      ? await ownPart(run, flags.test === true)
      : { part: data, rows: (await loadSource(data, { minimumRows: 1 })).table };
  const figures = measure(model, rows);
  if (flags.test) await appendFile(join(run, "test-openings.jsonl"), opening("evaluate --test"));
  const openings = await openingsOf(run);
  const speech = speechOf(flags);
  const result = {
    run,
    part,
    rows: figures.rows,
    loss: figures.loss,
    metrics: figures.metrics,
    testOpenings: openings,
  };
  if (speech.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  const figuresTable = Object.entries({ loss: figures.loss, ...figures.metrics }).map(([name, x]) => [
    name,
    significant(x),
  ]);
  say(speech, `${part}: ${figures.rows} rows\n${table(["", part], figuresTable, { align: ["left", "right"] })}`);
  if (flags.test) say(speech, `the test part has now been opened ${openings === 1 ? "once" : `${openings} times`}.`);
}

/** A part of the run's own data, split off once more as it was for training. */
async function ownPart(run: string, test: boolean): Promise<{ part: string; rows: Table }> {
  const { tables } = await prepare(await recordedFile(run));
  const part = test ? "test" : "validation";
  if (tables[part].rows > 0) return { part, rows: tables[part] };
  throw new ModelError({
    code: "data-split",
    where: run,
    rule: `this run has no ${part} part.`,
    hint: "name a file with data to evaluate on.",
  });
}

/** How often the test part of a run has been opened. */
async function openingsOf(run: string): Promise<number> {
  const log = await readRunFile(run, "test-openings.jsonl").catch(() => new Uint8Array());
  return new TextDecoder().decode(log).split("\n").filter(Boolean).length;
}
