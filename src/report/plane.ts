import * as Plot from "@observablehq/plot";
import { draw, ink, tick, valueScale } from "./drawing.ts";
import { figure, grid, thin } from "./grid.ts";
import type { Plane } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { partName } from "./matrix.ts";
import { grouped, significant } from "./numbers.ts";
import { clip } from "./text.ts";

const mostPoints = 600;
const colors = [ink.train, ink.validation, ink.third, ink.fourth];
const symbols = ["circle", "triangle", "square", "diamond"] as const;
const paper = "var(--paper)";
const faint = (color: string, share: number): string => `color-mix(in srgb, ${color} ${Math.round(share)}%, ${paper})`;

/** What a network of two inputs says all over their plane, with the rows of a part. */
export function planeFigure(plane: Plane): Markup {
  const { x, y, points, part, kind, names } = plane;
  const drawn = thin(points, mostPoints);
  const what = {
    number: `predicted ${names[0] ?? ""}`,
    probability: `probability of ${names[1] ?? ""}`,
    class: "predicted class",
  }[kind];
  const label = `${what} over ${x.name} and ${y.name}, with ${drawn.length} rows of the ${partName(part)} part`;
  const scale = (axis: Plane["x"]): Plot.ScaleOptions => ({
    ...valueScale([0], axis.name),
    nice: false,
    grid: false,
    domain: [axis.from, axis.to],
  });
  const edge = Plot.frame({ stroke: paper, strokeWidth: 6 }); // contours run along it
  const marks = [...(kind === "class" ? classAreas(plane) : contours(plane)), edge, ...pointMarks(plane, drawn)];
  const size = { width: 720, height: 560, marginLeft: 60, marginRight: 20, marginTop: 26, marginBottom: 40 };
  const options = { ...size, x: scale(x), y: scale(y), color: { type: "identity" as const }, marks };
  const some = drawn.length < points.length ? ` ${drawn.length} of ${grouped(points.length)} rows are drawn.` : "";
  return figure({
    drawing: draw({ label, options }),
    caption: html`<strong>${kind === "number" ? "The prediction over the plane." : "Decision boundary."}</strong> ${key(plane, what)}${some}`,
    data: planeTable(plane, what),
  });
}

function key({ kind, names, part, points, values }: Plane, what: string): Markup {
  const rows = `rows of the ${partName(part)} part`;
  if (kind === "number") {
    const [low, high] = rangeOf(values);
    return html`${what.charAt(0).toUpperCase()}${what.slice(1)}, the darker the higher, from ${significant(low, 3)} to ${significant(high, 3)}; dots: ${rows}.`;
  }
  const wrong = points.filter((point) => point.wrong).length;
  const keys = names
    .slice(0, colors.length)
    .map((name, k) => html`<span class="spot spot-${k + 1}">${clip(name, 24)}</span> `);
  const bands = kind === "probability" ? `The ${what} in steps of 0.1, the strong line where it is decided; ` : "";
  return html`${bands}${bands === "" ? "Marks" : "marks"}: ${rows}, ${keys}– ${wrong} wrong ones have a ring.`;
}

const rangeOf = (values: readonly number[]): [number, number] => {
  const finite = values.filter(Number.isFinite);
  return [finite.reduce((a, b) => Math.min(a, b), Infinity), finite.reduce((a, b) => Math.max(a, b), -Infinity)];
};

/** A colour for each level: of a probability from one class's to the other's, of a number from faint to full. */
function shades(plane: Plane): { readonly levels: readonly number[]; readonly color: (v: number) => string } {
  if (plane.kind === "probability") {
    const levels = Array.from({ length: 10 }, (_, i) => i / 10);
    const color = (v: number): string =>
      v + 0.05 < 0.5 ? faint(colors[0]!, 70 * (0.5 - v)) : faint(colors[1]!, 70 * (v + 0.1 - 0.5));
    return { levels, color };
  }
  const [low, high] = rangeOf(plane.values);
  const step = (high - low) / 9;
  const levels = step > 0 ? Array.from({ length: 9 }, (_, i) => low + i * step) : [low];
  return { levels, color: (v) => faint(colors[0]!, 8 + 72 * (step > 0 ? (v - low) / (high - low) : 0.5)) };
}

const gridOf = ({ x, y, columns, rows }: Plane) => ({
  width: columns,
  height: rows,
  x1: x.from,
  x2: x.to,
  y1: y.from,
  y2: y.to,
});

function contours(plane: Plane): Plot.Markish[] {
  const { levels, color } = shades(plane);
  const values = plane.values.map((v) => (Number.isFinite(v) ? v : 0));
  const bands = levels.map((level) =>
    Plot.contour(values, {
      ...gridOf(plane),
      thresholds: [level],
      fill: () => color(level),
      value: (v: number) => v,
    } as Plot.ContourOptions),
  );
  const line = Plot.contour(values, { ...gridOf(plane), thresholds: [0.5], stroke: ink.text, strokeWidth: 1.8 });
  return plane.kind === "probability" ? [...bands, line] : bands;
}

function classAreas(plane: Plane): Plot.Markish[] {
  return plane.names.slice(0, colors.length).map((_, c) =>
    Plot.contour(
      plane.values.map((v) => Number(v === c)),
      { ...gridOf(plane), thresholds: [0.5], fill: faint(colors[c]!, 28) },
    ),
  );
}

function pointMarks({ kind }: Plane, points: Plane["points"]): Plot.Markish[] {
  if (kind === "number") return [Plot.dot(points, { x: "x", y: "y", r: 1.8, fill: ink.text, fillOpacity: 0.5 })];
  const classes = [...new Set(points.map(({ truth }) => truth))].sort((a, b) => a - b);
  return [
    ...classes.map((c) =>
      Plot.dot(
        points.filter(({ truth }) => truth === c),
        {
          x: "x",
          y: "y",
          r: 3.2,
          symbol: symbols[c % symbols.length]!,
          fill: colors[c % colors.length]!,
          stroke: paper,
          strokeWidth: 0.8,
        },
      ),
    ),
    Plot.dot(
      points.filter(({ wrong }) => wrong),
      { x: "x", y: "y", r: 7, stroke: ink.text, strokeWidth: 1.4 },
    ),
  ];
}

const ticksOfTable = 7;

/** What is said at some places of the plane. */
function planeTable({ x, y, columns, rows, values, kind, names }: Plane, what: string): Markup {
  const some = (n: number): number[] =>
    Array.from({ length: ticksOfTable }, (_, i) => Math.round((i * (n - 1)) / (ticksOfTable - 1)));
  const at = ({ from, to }: Plane["x"], k: number, n: number): string =>
    tick(Number((from + ((to - from) * (k + 0.5)) / n).toPrecision(3)));
  const word = (v: number): string => (kind === "class" ? (names[v] ?? "") : significant(v, 3));
  return grid({
    caption: `${what}: ${y.name} down, ${x.name} across`,
    headers: [`${y.name} \\ ${x.name}`, ...some(columns).map((k) => at(x, k, columns))],
    rows: some(rows)
      .reverse()
      .map((j) => [at(y, j, rows), ...some(columns).map((k) => word(values[j * columns + k]!))]),
    numbers: some(columns).map((_, i) => i + 1),
  });
}
