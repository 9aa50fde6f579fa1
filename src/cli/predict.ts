import { Command } from "commander";
import type { Table } from "../data/index.ts";
import { printable } from "../report/terminal.ts";
import {
  loadModel,
  loadSource,
  ownPart,
  predictionsCsv,
  predictTable,
  readingFor,
  type TrainedModel,
} from "../run/index.ts";
import { everywhere } from "./flags.ts";

export function predictCommand(): Command {
  const command = new Command("predict")
    .summary("predictions of a trained network, as CSV")
    .description("Prints the predictions of a trained network as CSV, with probabilities for classifiers.")
    .argument("<run>", "folder of a run")
    .argument(
      "[data]",
      "a file with the same columns (the target may be missing), - for standard input (default: the run's validation part)",
    );
  return everywhere(command).action(predict);
}

async function predict(run: string, data: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const model = await loadModel(run);
  const table = data === undefined ? (await ownPart(run, "held out")).table : await tableOf(data, model);
  const { rows, predictions, notes } = predictTable(model, table);
  for (const note of notes) process.stderr.write(`note: ${printable(note)}\n`);
  const left = table.rows - rows.length;
  if (left > 0) process.stderr.write(`note: ${left} of ${table.rows} rows left out, as values are missing.\n`);
  const origin = table.origin ? rows.map((row) => table.origin![row]!) : rows;
  if (json) process.stdout.write(`${JSON.stringify(objectOf(model, predictions, origin))}\n`);
  else process.stdout.write(predictionsCsv(predictions, origin));
}

/** Rows to predict: one will do. */
async function tableOf(data: string, model: TrainedModel): Promise<Table> {
  const { table } = await loadSource(data, readingFor(model));
  return table;
}

function objectOf(
  { file }: TrainedModel,
  predictions: ReturnType<typeof predictTable>["predictions"],
  rows: Int32Array,
): object {
  const head = { task: file.task, rows: Array.from(rows, (row) => row + 1) };
  const valuesOf = ({ values, numbers }: Own): readonly unknown[] =>
    file.task === "regression" ? [...numbers] : values;
  const likely = ({ probabilities }: Own): object => Object.fromEntries(probabilities.map((p) => [p.name, p.values]));
  const all = [predictions, ...predictions.others];
  const several = (each: (own: Own) => unknown): unknown =>
    all.length === 1 ? each(predictions) : Object.fromEntries(all.map((own) => [own.name, each(own)]));
  return {
    ...head,
    predictions: several(valuesOf),
    ...Object.fromEntries(
      predictions.heads.map(({ name }, h) => [name, several(({ heads }) => heads[h]!.values)] as const),
    ),
    ...(predictions.probabilities.length > 0 && { probabilities: several(likely) }),
  };
}

type Own = ReturnType<typeof predictTable>["predictions"]["others"][number];
