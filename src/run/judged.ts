import { Tensor } from "../core/tensor.ts";
import { lossOf } from "../interchange/index.ts";
import { classOutcomes, numberOutcomes, type Outcomes, predictedUnder } from "../training/index.ts";
import type { Predictions } from "./predictions.ts";
import type { Prepared } from "./prepare.ts";

/** What is needed of a run to judge its predictions. */
export type Judged = Pick<Prepared, "encoding" | "loss" | "lossOptions" | "network">;

/** Activations that leave [0, 1] for no input. */
const bounded: ReadonlySet<string> = new Set(["sigmoid", "softmax", "hardSigmoid"]);

/** Whether the network gives probabilities, not scores that only rank: those of a loss without a link may be any number. */
export function isProbable({ loss, lossOptions, network }: Omit<Judged, "encoding">): boolean {
  const { link, probable } = predictedUnder({ loss: lossOf({ loss, ...(lossOptions && { lossOptions }) }) });
  return probable && (link !== "identity" || bounded.has(network.output));
}

/** Truth as it is written, as class numbers or numbers; null where there are several targets. */
export function truthNumbers({ target }: Prepared["encoding"], truth: readonly string[]): number[] | null {
  if (target.kind === "number") return truth.map(Number);
  return target.kind === "classes" ? truth.map((name) => target.classes.indexOf(name)) : null;
}

/** Truth and predictions of one target, ready for metrics and curves; null where a prediction is not finite. */
export function outcomesFrom(run: Judged, truth: readonly number[], predictions: Predictions): Outcomes | null {
  const { target } = run.encoding;
  if (target.kind === "number") {
    const predicted = predictions.numbers;
    return predicted.every(Number.isFinite) ? numberOutcomes({ truth: [...truth], predicted }) : null;
  }
  const { probabilities } = predictions;
  if (!probabilities.every(({ values }) => values.every(Number.isFinite))) return null;
  const given =
    probabilities.length === 2 ? [...probabilities[1]!.values] : beside(probabilities.map(({ values }) => values));
  const kind = isProbable(run) ? { probabilities: given } : { scores: given };
  return classOutcomes({ truth: Int32Array.from(truth), predicted: Int32Array.from(predictions.numbers), ...kind });
}

/** Columns side by side as a matrix. */
function beside(columns: readonly (readonly number[])[]): Tensor {
  const [rows, width] = [columns[0]?.length ?? 0, columns.length];
  const data = new Float64Array(rows * width);
  columns.forEach((values, c) => {
    for (let i = 0; i < rows; i++) data[i * width + c] = values[i]!;
  });
  return new Tensor([rows, width], data);
}
