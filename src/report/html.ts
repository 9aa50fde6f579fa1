import { curves } from "./curves.ts";
import { diagnosisSection } from "./diagnosis.ts";
import { baselineTable, dataTables, networkTable, reproduction, settingsTable } from "./facts.ts";
import { section } from "./grid.ts";
import { headline, title } from "./headline.ts";
import type { ReportInput } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { confusionTable } from "./matrix.ts";
import { page } from "./page.ts";
import { sampleFigure } from "./samples.ts";
import { regressionFigures } from "./scatter.ts";

/**
 * A run as one HTML file: no network, no script; light and dark, on screen and on paper. All text is escaped.
 *
 * @param input everything that the report shows
 * @returns the file's text
 */
export function report(input: ReportInput): string {
  const { baselines = [], summary } = input;
  const sections = [
    input.history.length === 0 ? null : section("Learning curves", curves(input.history)),
    outcome(input),
    summary.diagnosis === undefined
      ? null
      : section("Where the errors come from", [diagnosisSection(summary.diagnosis)]),
    baselines.length === 0 ? null : section("Compared with simple rules", [baselineTable(baselines, summary)]),
    section("Data", [dataTables(input.data, summary)]),
    html`<div class="pairs">${section("Network", [networkTable(input.network)])}${section("Settings", [settingsTable(input)])}</div>
`,
    section("Reproduce this run", [reproduction(input)]),
  ];
  const version = input.versions["gradus"] ?? "";
  return page({ title: title(input), content: [headline(input), ...sections], version });
}

/** What the network predicts, as far as it was given. */
function outcome({ confusion, regression, samples }: ReportInput): Markup | null {
  const parts = [
    confusion === undefined ? null : confusionTable(confusion),
    regression === undefined ? null : regressionFigures(regression),
    samples === undefined || samples.images.length === 0 ? null : sampleFigure(samples),
  ];
  return parts.every((part) => part === null) ? null : section("Predictions", parts);
}
