import { Command } from "commander";
import type { Table } from "../data/index.ts";
import { loadModel, loadSource, ownPart, predictionsCsv, predictTable, type TrainedModel } from "../run/index.ts";
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
  const table = data === undefined ? (await ownPart(run, "held out")).table : await tableOf(data);
  const { rows, predictions } = predictTable(model, table);
  const left = table.rows - rows.length;
  if (left > 0) process.stderr.write(`note: ${left} of ${table.rows} rows left out, as values are missing.\n`);
  const origin = table.origin ? rows.map((row) => table.origin![row]!) : rows;
  if (json) process.stdout.write(`${JSON.stringify(objectOf(model, predictions, origin))}\n`);
  else process.stdout.write(predictionsCsv(predictions, origin));
}

/** Rows to predict: one will do. */
async function tableOf(data: string): Promise<Table> {
  const { table } = await loadSource(data, { minimumRows: 1 });
  return table;
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
