export { execute, opening, type RunHooks, type RunOptions, type RunResult, type Shown } from "./execute.ts";
export { readRunFile } from "./folder.ts";
export { loadModel, measure, predictTable, type TrainedModel } from "./model.ts";
export { type Prepared, prepare } from "./prepare.ts";
export { outcome } from "./reporting.ts";
export { networkTable, predictionsCsv } from "./results.ts";
export { type CheckedRunFile, checkRunFile, type RunFile } from "./runfile.ts";
export { loadSource } from "./source.ts";
export { version } from "./version.ts";
