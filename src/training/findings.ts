import type { Task } from "../core/task.ts";
import type { Tensor } from "../core/tensor.ts";
import { layerSeries, lossSeries, percent, short } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import type { EpochRow, LayerRecord } from "./history.ts";

/** Fewer epochs than this say nothing about where training leads. */
const leastEpochs = 5;
/** Shares of units from which on they are worth a word. */
const [manyDead, manySaturated] = [0.5, 0.75];
/** What counts as no better than the best constant answer: a fiftieth of what there is to be gained. */
const margin = 0.02;
/** A loss that changes by less, relatively, hardly moves. */
const standstill = 0.01;

/** What was to be learnt: targets, and their unit where they are scaled for learning, y = shift + scale · target. */
interface Judged {
  readonly task: Task;
  readonly targets: Tensor;
  /** Whether some classes count more than others: then accuracy may well be below that of a constant answer. */
  readonly weighted?: boolean;
  readonly unit?: { readonly shift: number; readonly scale: number };
}

/**
 * What is found wrong with a training that is over: targets that never change, dead or saturated units, and a network that
 * is no better than the best constant answer.
 *
 * @param history rows of all epochs; dead and saturated units are found where the layers were recorded
 */
export function findingsOf(
  history: readonly EpochRow[],
  { task, targets, weighted = false, unit = { shift: 0, scale: 1 } }: Judged,
): Finding[] {
  const constant = constantTarget(targets, unit);
  if (constant) return [constant];
  return [
    ...deadUnits(history),
    ...saturatedUnits(history),
    ...(weighted ? [] : nothingLearnt(history, task, targets)),
  ];
}

function constantTarget({ data }: Tensor, { shift, scale }: NonNullable<Judged["unit"]>): Finding | null {
  const first = data[0]!;
  if (data.length < 2 || !data.every((t) => t === first)) return null;
  return {
    kind: "constant-target",
    severity: "severe",
    text: `every target is ${short(shift + scale * first)}: there is nothing to learn but that number`,
    evidence: { figures: { target: shift + scale * first, rows: data.length } },
    cause: "the column is constant, or rows with other targets were left out",
    advice: "choose another target, or rows in which it differs",
  };
}

const place = (layers: readonly LayerRecord[], layer: LayerRecord): string =>
  `layer ${layers.indexOf(layer) + 1} of ${layers.length}, ${layer.layer}`;

/** How every layer stood when it was last looked at. */
const lastSeen = (history: readonly EpochRow[]): readonly LayerRecord[] =>
  history.findLast((row) => row.layers)?.layers ?? [];

function deadUnits(history: readonly EpochRow[]): Finding[] {
  const layers = lastSeen(history);
  return layers.flatMap((layer, at): Finding[] => {
    const { dead = 0 } = layer;
    if (dead < manyDead) return [];
    return [
      {
        kind: "dead-units",
        severity: dead === 1 ? "severe" : "warning",
        text:
          dead === 1
            ? `${place(layers, layer)}: dead. None of its units answers to any row looked at, so nothing in front of it learns`
            : `${place(layers, layer)}: ${percent(dead)} of its units are dead, they answer to no row looked at`,
        evidence: {
          figures: { "share of dead units": dead },
          series: layerSeries(history, { at: [at], figure: "dead", label: "share of dead units", limit: manyDead }),
        },
        cause:
          "steps that were too large, or inputs that are, pushed their sums below 0 for every row; no gradient comes back from there",
        advice: "try a learning rate 10 times smaller, leakyRelu or gelu for relu, scaled inputs, or another seed",
      },
    ];
  });
}

const twoSided = ["sigmoid", "tanh", "hardSigmoid", "softsign"];

function saturatedUnits(history: readonly EpochRow[]): Finding[] {
  const layers = lastSeen(history);
  return layers.flatMap((layer, at): Finding[] => {
    const { saturated = 0, dead = 0 } = layer;
    if (!twoSided.includes(layer.layer) || saturated < manySaturated || dead >= manyDead) return [];
    return [
      {
        kind: "saturated-units",
        severity: "warning",
        text: `${place(layers, layer)}: ${percent(saturated)} of its numbers are at the ends of the activation, where it is flat`,
        evidence: {
          figures: { "share of flat numbers": saturated },
          series: layerSeries(history, {
            at: [at],
            figure: "saturated",
            label: "share of flat numbers",
            limit: manySaturated,
          }),
        },
        cause: "weights or inputs are so large that the sums leave the range in which the activation bends",
        advice: "try smaller starting weights (glorotUniform), scaled inputs, or batch normalisation",
      },
    ];
  });
}

function nothingLearnt(history: readonly EpochRow[], task: Task, targets: Tensor): Finding[] {
  const [first, last] = [history[0], history.at(-1)];
  if (!first || !last || history.length < leastEpochs) return [];
  const answer = constantAnswer(last, task, targets);
  if (!answer) return [];
  const [before, after] = [first.loss.train, last.loss.train];
  const still = Math.abs(before - after) <= standstill * Math.abs(before);
  return [
    {
      kind: "nothing-learnt",
      severity: "severe",
      text: `after ${history.length} epochs the network is no better than ${answer} (loss ${short(before)}, then ${short(after)})`,
      evidence: {
        figures: { "loss in the first epoch": before, "loss in the last epoch": after },
        series: lossSeries(history),
      },
      cause: still
        ? "the steps are too small, nothing comes back through the layers, or the inputs say nothing about the target"
        : "the steps lead nowhere, or the inputs say nothing about the target",
      advice: still
        ? "the loss hardly moves: try a learning rate 10 times greater, more epochs, or look whether the inputs say anything about the target"
        : "try another learning rate, scaled inputs, or look whether the inputs say anything about the target",
    },
  ];
}

/** The constant answer that the network does not beat, in words. */
function constantAnswer({ metrics }: EpochRow, task: Task, targets: Tensor): string | null {
  const [r2, accuracy] = [metrics["r2"]?.train, metrics["accuracy"]?.train];
  if (task === "regression") return r2 !== undefined && r2 <= margin ? "the mean of the targets" : null;
  if (task === "multilabel" || accuracy === undefined) return null;
  const most = largestShare(targets);
  return accuracy <= most + margin * (1 - most) ? "always answering with the most frequent class" : null;
}

/** Share of the most frequent class: targets are class numbers, or one-hot. */
export function largestShare({ shape, data }: Tensor): number {
  const rows = shape[0]!;
  const width = data.length / rows;
  const counts = new Map<number, number>();
  for (let i = 0; i < rows; i++) {
    const row = Array.from(data.subarray(i * width, (i + 1) * width));
    const c = width === 1 ? row[0]! : row.indexOf(Math.max(...row));
    counts.set(c, (counts.get(c) ?? 0) + 1);
  }
  return Math.max(...counts.values()) / rows;
}
