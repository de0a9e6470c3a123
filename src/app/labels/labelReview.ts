import { ndarray } from "../../base/index.ts";
import type { PreparedImages } from "../../data/index.ts";
import { confidentLearning } from "../../evaluate/index.ts";
import type { LabelDoubt } from "../results.ts";
import type { CrossValidation } from "../train/types.ts";

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
