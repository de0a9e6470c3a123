import type { MatchedPair } from "./types.ts";

/** Corners from which an agreement is taken at its word: unlike images reach 10, near-duplicates 29 or more (test/data/nearDuplicates/separation.test.ts). */
const enoughCorners = 20;
/** Chosen, not measured: at 10 corners a perfect agreement is worth 0.8. */
const penaltyPerCorner = 0.02;

/** Confidence that two images are near-duplicates, at most 1: their pixels' agreement, less a penalty for few matched corners. */
export const matchConfidence = ({ agreement, inliers }: Pick<MatchedPair, "agreement" | "inliers">): number =>
  agreement - penaltyPerCorner * Math.max(0, enoughCorners - inliers);

/** Candidate thresholds. The lowest lies between unlike images (0.40 at most) and near-duplicates (0.92 or more; test/data/nearDuplicates/separation.test.ts). */
const thresholds = [0.75, 0.8, 0.85, 0.9, 0.92, 0.94, 0.96, 0.97, 0.98, 0.99, 0.995] as const;
export const minThreshold: number = thresholds[0];
// Chosen so that no Fashion-MNIST image of 10,000 is joined, 4.4% of CIFAR-10's, and 99.98% of the joined pairs of blood cells are
// correct (docs/results.md, the audit of the whole set); not measured one by one.
const bandWidth = 0.1;
/** Of what lies in the band below, this share as many lie above by chance: the tail of look-alikes falls at least so fast. */
const decay = 0.5;
/** False positives that are put up with: of the images, and of the pairs joined. */
const maxShareOfImages = 0.001;
const maxShareOfPairs = 0.04;

/**
 * The confidence from which two images count as near-duplicates in this collection. Where things look alike (thousands of
 * shirts on black), unrelated pairs reach far up, ever fewer; near-duplicates stand apart at the top. So the threshold is
 * raised until the pairs right below it predict few false positives above.
 */
export function matchThreshold(confidences: readonly number[], images: number): number {
  for (const threshold of thresholds) {
    const below = confidences.filter((value) => value >= threshold - bandWidth && value < threshold).length;
    const above = confidences.filter((value) => value >= threshold).length;
    if (decay * below <= Math.max(maxShareOfImages * images, maxShareOfPairs * above)) return threshold;
  }
  return 1;
}
