import { pointsText } from "../base/index.ts";
import type { Interval } from "../evaluate/index.ts";
import { countText, percentText, plural } from "../report/index.ts";
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

/** One of two runs on the images in common. */
export interface Rival {
  readonly name: string;
  readonly accuracy: number;
  /** Share of the images of whose photograph it learned from others. */
  readonly leakShare: number;
}

/** Two accuracies on the same images, and what to think of them, in one sentence. */
interface Duel {
  readonly first: Rival;
  readonly second: Rival;
  readonly difference: number;
  readonly interval: Interval;
  readonly groups: number;
  readonly word: string;
}

/** "They cannot be compared: A learned from copies of 100.0 % of these images (95.9 %), B (78.0 %) of none; …" */
export function unfairText({ first, second, word }: Duel): string {
  const [leaking, fair] = first.leakShare > 0 ? [first, second] : [second, first];
  return (
    `The two cannot be compared: ${leaking.name} (${percentText(leaking.accuracy)}) learned from the ${word}s of ` +
    `${percentText(leaking.leakShare)} of these images, ${fair.name} (${percentText(fair.accuracy)}) of none; ` +
    `train ${leaking.name} again with --split and the split.csv of ${fair.name}.`
  );
}

/** "B is better: 91.2 % against 87.0 %, a difference of 4.2 points (1.1 to 7.4), on 120 photographs." */
export function duelText({ first, second, difference, interval: [low, high], groups, word }: Duel): string {
  const on = `on ${plural(groups, word)}`;
  const [better, other] = difference >= 0 ? [second, first] : [first, second];
  const signed = difference >= 0 ? [low, high] : [-high, -low];
  const range = signed.map((bound) => (bound * 100).toFixed(1)).join(" to ");
  const figures = `${percentText(better.accuracy)} against ${percentText(other.accuracy)}`;
  const away = `a difference of ${pointsText(Math.abs(difference))} (${range})`;
  return signed[0]! > 0
    ? `${better.name} is better: ${figures}, ${away}, ${on}.`
    : `The two cannot be told apart with ${countText(groups)} ${groups === 1 ? word : `${word}s`}: ` +
        `${first.name} ${percentText(first.accuracy)}, ${second.name} ${percentText(second.accuracy)}, ${away}.`;
}
