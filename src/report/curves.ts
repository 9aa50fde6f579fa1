import * as Plot from "@observablehq/plot";
import type { EpochRow, Pair } from "../training/history.ts";
import { draw, ink, valueScale } from "./drawing.ts";
import { figure, grid, thin } from "./grid.ts";
import { html, type Markup } from "./markup.ts";
import { grouped, orDash, significant } from "./numbers.ts";
import { capitalised } from "./text.ts";

/** The epoch that early stopping held for the best, or the one with the lowest loss. */
const bestEpoch = (history: readonly EpochRow[]): EpochRow | null =>
  history.findLast((row) => row.best === true) ?? lowestLoss(history);

/** The epoch with the lowest finite loss of the validation part, or of the training part where there is no other. */
export function lowestLoss(history: readonly EpochRow[]): EpochRow | null {
  const judged = (row: EpochRow): number => row.loss.validation ?? row.loss.train;
  const finite = history.filter((row) => Number.isFinite(judged(row)));
  return finite.length === 0 ? null : finite.reduce((a, b) => (judged(b) < judged(a) ? b : a));
}

/** Curves of the loss, of each metric and, where it changes, of the learning rate. */
export function curves(history: readonly EpochRow[]): Markup[] {
  const names = [...new Set(history.flatMap((row) => Object.keys(row.metrics)))];
  const none: Pair = { train: NaN, validation: null };
  const trained = history.filter((row) => row.epoch > 0);
  const changes = new Set(trained.map((row) => row.learningRate)).size > 1;
  const rate = (row: EpochRow): Pair => ({ train: row.learningRate, validation: null });
  const large = names.length + (changes ? 1 : 0) === 1;
  const loss = curve(history, { name: "loss", read: (row) => row.loss, large: true });
  const metrics = names.map((name) => curve(history, { name, read: (row) => row.metrics[name] ?? none, large }));
  const rates = changes ? [curve(trained, { name: "learning rate", read: rate, single: true, large })] : [];
  return [loss, html`<div class="pairs">${[...metrics, ...rates]}</div>`];
}

/** One curve: what it is called and how to read it off a row. */
interface Curve {
  readonly name: string;
  readonly read: (row: EpochRow) => Pair;
  readonly large?: boolean;
  /** True for a figure that belongs to neither part of the data. */
  readonly single?: boolean;
}

const mostPoints = 500;
const mostRows = 60;

function curve(history: readonly EpochRow[], of: Curve): Markup {
  const best = bestEpoch(history);
  const rows = thin(history, mostPoints);
  const values = history.flatMap((row) => [of.read(row).train, of.read(row).validation ?? NaN]);
  const drawing = values.some(Number.isFinite)
    ? draw({ label: sentence(history, of), options: options(rows, of, best) })
    : html`<p class="alarm">There is no finite ${of.name} to draw.</p>`;
  return figure({ drawing, caption: caption(history, of, best), data: data(history, of, best) });
}

const finite = (x: number | null): number => (x !== null && Number.isFinite(x) ? x : NaN);

function options(rows: readonly EpochRow[], of: Curve, best: EpochRow | null): Plot.PlotOptions {
  const points = rows.map((row) => ({ epoch: row.epoch, ...of.read(row) }));
  const values = points.flatMap((p) => [finite(p.train), finite(p.validation)]).filter(Number.isFinite);
  const first = rows[0]?.epoch ?? 0;
  const last = Math.max(first + 1, rows.at(-1)?.epoch ?? 1);
  const x = { label: "epoch", domain: [first, last], ticks: Math.min(10, last - first), tickFormat: grouped }; // Plot's own format loads those of all languages
  const sides = of.single === true ? (["train"] as const) : (["train", "validation"] as const);
  const marks = sides.flatMap((side) => line(points, side, of.single === true ? ink.text : ink[side]));
  const marked = best === null || of.single === true ? [] : bestMark(best.epoch, (best.epoch - first) / (last - first));
  const size = of.large === true ? { width: 720, height: 275 } : { width: 440, height: 250 };
  const margins = { marginLeft: 56, marginRight: 20, marginTop: 34, marginBottom: 38 };
  return { ...size, ...margins, x, y: valueScale(values, of.name), marks: [...marked, ...marks] };
}

/** What is drawn of one epoch. */
type Point = Pair & { readonly epoch: number };

function line(points: readonly Point[], side: keyof Pair, stroke: string): Plot.Markish[] {
  const y = (p: Point): number => finite(p[side]);
  const drawn = points.filter((p) => Number.isFinite(y(p)));
  const dash = side === "validation" ? { strokeDasharray: "5 3" } : {};
  const path = Plot.line(points, { x: "epoch", y, stroke, strokeWidth: 2, ...dash });
  const dots = Plot.dot(drawn, { x: "epoch", y, fill: stroke, r: 2.5 });
  return drawn.length <= 30 ? [path, dots] : [path];
}

function bestMark(epoch: number, share: number): Plot.Markish[] {
  const textAnchor = share > 0.85 ? "end" : share < 0.15 ? "start" : "middle";
  return [
    Plot.ruleX([epoch], { stroke: ink.quiet, strokeDasharray: "2 3" }),
    Plot.text([epoch], {
      x: epoch,
      frameAnchor: "top",
      dy: -17,
      text: [`best epoch ${epoch}`],
      textAnchor,
      fill: ink.quiet,
    }),
  ];
}

function sentence(history: readonly EpochRow[], of: Curve): string {
  const [first, last] = [history[0], history.at(-1)];
  if (first === undefined || last === undefined) return `${of.name}: no epochs`;
  const [from, to] = [of.read(first), of.read(last)];
  const part = (side: keyof Pair): string => `from ${orDash(from[side])} to ${orDash(to[side])}`;
  const span = `by epoch, ${first.epoch} to ${last.epoch}`;
  if (of.single === true) return `${of.name} ${span}: ${part("train")}`;
  const more = to.validation === null ? "" : `, validation ${part("validation")}`;
  return `${of.name} ${span}: training ${part("train")}${more}`;
}

function caption(history: readonly EpochRow[], of: Curve, best: EpochRow | null): Markup {
  const title = html`<strong>${heading(of.name)}</strong>`;
  if (of.single === true) return html`${title} of each epoch’s last update.`;
  const both = history.some((row) => of.read(row).validation !== null);
  const key = html`<span class="key train">training</span>${both ? html` <span class="key validation">validation</span>` : null}`;
  const pair = best === null ? null : of.read(best);
  const value = pair === null ? null : (pair.validation ?? pair.train);
  const at = best === null || value === null ? null : html` ${significant(value)} at the best epoch, ${best.epoch}.`;
  const thinned =
    history.length > mostPoints ? html` ${mostPoints} of ${grouped(history.length)} epochs are drawn.` : null;
  return html`${title} ${key}${at}${thinned}${alarm(history, of)}`;
}

function alarm(history: readonly EpochRow[], of: Curve): Markup | null {
  const broken = history.find((row) => {
    const { train, validation } = of.read(row);
    return !Number.isFinite(train) || (validation !== null && !Number.isFinite(validation));
  });
  return broken === undefined ? null : html` <span class="alarm">Not finite in epoch ${broken.epoch}.</span>`;
}

function data(history: readonly EpochRow[], of: Curve, best: EpochRow | null): Markup {
  const chosen = new Set([...thin(history, mostRows), ...(best === null ? [] : [best])]);
  const rows = history.filter((row) => chosen.has(row));
  const single = of.single === true;
  const cells = rows.map((row) => {
    const { train, validation } = of.read(row);
    return single ? [row.epoch, significant(train)] : [row.epoch, significant(train), orDash(validation)];
  });
  const part = rows.length < history.length ? `, ${rows.length} of ${grouped(history.length)} epochs` : "";
  const headers = single ? ["epoch", of.name] : ["epoch", "training", "validation"];
  return grid({ caption: `${of.name} by epoch${part}`, headers, rows: cells, numbers: [0, 1, 2] });
}

const abbreviations: Readonly<Record<string, string>> = { r2: "R²", mse: "MSE", rmse: "RMSE", mae: "MAE" };

/** A name at the head of a caption. */
const heading = (name: string): string => abbreviations[name] ?? capitalised(name);
