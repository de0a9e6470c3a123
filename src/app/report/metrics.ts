import { calibrationStatement } from "../verdicts.ts";
import type { PageMetric } from "../../messages/index.ts";
import type { ReportBaseline, ReportMetric, RunReport } from "../../report/index.ts";
import type { EvaluateResult, TrainResult } from "../results.ts";

/** The metrics beside the accuracy, in the order of the page. */
const pageMetrics: readonly PageMetric[] = [
  "balancedAccuracy",
  "macroF1",
  "kappa",
  "rocAuc",
  "averagePrecision",
  "loss",
  "brier",
  "ece",
];

/** The metrics beside the accuracy, where they are defined. */
export const metricsOf = (result: EvaluateResult): readonly ReportMetric[] =>
  pageMetrics.flatMap((metric) => {
    const value = result[metric];
    const interval = result.intervals[metric];
    return value === null ? [] : [{ metric, value, ...(interval && { interval }) }];
  });

/** The baselines, on the validation set. */
export const baselineRows = ({ baselines: { colour, majority } }: TrainResult): readonly ReportBaseline[] => [
  { name: "colour baseline", accuracy: colour.accuracy, interval: colour.interval },
  { name: `majority class (${majority.label})`, accuracy: majority.accuracy },
];

/** How far its confidence may be trusted, in words, with the curve. */
export function calibrationSummary(result: TrainResult): NonNullable<RunReport["calibration"]> {
  const { test, calibration } = result;
  const statement = calibrationStatement(test ?? result, calibration, test ? "test" : "validation");
  return { bins: (test ?? result).reliability, statement };
}
