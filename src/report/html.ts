import { classCurveFigures } from "./classcurves.ts";
import { curves } from "./curves.ts";
import { dependenceFigures } from "./dependence.ts";
import { diagnosisSection } from "./diagnosis.ts";
import { baselineTable, dataTables, networkTable, reproduction, settingsTable } from "./facts.ts";
import { findingsSection } from "./findings.ts";
import type { Section } from "./grid.ts";
import { headline, title } from "./headline.ts";
import { importanceFigure } from "./importance.ts";
import type { ReportInput } from "./input.ts";
import { layerFigures } from "./layers.ts";
import { html, type Markup } from "./markup.ts";
import { confusionTable } from "./matrix.ts";
import { page } from "./page.ts";
import { planeFigure } from "./plane.ts";
import { mistakes, sampleRows } from "./rows.ts";
import { sampleFigure } from "./samples.ts";
import { regressionFigures } from "./scatter.ts";

/**
 * A run as one HTML file that loads nothing.
 *
 * @param input everything that the report shows
 * @returns the file's text
 */
export function report(input: ReportInput): string {
  const { baselines = [], summary } = input;
  const part = (title: string, ...content: readonly (Markup | null)[]): Section[] =>
    content.every((piece) => piece === null) ? [] : [{ title, content }];
  const sections = [
    ...part("Learning curves", ...(input.history.length === 0 ? [] : curves(input.history))),
    ...part("Findings", findingsSection(summary.findings ?? [])),
    ...part("Predictions", ...predictions(input)),
    ...part("What the predictions depend on", ...dependences(input)),
    ...part("Where the errors come from", summary.diagnosis === undefined ? null : diagnosisSection(summary.diagnosis)),
    ...part("Compared with simple rules", baselines.length === 0 ? null : baselineTable(baselines, summary)),
    ...part("Inside the network", ...layerFigures(input.history)),
    ...part("Data", dataTables(input.data, summary)),
    ...part("Network", networkTable(input.network)),
    ...part("Settings", settingsTable(input)),
    ...part("Reproduce this run", reproduction(input)),
  ];
  return page({ title: title(input), head: headline(input), sections, version: input.versions["gradus"] ?? "" });
}

/** What the network predicts, as far as it was given. */
const predictions = ({ confusion, regression, samples, classCurves, rows }: ReportInput): (Markup | null)[] => [
  confusion === undefined ? null : confusionTable(confusion),
  regression === undefined ? null : regressionFigures(regression),
  classCurves === undefined ? null : classCurveFigures(classCurves),
  samples === undefined || samples.images.length === 0 ? null : sampleFigure(samples),
  rows === undefined || rows.worst.length === 0 ? null : mistakes(rows),
  rows === undefined || rows.some.length === 0 ? null : sampleRows(rows),
];

const dependences = ({ plane, importance, dependence = [], leftOut }: ReportInput): (Markup | null)[] => [
  plane === undefined ? null : planeFigure(plane),
  importance === undefined ? null : importanceFigure(importance),
  dependence.length === 0 ? null : dependenceFigures(dependence),
  leftOut === undefined ? null : html`<p class="quiet">${leftOut}</p>`,
];
