import { mapTuple, percentOf } from "../base/index.ts";
import type {
  BaselineComparison,
  CalibrationStatement,
  MeasuredSet,
  ResultStatement,
} from "../messages/index.ts";
import type { BaselineReport, Calibration, EvaluateResult } from "./results.ts";

/** The accuracy of a result, with its interval and what it was measured on. */
export const accuracyOf = (result: EvaluateResult, set: MeasuredSet): ResultStatement => ({
  code: "accuracy",
  data: {
    set,
    accuracy: result.accuracy,
    interval: result.intervals.accuracy,
    count: result.count,
    groups: result.groups,
    source: result.groupSource,
  },
});

/** Fewer groups than this, and their spread is itself a guess; a judgement, not a measurement. */
const minGroups = 10;
/** Classes count as uneven from this ratio of the largest to the smallest on; a judgement, not a measurement. */
const unevenRatio = 2;

/** What weakens the accuracy; empty where nothing does. */
export function caveatsOf(result: EvaluateResult): readonly ResultStatement[] {
  const { groups, groupSource: source, perClass, balancedAccuracy, intervals } = result;
  const sizes = perClass.map(({ support }) => support).filter((support) => support > 0);
  const uneven = sizes.length > 1 && Math.max(...sizes) >= unevenRatio * Math.min(...sizes);
  const interval = intervals.balancedAccuracy;
  return [
    ...(groups < minGroups ? [{ code: "unreliable-interval", data: { groups, source } } as const] : []),
    ...(uneven
      ? [{ code: "uneven-classes", data: { balancedAccuracy, ...(interval && { interval }) } } as const]
      : []),
  ];
}

/** How far confidence is from accuracy on the validation images or a test set; with what the temperature did, where one was fitted. */
export function calibrationStatement(
  { ece }: Pick<EvaluateResult, "ece">,
  calibration?: Calibration,
  set: "validation" | "test" = "validation",
): CalibrationStatement {
  const change = calibration?.[set];
  if (!calibration || !change) return { code: "calibration", data: { ece } };
  const { temperature, fittedTemperature: fitted } = calibration;
  if (temperature !== 1) {
    const measuredOn = set === "test" ? "test" : "cross-fitted";
    const [before, after] = [change.before.ece, change.after.ece];
    return { code: "calibration-scaled", data: { temperature, before, after, measuredOn } };
  }
  return fitted === 1 || set === "test"
    ? { code: "calibration", data: { ece } }
    : { code: "calibration-unscaled", data: { ece, fitted } };
}

/** The model beside the baselines. */
export const baselineStatement = (
  { majority, colour }: BaselineReport,
  accuracy: number,
): ResultStatement => ({
  code: "baselines",
  data: {
    accuracy,
    majority: { label: majority.label, accuracy: majority.accuracy },
    colour: { accuracy: colour.accuracy, interval: colour.interval },
  },
});

/** Which of the three it is, as the printed bounds of the interval have it. */
export function outcomeOf(data: BaselineComparison["data"]): BaselineComparison {
  const [low, high] = mapTuple(data.interval, (bound) => Number(percentOf(bound, 1)));
  if (low > 0) return { code: "better-than-baseline", data };
  if (high < 0) return { code: "worse-than-baseline", action: "change-model", data };
  return { code: "not-distinguishable-from-baseline", action: "add-data", data };
}
