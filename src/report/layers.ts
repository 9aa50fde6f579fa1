import * as Plot from "@observablehq/plot";
import type { EpochRow, LayerRecord } from "../training/history.ts";
import { draw, ink, valueScale } from "./drawing.ts";
import { figure, grid, thin } from "./grid.ts";
import { html, type Markup } from "./markup.ts";
import { grouped, orDash } from "./numbers.ts";
import { mostLayers, outputs, type Recorded, ridges, weights } from "./ridges.ts";
import { clip } from "./text.ts";

const mostPoints = 200;

/** How each layer stood over the epochs: what came out of it, its parameters, and the sizes of its gradients. */
export function layerFigures(history: readonly EpochRow[]): Markup[] {
  const recorded = history.filter((row): row is Recorded => (row.layers?.length ?? 0) > 0);
  return [...ridges(recorded, outputs), ...ridges(recorded, weights), ...motion(recorded)];
}

/** Sizes of gradients and of updates, a line a layer. */
function motion(recorded: readonly Recorded[]): Markup[] {
  const figures = sizes.flatMap((each) => lineFigure(thin(recorded, mostPoints), each));
  return figures.length === 0 ? [] : [html`<div class="pairs">${figures}</div>`];
}

interface Sizes {
  readonly name: string;
  readonly title: string;
  readonly of: (layer: LayerRecord) => number | undefined;
  readonly words: string;
}

const sizes: readonly Sizes[] = [
  {
    name: "gradient",
    title: "Gradients.",
    of: (layer) => layer.gradient,
    words: "Length of the gradient of each layer’s parameters.",
  },
  {
    name: "update / weight",
    title: "Updates.",
    of: (layer) => layer.update,
    words: "Length of the update that follows, divided by that of the parameters: about 0.001 is usual.",
  },
];

const dashes = ["", "6 3", "2 3", "8 3 2 3", "1 2"];
const strokes = [ink.train, ink.validation, ink.third, ink.fourth, ink.quiet];

/** The line of one layer. */
interface LayerLine {
  /** Its place among the layers. */
  readonly i: number;
  readonly layer: string;
  readonly points: readonly { readonly epoch: number; readonly y: number }[];
}

function linesOf(rows: readonly Recorded[], of: Sizes["of"]): LayerLine[] {
  const layers = rows[0]?.layers ?? [];
  const shown = layers.flatMap((layer, i) => (of(layer) === undefined ? [] : [{ i, layer: layer.layer }]));
  return thin(shown, mostLayers).map(({ i, layer }) => ({
    i,
    layer,
    points: rows.flatMap(({ epoch, layers }) => {
      const y = layers[i] && of(layers[i]);
      return y !== undefined && Number.isFinite(y) && y > 0 ? [{ epoch, y }] : [];
    }),
  }));
}

function lineFigure(rows: readonly Recorded[], { name, title, of, words }: Sizes): Markup[] {
  const lines = linesOf(rows, of);
  const values = lines.flatMap(({ points }) => points.map(({ y }) => y));
  if (rows.length < 2 || values.length === 0) return [];
  const marks = lines.map(({ points }, k) =>
    Plot.line(points, { x: "epoch", y: "y", stroke: strokes[k]!, strokeWidth: 1.8, strokeDasharray: dashes[k]! }),
  );
  const size = { width: 440, height: 260, marginLeft: 56, marginRight: 20, marginTop: 30, marginBottom: 38 };
  const x = { label: "epoch", ticks: 6, tickFormat: grouped };
  const drawing = draw({
    label: `${words} By epoch: ${lines.map(({ layer }) => layer).join(", ")}`,
    options: { ...size, x, y: valueScale(values, name), marks },
  });
  const keys = lines.map(({ layer }, k) => html`<span class="key line-${k + 1}">${clip(layer, 40)}</span> `);
  const data = grid({
    caption: `${name} by epoch`,
    headers: ["epoch", ...lines.map(({ layer }) => layer)],
    rows: thin(rows, 40).map(({ epoch, layers }) => [
      epoch,
      ...lines.map(({ i }) => orDash(layers[i] && of(layers[i]))),
    ]),
    numbers: [0, ...lines.map((_, k) => k + 1)],
  });
  return [figure({ drawing, caption: html`<strong>${title}</strong> ${words} ${keys}`, data })];
}
