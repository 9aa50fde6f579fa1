import * as Plot from "@observablehq/plot";
import type { Histogram } from "../training/histogram.ts";
import type { EpochRow, LayerRecord } from "../training/history.ts";
import { draw, ink } from "./drawing.ts";
import { figure, grid, thin } from "./grid.ts";
import { html, type Markup } from "./markup.ts";
import { grouped, significant } from "./numbers.ts";
import { clip } from "./text.ts";

/** Layers that are drawn, at most. */
export const mostLayers = 5;
const mostRidges = 9;

/** A row whose layers were recorded. */
export type Recorded = EpochRow & { readonly layers: readonly LayerRecord[] };

/** A kind of histogram that layers have. */
interface Kind {
  readonly of: (layer: LayerRecord) => Histogram | undefined;
  readonly title: string;
  readonly words: string;
}

export const outputs: Kind = {
  of: (layer) => layer.outputs,
  title: "Outputs of the layers.",
  words: "How the numbers that come out of each layer are spread on some training rows",
};
export const weights: Kind = {
  of: (layer) => layer.weights,
  title: "Weights of the layers.",
  words: "How the parameters of each layer are spread",
};

/** The histograms of one layer, one an epoch, over a common range. */
interface Column {
  readonly layer: string;
  readonly from: number;
  readonly to: number;
  readonly ridges: readonly { readonly epoch: number; readonly histogram: Histogram }[];
}

function columnsOf(recorded: readonly Recorded[], { of }: Kind): Column[] {
  const names = recorded[0]?.layers.map(({ layer }) => layer) ?? [];
  const columns = names.flatMap((layer, i): Column[] => {
    const all = recorded.flatMap(({ epoch, layers }) => {
      const histogram = layers[i] && of(layers[i]);
      return histogram ? [{ epoch, histogram }] : [];
    });
    const ridges = thin(all, mostRidges);
    const from = ridges.reduce((low, { histogram }) => Math.min(low, histogram.from), Number.POSITIVE_INFINITY);
    const to = ridges.reduce((high, { histogram }) => Math.max(high, histogram.to), Number.NEGATIVE_INFINITY);
    return ridges.length > 0 ? [{ layer, from, to, ridges }] : [];
  });
  return [...thin(columns, mostLayers)];
}

/** Histograms over the epochs as ridges, a column a layer. */
export function ridges(recorded: readonly Recorded[], kind: Kind): Markup[] {
  const columns = columnsOf(recorded, kind);
  if (columns.length === 0) return [];
  const epochs = columns[0]!.ridges.map(({ epoch }) => epoch);
  const span = epochs.length === 1 ? `in epoch ${epochs[0]}` : `in epochs ${epochs.join(", ")}, from top to bottom`;
  const caption = html`<strong>${kind.title}</strong> ${kind.words}, ${span}; each ridge is as high as its highest bin.`;
  return [
    figure({
      drawing: draw({
        label: `${kind.words}, ${span}: ${columns.map(({ layer }) => layer).join(", ")}`,
        options: ridgeOptions(columns, epochs),
      }),
      caption,
      data: spreadTable(columns, kind),
    }),
  ];
}

/** A point of a ridge. */
interface Point {
  readonly x: number;
  readonly base: number;
  readonly top: number;
  readonly ridge: string;
}

/** How far beside each other layers stand, a layer being 1 wide; how high a ridge is, in distances of two ridges. */
const [pitch, height] = [1.16, 1.7];

function ridgeOptions(columns: readonly Column[], epochs: readonly number[]): Plot.PlotOptions {
  const points = columns.flatMap((column, i) => column.ridges.flatMap((_, j) => outline(column, { i, j })));
  const ends = columns.flatMap(({ from, to }, i) => [
    { x: i * pitch, text: significant(from, 3), anchor: "start" as const },
    { x: i * pitch + 1, text: significant(to, 3), anchor: "end" as const },
  ]);
  const heads = columns.map(({ layer }, i) => ({ x: i * pitch, text: clip(layer, Math.floor(80 / columns.length)) }));
  const lowest = 1 - epochs.length;
  const label = (anchor: "start" | "end"): Plot.Markish =>
    Plot.text(
      ends.filter((end) => end.anchor === anchor),
      { x: "x", y: lowest, text: "text", dy: 14, textAnchor: anchor, fill: ink.quiet },
    );
  return {
    width: 720,
    height: Math.max(190, 70 + 34 * epochs.length),
    marginLeft: 56,
    marginRight: 20,
    marginTop: 26,
    marginBottom: 30,
    x: { axis: null, domain: [0, (columns.length - 1) * pitch + 1] },
    y: {
      label: "epoch",
      domain: [lowest, height],
      ticks: epochs.map((_, j) => -j),
      tickFormat: (y: number) => grouped(epochs[-y] ?? 0),
      tickSize: 0,
    },
    marks: [
      Plot.areaY(points, { x: "x", y1: "base", y2: "top", z: "ridge", fill: ink.train, fillOpacity: 0.28 }),
      Plot.lineY(points, { x: "x", y: "top", z: "ridge", stroke: ink.train, strokeWidth: 1.2 }),
      Plot.text(heads, { x: "x", y: height, text: "text", textAnchor: "start", fill: ink.text, dy: -4 }),
      label("start"),
      label("end"),
    ],
  };
}

/** One ridge: flat where there is nothing, a point at the middle of each bin. */
function outline({ from, to, ridges }: Column, { i, j }: { readonly i: number; readonly j: number }): Point[] {
  const { histogram } = ridges[j]!;
  const { counts } = histogram;
  const place = (x: number): number => i * pitch + (to > from ? (x - from) / (to - from) : 0.5);
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const wide = histogram.to - histogram.from || (to - from || 1) * 0.02;
  const point = (x: number, share: number): Point => ({
    x: Math.min(i * pitch + 1, Math.max(i * pitch, x)),
    base: -j,
    top: -j + height * 0.9 * share,
    ridge: `${i} ${j}`,
  });
  const middle = counts.map((count, k) =>
    point(place(histogram.from + ((k + 0.5) / counts.length) * wide), count / most),
  );
  return [
    point(i * pitch, 0),
    point(place(histogram.from), 0),
    ...middle,
    point(place(histogram.from + wide), 0),
    point(i * pitch + 1, 0),
  ];
}

function spreadTable(columns: readonly Column[], { title }: Kind): Markup {
  const rows = columns.flatMap(({ layer, ridges }) =>
    ridges.map(({ epoch, histogram }) => [
      layer,
      epoch,
      significant(histogram.from, 3),
      ...[0.25, 0.5, 0.75].map((p) => significant(quantile(histogram, p), 3)),
      significant(histogram.to, 3),
    ]),
  );
  const headers = ["layer", "epoch", "least", "quarter", "half", "three quarters", "greatest"];
  return grid({
    caption: `${title} What so many of the numbers are below, by their bins`,
    headers,
    rows,
    numbers: [1, 2, 3, 4, 5, 6],
  });
}

/** Below it lies that share of the numbers, as far as bins can tell. */
function quantile({ from, to, counts }: Histogram, share: number): number {
  const all = counts.reduce((a, b) => a + b, 0);
  let below = 0;
  for (const [k, count] of counts.entries()) {
    if (count > 0 && below + count >= share * all)
      return from + ((to - from) * (k + (share * all - below) / count)) / counts.length;
    below += count;
  }
  return to;
}
