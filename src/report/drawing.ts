import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { html, type Markup, raw } from "./markup.ts";
import { isWide } from "./sparkline.ts";
import { clip, printable } from "./text.ts";

/** The colours of the page that drawings use; `style.ts` gives them their values in light and dark. */
export const ink = {
  train: "var(--train)",
  validation: "var(--validation)",
  text: "var(--ink)",
  quiet: "var(--quiet)",
} as const;

/** A drawing: what it shows in a sentence, and Plot's options. */
export interface Drawing {
  readonly label: string;
  readonly options: Plot.PlotOptions;
}

/** A node of linkedom's document, as much of it as is needed here. */
interface Node {
  readonly outerHTML: string;
  readonly attributes: Iterable<{ name: string; value: string }>;
  readonly querySelectorAll: (selector: string) => Iterable<Node>;
  readonly setAttribute: (name: string, value: string) => void;
  readonly removeAttribute: (name: string) => void;
  readonly remove: () => void;
}

const geometry = new Set(["d", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height"]);

/** A drawing as SVG that takes its colours from the page, with a label for those who do not see it. */
export function draw({ label, options }: Drawing): Markup {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg: Node = Plot.plot({ document, className: "plot", ...options }) as unknown as Node;
  for (const style of [...svg.querySelectorAll("style")]) style.remove();
  for (const node of [...svg.querySelectorAll("*")]) shorten(node);
  for (const name of ["font-size", "font-family"]) svg.removeAttribute(name);
  const inside = raw(svg.outerHTML.replace(/^<svg/, ""));
  return html`<div class="drawing"><svg role="img" aria-label="${label}"${inside}</div>`;
}

/** Two decimals of a pixel are enough; parts of a picture need no label of their own. */
function shorten(node: Node): void {
  node.removeAttribute("aria-label");
  node.removeAttribute("aria-hidden");
  for (const { name, value } of [...node.attributes])
    if (geometry.has(name))
      node.setAttribute(
        name,
        value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (x) => String(Number(Number(x).toFixed(2)))),
      );
}

/** A scale for measured values: logarithmic when they span more than a factor of 100. */
export function valueScale(values: readonly number[], name: string): Plot.ScaleOptions {
  const label = clip(printable(name), 40);
  if (!isWide(values)) return { label, grid: true, nice: true, ticks: 5, tickFormat: tick };
  return { label: `${label} (log scale)`, type: "log", grid: true, ticks: decades(values), tickFormat: tick };
}

const tick = (x: number): string => {
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
