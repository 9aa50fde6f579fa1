import { layerSeries, short } from "../../training/evidence.ts";
import type { Finding } from "../../training/finding.ts";
import type { EpochRow, LayerRecord } from "../../training/history.ts";
import { hasOwnStep, type Patient } from "./patient.ts";

/**
 * The gradient of the first layer is less than a thousandth of that of the last. Healthy networks stay within a factor of
 * 30; a layer of sigmoids, whose slope is ¼ at most, takes that much within three.
 *
 * @see Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks, §3 and figure 7
 */
const vanished = 1e-3;
/**
 * A gradient of this length over all layers. On scaled data a healthy one is about 1 in the beginning and falls; clipping is
 * commonly set between 1 and 10.
 *
 * @see Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks, §3.2
 */
const exploded = 100;
/**
 * Layers whose updates, relative to their weights, differ by this factor. Karpathy wants each of them near 10⁻³; a factor of
 * 100 means that one is a tenth of that at most, or another ten times as much.
 *
 * @see Karpathy (2019), CS231n, Neural networks part 3, "Ratio of weights:updates"
 */
const uneven = 100;

/** Rows in which layers were recorded. */
export const recordedIn = (history: readonly EpochRow[]): readonly LayerRecord[][] =>
  history.flatMap(({ layers }) => (layers ? [[...layers]] : []));

/** Places of the layers that have a figure in every record, and for which it is above 0: frozen ones move by 0. */
const placesOf = (records: readonly LayerRecord[][], figure: "gradient" | "update"): number[] =>
  (records[0] ?? []).flatMap((_, i) => (records.every((layers) => (layers[i]?.[figure] ?? 0) > 0) ? [i] : []));

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** How the gradient of the first layer stands to that of the last. */
export function vanishingGradients({ history }: Patient): Finding[] {
  const records = recordedIn(history);
  const at = placesOf(records, "gradient");
  const [first, last] = [at[0], at.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const ratio = median(records.map((layers) => layers[first]!.gradient! / layers[last]!.gradient!));
  if (!(ratio < vanished)) return [];
  const [front, back] = [records.at(-1)![first]!, records.at(-1)![last]!];
  return [
    {
      kind: "vanishing-gradients",
      severity: "warning",
      text: `the gradient vanishes on its way back: that of the first layer, ${front.layer}, is ${short(ratio)} of that of the last`,
      evidence: {
        figures: {
          "gradient of the first layer": front.gradient!,
          "gradient of the last layer": back.gradient!,
          "ratio (median over epochs)": ratio,
        },
        series: layerSeries(history, { at, figure: "gradient", label: "length of the gradient" }),
      },
      cause:
        "each layer multiplies what comes back by its weights and the slope of its activation, a quarter at most for a sigmoid; many small factors leave nothing",
      advice: "try relu with its own starting weights, batch normalisation, or fewer layers",
    },
  ];
}

/** How long the gradient of all layers together is. */
export function explodingGradients({ history }: Patient): Finding[] {
  const records = recordedIn(history);
  const norms = records
    .map((layers) => Math.hypot(...layers.map(({ gradient = 0 }) => gradient)))
    .filter(Number.isFinite);
  const largest = Math.max(0, ...norms);
  if (largest < exploded) return [];
  const at = placesOf(records, "gradient");
  const [first = 0] = norms;
  return [
    {
      kind: "exploding-gradients",
      severity: "warning",
      text: `the gradient explodes: its length over all layers comes to ${short(largest)}`,
      evidence: {
        figures: { "largest gradient": largest, "gradient in the beginning": first },
        series: layerSeries(history, { at, figure: "gradient", label: "length of the gradient", limit: exploded }),
      },
      cause:
        "weights that start too large, or inputs or targets that are, make each layer multiply what comes back by more than 1; such a step leads anywhere",
      advice: "try starting weights that suit the activation, gradients clipped to length 1, or scaled inputs",
    },
  ];
}

/** How far the relative updates of the layers lie apart. */
export function unevenLayers(patient: Patient): Finding[] {
  const records = recordedIn(patient.history);
  const at = placesOf(records, "update");
  const speeds = at.map((i) => median(records.map((layers) => layers[i]!.update!)));
  const [slowest, fastest] = [Math.min(...speeds), Math.max(...speeds)];
  if (at.length < 2 || hasOwnStep(patient) || !(fastest > uneven * slowest)) return [];
  const name = (speed: number): string => {
    const i = at[speeds.indexOf(speed)]!;
    return `layer ${i + 1} (${records.at(-1)![i]!.layer})`;
  };
  return [
    {
      kind: "uneven-layers",
      severity: "warning",
      text: `layers learn at different speeds: ${name(fastest)} moves ${short(fastest / slowest)} times as fast as ${name(slowest)}`,
      evidence: {
        figures: { "fastest layer, update / weights": fastest, "slowest layer, update / weights": slowest },
        series: layerSeries(patient.history, { at, figure: "update", label: "update / weights" }),
      },
      cause:
        "the gradient is smaller in one layer than in another, or their learning rates differ; one learning rate for all cannot suit both",
      advice:
        "try adam, which gives each parameter a step of its own, the same learning rate for all layers, or batch normalisation",
    },
  ];
}
