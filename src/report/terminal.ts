/**
 * What the report room says in a terminal: pure functions from data to text. It stands apart from `html.ts`, whose
 * drawing library takes a moment to load.
 */
export { imageBlocks } from "./blocks.ts";
export { beside, type CurveOptions, curveText } from "./braille.ts";
export { type ChartOptions, type ChartPoint, chart } from "./chart.ts";
export { findingsText } from "./findingstext.ts";
export { compact, duration, figure, grouped, significant } from "./numbers.ts";
export { confusionText, modelSummary, regressionText } from "./outcome.ts";
export { picturesText } from "./pictures.ts";
export { type PlainOptions, type ProgressOptions, plainLine, progressLine } from "./progress.ts";
export { sparkline } from "./sparkline.ts";
export { type TableOptions, table } from "./table.ts";
export { capitalised, clip, pad, printable, visibleWidth, wrapped } from "./text.ts";
