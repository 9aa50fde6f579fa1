import { named } from "../../core/names.ts";
import {
  accuracy,
  balancedAccuracy,
  exactMatch,
  f1,
  f1Macro,
  f1Micro,
  f1Weighted,
  matthews,
  precision,
  precisionMacro,
  precisionMicro,
  precisionWeighted,
  recall,
  recallMacro,
  recallMicro,
  recallWeighted,
} from "./counts.ts";
import type { Metric } from "./metric.ts";
import type { Outcomes } from "./outcomes.ts";
import { brier, calibrationError, logLoss } from "./probabilities.ts";
import { averagePrecision, averagePrecisionWeighted, rocAuc, rocAucWeighted, topK } from "./ranking.ts";
import { explainedVariance, mae, maxError, medianAbsoluteError, mse, poissonDeviance, r2, rmse } from "./regression.ts";

/** All metrics by name. `top3` is one of a family: `top` with any whole number will do. */
export const metrics = {
  accuracy,
  exactMatch,
  balancedAccuracy,
  precision,
  precisionMicro,
  precisionMacro,
  precisionWeighted,
  recall,
  recallMicro,
  recallMacro,
  recallWeighted,
  f1,
  f1Micro,
  f1Macro,
  f1Weighted,
  matthews,
  rocAuc,
  rocAucWeighted,
  averagePrecision,
  averagePrecisionWeighted,
  top3: topK(3),
  top5: topK(5),
  logLoss,
  brier,
  calibrationError,
  r2,
  explainedVariance,
  mse,
  rmse,
  mae,
  medianAbsoluteError,
  maxError,
  poissonDeviance,
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics | `top${number}`;

/**
 * A metric by its name as people write it: `roc-auc`, `rocAuc`; `top7`.
 *
 * @throws `option` when there is none, naming the nearest
 */
export function metricNamed(name: string): Metric {
  const top = /^top-?(\d+)$/i.exec(name.trim());
  return top ? topK(Number(top[1])) : metrics[named("metric", name, metrics)];
}

/** All metrics that can be measured on these outcomes. */
export const metricsFor = (outcomes: Outcomes): Metric[] =>
  Object.values<Metric>(metrics).filter((metric) => metric.refusal(outcomes) === null);
