import { at, binomialTail, ndarray } from "../../base/index.ts";
import { type GroupSource, type Image, type PreparedImages, groupNumbers } from "../../data/index.ts";
import { confidentLearning } from "../../evaluate/index.ts";
import type { LabelsStatement } from "../../messages/index.ts";
import type { LabelDoubt } from "../results.ts";
import type { CrossValidation } from "../train/types.ts";

export interface LabelReviews {
  readonly doubts: readonly LabelDoubt[];
  /** Labels of all images that are expected to be wrong; need not be whole. */
  readonly expectedWrong: number;
  /** Fraction of all images predicted as labelled. */
  readonly accuracy: number;
  readonly outcome: LabelsStatement;
}

/** What a review works on. */
export interface Reviewed {
  readonly prepared: Pick<PreparedImages, "images" | "labels">;
  readonly classNames: readonly string[];
  readonly source: GroupSource;
}

/**
 * Lists the images that cross-validation takes for another class than their label says, the most doubtful first.
 * None counts as suspect where the models are not significantly better than the majority class.
 */
export function reviewLabels(
  { indices, probabilities, folds }: Pick<CrossValidation, "indices" | "probabilities" | "folds">,
  { prepared, classNames, source }: Reviewed,
): LabelReviews {
  const count = indices.length;
  const images = Array.from(indices, (index) => at(prepared.images, index));
  const labels = indices.map((index) => at(prepared.labels, index));
  const classes = classNames.length;
  const { ranked, expectedWrong } = confidentLearning(
    ndarray(probabilities, [count, classes]),
    ndarray(labels, [count]),
  );
  const accuracy = folds.reduce((sum, fold) => sum + fold.accuracy * fold.count, 0) / count;
  const chance = chanceOf(accuracy, { images, labels, classNames, source });
  const doubts = ranked
    .filter(({ label, suggested }) => suggested !== label)
    .map(({ index, label, suggested, selfConfidence, suspect }, i) => {
      const { path, group } = at(images, index);
      return {
        rank: i + 1,
        path,
        label: at(classNames, label),
        suggested: at(classNames, suggested),
        confidence: at(probabilities, index * classes + suggested),
        score: selfConfidence,
        suspect: suspect && chance.p < alpha,
        ...(group !== undefined && { group }),
      };
    });
  const suspects = doubts.filter(({ suspect }) => suspect).length;
  const outcome = outcomeOf({ chance, suspects, expectedWrong, images: count });
  return { doubts, expectedWrong, accuracy, outcome };
}

/** From this probability on, an accuracy may well be luck; the usual level, as in the training's advice. */
const alpha = 0.05;

type Chance = Extract<LabelsStatement, { readonly code: "labels-not-reviewable" }>["data"];

/** The images in the folds, with their class indices. */
interface Reviewing extends Pick<Reviewed, "classNames" | "source"> {
  readonly images: readonly Image[];
  readonly labels: Int32Array;
}

/** How likely the majority class alone does as well. Images of one group are no independent trials, so groups are counted. */
function chanceOf(accuracy: number, { images, labels, classNames, source }: Reviewing): Chance {
  const count = images.length;
  const counts = classNames.map((_, c) => labels.reduce((sum, label) => sum + Number(label === c), 0));
  const largest = Math.max(...counts);
  const majority = { label: at(classNames, counts.indexOf(largest)), accuracy: largest / count };
  const trials = new Set(groupNumbers(images)).size;
  // Accuracies of folds are fractions, whose sum may be off by a rounding.
  const correct = Math.floor(accuracy * trials + 1e-6);
  return { accuracy, majority, trials, source, p: binomialTail(correct, trials, majority.accuracy) };
}

function outcomeOf({
  chance,
  suspects,
  expectedWrong,
  images,
}: {
  readonly chance: Chance;
  readonly suspects: number;
  readonly expectedWrong: number;
  readonly images: number;
}): LabelsStatement {
  if (chance.p >= alpha) return { code: "labels-not-reviewable", data: chance };
  if (suspects === 0) return { code: "no-suspect-labels", data: { images } };
  return { code: "suspect-labels", data: { suspects, expectedWrong } };
}
