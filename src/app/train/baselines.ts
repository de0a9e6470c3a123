import { seeded } from "../../base/index.ts";
import { type BaselineRound, baselinesOf, comparePaired } from "../../evaluate/index.ts";
import { withText } from "../../messages/index.ts";
import type { Measured } from "../data/measure.ts";
import type { PartIndices } from "../files/tables.ts";
import type { Advice, BaselineReport } from "../results.ts";
import { outcomeOf } from "../verdicts.ts";
import type { TrainSettings } from "./settings.ts";
import type { CrossValidation, Dataset } from "./types.ts";

/** What the baselines are trained on. */
interface Compared {
  readonly task: { readonly settings: Pick<TrainSettings, "classNames" | "seed"> };
  readonly dataset: Pick<Dataset, "prepared">;
  readonly split: { readonly parts: Pick<PartIndices, "train" | "validation"> };
}

interface Evaluated {
  readonly validation: Pick<Measured, "indices" | "predicted" | "groups"> & {
    readonly result: Pick<Measured["result"], "accuracy">;
  };
  readonly crossValidation?: Pick<CrossValidation, "indices" | "foldOf" | "folds"> | undefined;
}

/** Measures what needs no network on the same images, and compares the model with the stronger of the two. */
export async function besideBaselines(
  { task: { settings }, dataset: { prepared }, split: { parts } }: Compared,
  { validation: { indices, predicted, groups, result }, crossValidation }: Evaluated,
  onProgress?: (done: number) => void,
): Promise<BaselineReport> {
  const rounds = crossValidation
    ? roundsOf(crossValidation)
    : [{ train: parts.train, validation: parts.validation }];
  const { baselines, colourPredicted } = await baselinesOf(prepared, rounds, {
    measured: indices,
    groups,
    classNames: settings.classNames,
    random: seeded(settings.seed).fork("baselines"),
    ...(onProgress && { onProgress }),
  });
  const { colour, majority } = baselines;
  const baseline = majority.accuracy > colour.accuracy ? "majority" : "colour";
  const isCorrect = (answerOf: (i: number) => number | undefined): Int32Array =>
    indices.map((index, i) => (answerOf(i) === prepared.labels[index] ? 1 : 0));
  const largest = settings.classNames.indexOf(majority.label);
  const ofBaseline = isCorrect((i) => (baseline === "majority" ? largest : colourPredicted[i]));
  const paired = comparePaired(
    ofBaseline,
    isCorrect((i) => predicted[i]),
    groups,
  );
  const comparison = outcomeOf({
    baseline,
    accuracy: result.accuracy,
    baselineAccuracy: baselines[baseline].accuracy,
    difference: paired.difference,
    interval: paired.interval,
  });
  return { ...baselines, comparison: withText(comparison) };
}

/** What to do about a comparison that the model does not win. */
export const adviceOn = ({ comparison }: BaselineReport): readonly Advice[] =>
  comparison.code === "better-than-baseline" ? [] : [comparison];

/** Each fold is predicted by what was trained on the others. */
const roundsOf = ({
  indices,
  foldOf,
  folds,
}: Pick<CrossValidation, "indices" | "foldOf" | "folds">): readonly BaselineRound[] =>
  folds.map((_, fold) => ({
    train: indices.filter((_index, row) => foldOf[row] !== fold),
    validation: indices.filter((_index, row) => foldOf[row] === fold),
  }));
