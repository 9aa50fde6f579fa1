import { curves } from "./curves.ts";
import { diagnosisSection } from "./diagnosis.ts";
import { baselineTable, dataTables, networkTable, reproduction, settingsTable } from "./facts.ts";
import { section } from "./grid.ts";
import { headline, title } from "./headline.ts";
import type { ReportInput } from "./input.ts";
import { html, type Markup, raw } from "./markup.ts";
import { confusionTable } from "./matrix.ts";
import { sampleFigure } from "./samples.ts";
import { regressionFigures } from "./scatter.ts";
import { style } from "./style.ts";

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
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="gradus">
<title>${title(input)}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
${headline(input)}
${sections}
<footer>Written by gradus ${input.versions["gradus"] ?? ""}. This file is complete: it loads nothing and runs nothing.</footer>
</main>
</body>
</html>
`.html;
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
