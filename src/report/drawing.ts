import * as Plot from "@observablehq/plot";
import { DrawingDocument, type Element, written } from "./element.ts";
import { html, type Markup, raw } from "./markup.ts";
import { isWide } from "./sparkline.ts";
import { clip, printable } from "./text.ts";

/** The colours of the page that drawings use; `style.ts` gives them their values in light and dark. */
export const ink = {
  train: "var(--train)",
  validation: "var(--validation)",
  text: "var(--ink)",
  quiet: "var(--quiet)",
  third: "var(--third)",
  fourth: "var(--fourth)",
} as const;

/** A drawing: what it shows in a sentence, and Plot's options. */
export interface Drawing {
  readonly label: string;
  readonly options: Plot.PlotOptions;
}

const geometry = new Set(["d", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height"]);
/** Parts of a picture need no label of their own. */
const labels = new Set(["aria-label", "aria-hidden"]);
/** What the page sets for the whole picture. */
const fonts = new Set(["font-size", "font-family"]);

/** A drawing as SVG that takes its colours from the page, with a label for those who do not see it. */
export function draw({ label, options }: Drawing): Markup {
  const document = new DrawingDocument() as unknown as NonNullable<Plot.PlotOptions["document"]>;
  const svg = Plot.plot({ document, className: "plot", ...options }) as unknown as Element;
  const inside = raw(written(svg, attribute).replace(/^<svg/, ""));
  return html`<div class="drawing"><svg role="img" aria-label="${label}"${inside}</div>`;
}

/** An attribute as it is written: two decimals of a pixel are enough. */
function attribute(name: string, value: string, { parentNode }: Element): string | null {
  if (labels.has(name) || (fonts.has(name) && parentNode === null)) return null;
  if (!geometry.has(name)) return value;
  return value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (x) => String(Number(Number(x).toFixed(2))));
}

/** A scale for measured values: logarithmic when they span more than a factor of 100. */
export function valueScale(values: readonly number[], name: string): Plot.ScaleOptions {
  const label = clip(printable(name), 40);
  if (!isWide(values)) return { label, grid: true, nice: true, ticks: 5, tickFormat: tick };
  return { label: `${label} (log scale)`, type: "log", grid: true, ticks: decades(values), tickFormat: tick };
}

/** A number at an axis. */
export const tick = (x: number): string => {
  const text = String(Number(x.toPrecision(10)));
  return (Math.abs(x) < 1e-3 && x !== 0) || Math.abs(x) >= 1e5
    ? x.toExponential().replace("e+", "e")
    : text.replace("-", "−");
};

/** Ticks of a logarithmic scale, which spans two powers of ten at least: the powers, eight or so at most. */
function decades(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  const first = Math.ceil(Math.log10(low));
  const count = Math.floor(Math.log10(high)) - first + 1;
  const every = Math.ceil(count / 8);
  return Array.from({ length: Math.ceil(count / every) }, (_, i) => Number(`1e${first + i * every}`));
}
