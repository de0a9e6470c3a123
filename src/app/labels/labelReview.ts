import { ndarray } from "../../base/index.ts";
import type { PreparedImages } from "../../data/index.ts";
import { confidentLearning } from "../../evaluate/index.ts";
import type { CrossValidation } from "../train/crossValidate.ts";

/** An image whose label is not what models that had not seen it take it for. */
export interface LabelDoubt {
  /** From 1: the most doubtful first. */
  readonly rank: number;
  readonly path: string;
  readonly label: string;
  /** The class it looks like. */
  readonly suggested: string;
  /** Probability of the suggested class, in [0, 1]. */
  readonly confidence: number;
  /** Probability of the label it has, in [0, 1]: the smaller, the more doubtful. */
  readonly score: number;
  /** Confident learning counts the label as wrong; else the models may simply not know better. */
  readonly suspect: boolean;
  readonly group?: string;
}

export interface LabelReviews {
  readonly doubts: readonly LabelDoubt[];
  /** Labels of all images that are expected to be wrong; need not be whole. */
  readonly expectedWrong: number;
}

/** Lists the images that cross-validation takes for another class than their label says, the most doubtful first. */
export function reviewLabels(
  { count, images, labels }: PreparedImages,
  { probabilities }: Pick<CrossValidation, "probabilities">,
  classNames: readonly string[],
): LabelReviews {
  const classes = classNames.length;
  const { ranked, expectedWrong } = confidentLearning(ndarray(probabilities, [count, classes]), labels);
  const doubted = ranked.filter(({ label, suggested }) => suggested !== label);
  return {
    expectedWrong,
    doubts: doubted.map(({ index, label, suggested, selfConfidence, suspect }, place) => {
      const { path, group } = images[index]!;
      return {
        rank: place + 1,
        path,
        label: classNames[label]!,
        suggested: classNames[suggested]!,
        confidence: probabilities[index * classes + suggested]!,
        score: selfConfidence,
        suspect,
        ...(group !== undefined && { group }),
      };
    }),
  };
}
