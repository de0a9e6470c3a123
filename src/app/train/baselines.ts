import { seeded } from "../../base/index.ts";
import { type BaselineRound, baselinesOf, comparePaired } from "../../evaluate/index.ts";
import { percentText } from "../../report/index.ts";
import type { Measured } from "../data/measure.ts";
import type { Advice, BaselineReport } from "../results.ts";
import type { CrossValidation, Training } from "./types.ts";

/** Measures what needs no network on the same images, with a warning where the network is not clearly better. */
export async function besideBaselines(
  { prepared, parts, settings, crossValidation }: Training,
  { indices, said, groups, result }: Measured,
): Promise<{ readonly baselines: BaselineReport; readonly advice: readonly Advice[] }> {
  const rounds = crossValidation
    ? roundsOf(crossValidation)
    : [{ train: parts.train, validation: parts.validation }];
  const { baselines, colourPredicted } = await baselinesOf(prepared, rounds, {
    measured: indices,
    groups,
    classNames: settings.classNames,
    random: seeded(settings.seed).fork("baselines"),
  });
  const isRight = (answers: Int32Array): Int32Array =>
    answers.map((answer, i) => (answer === prepared.labels[indices[i]!] ? 1 : 0));
  const { difference, interval } = comparePaired(isRight(colourPredicted), isRight(said), groups);
  const { colour, majority } = baselines;
  // Where always naming one class does better than the colours, that is the one to beat.
  const simple = Math.max(colour.accuracy, majority.accuracy);
  const clear = interval[0] > 0 && result.accuracy > simple;
  return {
    baselines: { ...baselines, lead: { difference, interval } },
    advice: clear ? [] : [noBetter(result.accuracy, colour.accuracy)],
  };
}

/** Each fold is answered for by what the others teach. */
function roundsOf({ foldOf, folds }: CrossValidation): readonly BaselineRound[] {
  const all = Int32Array.from(foldOf.keys());
  return folds.map((_, fold) => ({
    train: all.filter((i) => foldOf[i] !== fold),
    validation: all.filter((i) => foldOf[i] === fold),
  }));
}

/** Where colours alone reach this, the task is one of colours. */
const colourful = 0.9;

const noBetter = (network: number, colours: number): Advice => ({
  code: "no-better-than-colours",
  sentence: `The network (${percentText(network)}) is not clearly better than colours alone (${percentText(colours)}).`,
  tryThis:
    colours > colourful
      ? "Ask whether light or background give the classes away by accident: new images may not do so."
      : "Train longer, or with more images of each class.",
});
