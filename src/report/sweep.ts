import * as Plot from "@observablehq/plot";
import type { LearningRateSearch } from "../training/index.ts";
import { draw, ink, valueScale } from "./drawing.ts";
import { figure, grid, thin } from "./grid.ts";
import { html, type Markup } from "./markup.ts";
import { significant } from "./numbers.ts";
import { page } from "./page.ts";
import { capitalised } from "./text.ts";

/** What the page of a search for a learning rate shows. */
export interface SweepPage {
  /** Of the data. */
  readonly name: string;
  /** What was trained, in a sentence. */
  readonly about: string;
  readonly search: LearningRateSearch;
  readonly command: string;
  readonly version: string;
}

/** The loss against the learning rate, as one HTML file. */
export const sweepPage = ({ name, about, search, command, version }: SweepPage): string =>
  page({
    title: `${name}: learning rate`,
    head: html`<header>
<p class="kicker">Learning rate</p>
<h1>${name}</h1>
<p class="lead">${about}</p>
</header>
`,
    sections: [
      {
        title: verdict(search),
        content: [
          html`<p>${capitalised(search.reason)}.</p>`,
          search.smoothed.length === 0 ? null : lossFigure(search),
          html`<p>Found by <code>${command}</code></p>`,
        ],
      },
    ],
    version,
  });

const verdict = ({ suggestion }: LearningRateSearch): string =>
  suggestion === null ? "No learning rate stands out" : `Learning rate ${significant(suggestion, 2)}`;

interface Row {
  readonly rate: number;
  readonly loss: number;
  readonly smooth: number;
  readonly constant: number;
}

const mostPoints = 1000;
const mostRows = 60;

function lossFigure({ rates, losses, smoothed, suggestion, minimum, steepest, constants }: LearningRateSearch): Markup {
  const all = rates.map((rate, i): Row => ({ rate, loss: losses[i]!, smooth: smoothed[i]!, constant: constants[i]! }));
  const rows = thin(all, mostPoints);
  const marks = [
    Plot.line(rows, { x: "rate", y: "constant", stroke: ink.quiet, strokeDasharray: "2 3" }),
    Plot.dot(rows, { x: "rate", y: "loss", fill: ink.quiet, r: 1.4, fillOpacity: 0.5 }),
    Plot.line(rows, { x: "rate", y: "smooth", stroke: ink.train, strokeWidth: 2 }),
    ...(suggestion === null ? [] : [Plot.ruleX([suggestion], { stroke: ink.validation, strokeWidth: 2 })]),
  ];
  const values = rows.flatMap(({ loss, smooth, constant }) => [loss, smooth, constant]);
  const label = `Loss against learning rate, from ${significant(rates[0]!)} to ${significant(rates.at(-1)!)}`;
  const points = [
    minimum && html` Least at ${significant(minimum.rate, 2)} (loss ${significant(minimum.loss)}),`,
    steepest && html` falling fastest at ${significant(steepest.rate, 2)};`,
  ];
  return figure({
    drawing: draw({
      label,
      options: {
        ...{ width: 720, height: 330, marginLeft: 56, marginRight: 20, marginTop: 34, marginBottom: 38 },
        x: { type: "log", label: "learning rate (log scale)", tickFormat: power, ticks: 9 },
        y: valueScale(values, "loss"),
        marks,
      },
    }),
    caption: html`<strong>Loss</strong> <span class="key train">smoothed</span>${points} dots are single batches, the dotted line is what the best constant answer loses on the same rows.`,
    data: grid({
      caption: "loss by learning rate",
      headers: ["learning rate", "loss of the batch", "smoothed"],
      rows: thin(all, mostRows).map(({ rate, loss, smooth }) => [
        significant(rate),
        significant(loss),
        significant(smooth),
      ]),
      numbers: [0, 1, 2],
    }),
  });
}

const power = (x: number): string => x.toExponential(0).replace("e+", "e");
