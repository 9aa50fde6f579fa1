import {
  beside,
  confusionText,
  curveText,
  figure,
  picturesText,
  regressionText,
  table,
  wrapped,
} from "../report/terminal.ts";
import { outcome, type RunResult } from "../run/index.ts";
import type { Page } from "./screen.ts";

/** Parts of the data in words. */
export const spelled = { train: "training", validation: "validation", test: "test" } as const;

/** A training in pictures: curves, the confusion matrix or the errors of a regression, and images. */
export function pictured(result: RunResult, page: Page): string[] {
  const seen = outcome(result);
  const images = seen.samples ? imagesText(seen.samples, page) : [];
  return [...curvesText(result, page), predictedText(result, seen, page), ...images];
}

/** Fewer epochs make no curve. */
const leastEpochs = 3;
/** Columns of a picture beside another, and lines of each. */
const [usual, height] = [38, 7];

/** Loss and first metric over the epochs, beside each other where there is room. */
function curvesText({ history }: RunResult, { width, color }: Page): string[] {
  if (history.length < leastEpochs) return [];
  const names = ["loss", ...Object.keys(history[0]!.metrics).slice(0, 1)];
  const each = width >= 2 * usual + 3 ? Math.min(60, Math.floor((width - 3) / 2)) : Math.min(width, 60);
  return [
    beside(
      names.map((name) => curveText(history, name, { width: each, height, color })),
      width,
    ),
  ];
}

function imagesText(samples: NonNullable<Outcome["samples"]>, { width, color }: Page): string[] {
  const wrong = samples.images.filter(({ truth, prediction }) => truth !== prediction);
  const text = picturesText({ ...samples, images: wrong }, { width, color });
  return text === "" ? [] : [`worst mistakes, those that the network is surest of first:\n${text}`];
}

type Outcome = ReturnType<typeof outcome>;

/** The confusion matrix, or the errors of a regression. */
function predictedText(result: RunResult, { confusion, regression }: Outcome, { width }: Page): string {
  if (confusion) {
    const [head = "", ...lines] = confusionText(confusion, width).split("\n");
    return [wrapped(`on the ${spelled[confusion.part]} part: ${head}`, width), ...lines].join("\n");
  }
  if (!regression) return `on the ${spelled[result.shown.part]} part:\n${eachTarget(result)}`;
  const errors = regression.prediction.map((y, i) => y - regression.truth[i]!);
  return `on the ${spelled[regression.part]} part:\n${regressionText(errors)}`;
}

/** Several targets, a line each: how often a label is right, how far a number is off. */
function eachTarget({ shown: { predictions, truth } }: RunResult): string {
  const lines = [predictions, ...predictions.others].map(({ name, values, numbers, probabilities }, j) => {
    const right = values.filter((value, i) => value === truth[j]![i]).length / values.length;
    const squares = numbers.reduce((sum, y, i) => sum + (y - Number(truth[j]![i])) ** 2, 0);
    return probabilities.length > 0
      ? [name, figure("accuracy", right)]
      : [name, figure("rmse", Math.sqrt(squares / values.length))];
  });
  const what = predictions.probabilities.length > 0 ? "accuracy" : "rmse";
  return table(["target", what], lines, { align: ["left", "right"] });
}
