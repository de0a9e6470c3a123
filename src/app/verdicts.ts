import { pointsText, rangeText } from "../base/index.ts";
import { groupWord } from "../data/index.ts";
import type { Interval } from "../evaluate/index.ts";
import { countText, percentText, plural } from "../report/index.ts";
import type { BaselineReport, Calibration, EvaluateResult } from "./results.ts";

/** "85.2 % of 1,992 images it had not trained on, from 61 photographs, are named rightly (95%: 78 to 91 %)." */
export function headline(result: EvaluateResult, what: string, mark: (figure: string) => string): string {
  const { accuracy, count, groups, groupSource, intervals } = result;
  const from = groupSource === "none" ? "" : `, from ${plural(groups, groupWord(groupSource))},`;
  return (
    `${mark(percentText(accuracy))} of ${plural(count, "image")} ${what}${from} ` +
    `${count === 1 ? "is" : "are"} named rightly (95%: ${rangeText(intervals.accuracy, accuracy)}).`
  );
}

/** Fewer groups than this, and their spread is itself a guess. */
const reliable = 10;
/** Classes count as uneven from this ratio of the largest to the smallest on. */
const uneven = 2;

/** Sentences that the headline needs beside it; none where there is nothing to add. */
export function besideHeadline(result: EvaluateResult): readonly string[] {
  const { groups, groupSource, perClass, balancedAccuracy, intervals } = result;
  const sizes = perClass.map(({ support }) => support).filter((support) => support > 0);
  const isUneven = Math.max(...sizes) >= uneven * Math.min(...sizes);
  return [
    ...(groups < reliable
      ? [
          `That is only ${plural(groups, groupWord(groupSource))}: the range is wide for that, and still not to be relied on.`,
        ]
      : []),
    ...(isUneven && sizes.length > 1
      ? [
          `The classes are uneven: with each counting the same it is ${percentText(balancedAccuracy)}` +
            `${intervals.balancedAccuracy ? ` (${rangeText(intervals.balancedAccuracy, balancedAccuracy)})` : ""}.`,
        ]
      : []),
  ];
}

/** How far its certainty is from how often it is right, in one sentence. */
export const calibrationText = ({ ece }: Pick<EvaluateResult, "ece">, calibration?: Calibration): string =>
  `How sure it says it is misses how often it is right by ${pointsText(ece)} on average` +
  (calibration && calibration.temperature !== 1
    ? ` (${pointsText(calibration.validation.before.ece)} before it was set right on these images, which flatters a little).`
    : ".");

/** What needs no network beside the network, in one line. */
export const baselineText = ({ majority, colour }: BaselineReport, accuracy: number): string =>
  `Always saying ${majority.label}: ${percentText(majority.accuracy)}. ` +
  `Colours alone: ${percentText(colour.accuracy)} (${rangeText(colour.interval, colour.accuracy)}). The network: ${percentText(accuracy)}.`;

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
