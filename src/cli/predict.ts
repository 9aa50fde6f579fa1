import { Command } from "commander";
import type { Table } from "../data/index.ts";
import {
  checkRunFile,
  loadModel,
  loadSource,
  predictionsCsv,
  predictTable,
  prepare,
  readRunFile,
  type TrainedModel,
} from "../run/index.ts";
import { everywhere } from "./flags.ts";

export function predictCommand(): Command {
  const command = new Command("predict")
    .description("predictions of a trained network as CSV, with probabilities for classifiers")
    .argument("<run>", "folder of a run")
    .argument(
      "[data]",
      "a file with the same columns (the target may be missing), - for standard input (default: the run's validation part)",
    );
  return everywhere(command).action(predict);
}

async function predict(run: string, data: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const model = await loadModel(run);
  const table = data === undefined ? await validationTable(run) : await tableOf(data);
  const { rows, predictions } = predictTable(model, table);
  const origin = table.origin ? rows.map((row) => table.origin![row]!) : rows;
  if (json) process.stdout.write(`${JSON.stringify(objectOf(model, predictions, origin))}\n`);
  else process.stdout.write(predictionsCsv(predictions, origin));
}

/** Rows to predict: one will do. */
async function tableOf(data: string): Promise<Table> {
  const { table } = await loadSource(data, { minimumRows: 1 });
  return table;
}

/** The validation part of a run, split off its data once more. */
export async function validationTable(run: string): Promise<Table> {
  const { tables } = await prepare(await recordedFile(run));
  return tables.validation.rows > 0 ? tables.validation : tables.training;
}

/** The run file of a run. */
export async function recordedFile(run: string): Promise<ReturnType<typeof checkRunFile>> {
  const text = new TextDecoder().decode(await readRunFile(run, "run.json"));
  return checkRunFile(`${run}/run.json`, JSON.parse(text));
}

function objectOf(
  { file }: TrainedModel,
  { values, numbers, probabilities }: ReturnType<typeof predictTable>["predictions"],
  rows: Int32Array,
): object {
  return {
    task: file.task,
    rows: Array.from(rows, (row) => row + 1),
    predictions: file.task === "regression" ? [...numbers] : values,
    ...(probabilities.length > 0 && {
      probabilities: Object.fromEntries(probabilities.map((p) => [p.name, p.values])),
    }),
  };
}
