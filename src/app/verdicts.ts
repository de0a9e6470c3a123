import { pointsText } from "../base/index.ts";
import type { MeasuredSet, ResultStatement } from "../messages/index.ts";
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

/** How far confidence is from accuracy, in one sentence. */
export const calibrationText = ({ ece }: Pick<EvaluateResult, "ece">, calibration?: Calibration): string =>
  `Calibration error (ECE, how far confidence is from accuracy): ${pointsText(ece)}` +
  (calibration && calibration.temperature !== 1
    ? `; ${pointsText(calibration.validation.before.ece)} before temperature scaling.`
    : ".");

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
