import * as Plot from "@observablehq/plot";
import { draw, ink, tick } from "./drawing.ts";
import { figure, grid } from "./grid.ts";
import type { ClassCurve, ClassCurves, Line, Part } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { partName } from "./matrix.ts";
import { grouped, orDash, significant } from "./numbers.ts";
import { clip } from "./text.ts";

const mostLines = 12;
const mostRows = 40;
const size = { width: 320, height: 310, marginLeft: 46, marginRight: 14, marginTop: 30, marginBottom: 38 };
const unit = { domain: [0, 1], ticks: 5, grid: true, tickFormat: tick };
const diagonal = (): Plot.Markish =>
  Plot.line([0, 1], { x: (t: number) => t, y: (t: number) => t, stroke: ink.quiet, strokeDasharray: "5 3" });

/** ROC and precision-recall curves, and how often what was given a probability came true. */
export function classCurveFigures(curves: ClassCurves & { readonly part: Part }): Markup {
  const { calibration, rows, part } = curves;
  const note = html`<p>All thresholds on ${grouped(rows)} rows of the ${partName(part)} part${against(curves)}.</p>`;
  const figures = [rocFigure(curves), precisionFigure(curves), calibration && calibrationFigure(calibration, curves)];
  return html`${note}<div class="thirds">${figures}</div>`;
}

const against = ({ classes }: ClassCurves): string => {
  const [only, second] = classes;
  if (only === undefined || second === undefined) return only === undefined ? "" : `: is it class ${only.name}`;
  return `, each of ${classes.length} classes against the rest`;
};

/** The classes that are drawn: those that are told apart worst. */
const drawnOf = ({ classes }: ClassCurves): readonly ClassCurve[] =>
  [...classes]
    .filter(({ area }) => area !== null)
    .sort((a, b) => a.area! - b.area!)
    .slice(0, mostLines);

function lines(
  curves: readonly ClassCurve[],
  of: (curve: ClassCurve) => Line,
  curve: "linear" | "step-before",
): Plot.Markish[] {
  const single = curves.length === 1;
  return curves
    .map((each, i) => {
      const { x, y } = of(each);
      const points = x.map((at, k) => [at, y[k]!]);
      const worst = i === 0;
      const look = worst
        ? { stroke: ink.train, strokeWidth: 2 }
        : { stroke: ink.quiet, strokeWidth: 1, strokeOpacity: 0.7 };
      return Plot.line(points, { ...look, curve, ...(single ? {} : { title: () => each.name }) });
    })
    .reverse();
}

const some = (drawn: readonly ClassCurve[], { classes }: ClassCurves): string =>
  drawn.length < 2
    ? ""
    : ` ${drawn.length < classes.length ? `The ${drawn.length} of ${classes.length} classes told apart worst` : "A line a class"}; the strong line: ${clip(drawn[0]!.name, 30)}.`;

function rocFigure(curves: ClassCurves): Markup {
  const drawn = drawnOf(curves);
  const mean = curves.classes.length > 1 ? "Mean area" : "Area";
  const title = html`<strong>ROC curve.</strong> ${mean} ${orDash(curves.area)}.${some(drawn, curves)}`;
  const drawing = draw({
    label: `ROC curve. ${mean} under it ${orDash(curves.area)}`,
    options: {
      ...size,
      x: { ...unit, label: "false positive rate" },
      y: { ...unit, label: "true positive rate" },
      marks: [diagonal(), ...lines(drawn, ({ roc }) => roc, "linear")],
    },
  });
  return figure({ drawing, caption: title, data: areaTable(curves) });
}

function precisionFigure(curves: ClassCurves): Markup {
  const drawn = drawnOf(curves);
  const mean = curves.classes.length > 1 ? "Mean average precision" : "Average precision";
  const [only] = curves.classes;
  const single = curves.classes.length === 1 && only !== undefined;
  const drawing = draw({
    label: `Precision-recall curve. ${mean} ${orDash(curves.averagePrecision)}`,
    options: {
      ...size,
      x: { ...unit, label: "recall" },
      y: { ...unit, label: "precision" },
      marks: [
        ...(single ? [Plot.ruleY([only.rows / curves.rows], { stroke: ink.quiet, strokeDasharray: "5 3" })] : []),
        ...lines(drawn, ({ precisionRecall }) => precisionRecall, "step-before"),
      ],
    },
  });
  const caption = html`<strong>Precision and recall.</strong> ${mean} ${orDash(curves.averagePrecision)}.${single ? " The dashed line: the share of its rows." : some(drawn, curves)}`;
  return figure({ drawing, caption, data: single ? pointTable(only) : areaTable(curves) });
}

function areaTable({ classes }: ClassCurves): Markup {
  const rows = classes.map(({ name, rows, area, averagePrecision }) => [
    name,
    grouped(rows),
    orDash(area),
    orDash(averagePrecision),
  ]);
  return grid({
    caption: "Areas under the curves",
    headers: ["class", "rows", "ROC", "precision-recall"],
    rows,
    numbers: [1, 2, 3],
  });
}

/** The precision at some recalls. */
function pointTable({ precisionRecall: { x, y }, name }: ClassCurve): Markup {
  const every = Math.ceil(x.length / mostRows);
  const rows = x.flatMap((recall, i) =>
    i % every === 0 || i + 1 === x.length ? [[significant(recall, 3), significant(y[i]!, 3)]] : [],
  );
  return grid({ caption: `Precision at recall: ${name}`, headers: ["recall", "precision"], rows, numbers: [0, 1] });
}

/** One bin of the picture: with how far chance alone may move it. */
interface Dot {
  readonly said: number;
  readonly came: number;
  readonly low: number;
  readonly high: number;
  readonly rows: number;
}

function calibrationFigure(
  { bins, error }: NonNullable<ClassCurves["calibration"]>,
  { rows, classes }: ClassCurves,
): Markup {
  const dots = bins.flatMap(({ said, true: came, share }): Dot[] => {
    if (said === null || came === null) return [];
    const count = share * rows;
    const spread = Math.sqrt((came * (1 - came)) / count);
    return [{ said, came, low: Math.max(0, came - spread), high: Math.min(1, came + spread), rows: Math.round(count) }];
  });
  const drawing = draw({
    label: `Calibration: how often what was given a probability came true; calibration error ${significant(error)}`,
    options: {
      ...size,
      x: { ...unit, label: "probability" },
      y: { ...unit, label: "came true" },
      r: { range: [2.5, 7] },
      marks: [
        diagonal(),
        Plot.ruleX(dots, { x: "said", y1: "low", y2: "high", stroke: ink.train, strokeOpacity: 0.5 }),
        Plot.dot(dots, { x: "said", y: "came", r: "rows", fill: ink.train }),
      ],
    },
  });
  const of = classes.length > 1 ? "the predicted class" : (classes[0]?.name ?? "");
  const caption = html`<strong>Calibration.</strong> Probability of ${of}, and how often it came true, ± one standard error; error ${significant(error)}.`;
  const table = dots.map((dot) => [significant(dot.said, 3), significant(dot.came, 3), grouped(dot.rows)]);
  return figure({
    drawing,
    caption,
    data: grid({ caption: "Probabilities", headers: ["said", "came true", "rows"], rows: table, numbers: [0, 1, 2] }),
  });
}
