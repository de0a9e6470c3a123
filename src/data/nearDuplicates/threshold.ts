import type { MatchedPair } from "./types.ts";

const plenty = 20;
const ofMissingCorner = 0.02;

/** How certainly two images are of one photograph, at most 1: their pixels' agreement, less where few corners stand behind it. */
export const certaintyOf = ({ agreement, inliers }: Pick<MatchedPair, "agreement" | "inliers">): number =>
  agreement - ofMissingCorner * Math.max(0, plenty - inliers);

/** Certainties to choose from. */
const steps = [0.75, 0.8, 0.85, 0.9, 0.92, 0.94, 0.96, 0.97, 0.98, 0.99, 0.995] as const;
export const lowestBar: number = steps[0];
const bandWidth = 0.1;
// Of what lies in the band below, this share as many lie above by chance: the tail of look-alikes falls at least so fast.
const decay = 0.5;
const mostOfImages = 0.001;
const mostOfPairs = 0.04;

/**
 * The certainty from which on two images count as copies in this collection. Where things look alike (thousands of
 * shirts on black), pairs that are no copies reach far up, ever fewer; copies stand apart at the top. So the bar is
 * raised until what lies right below it foretells few wrong pairs above.
 */
export function certaintyBar(certainties: readonly number[], images: number): number {
  for (const bar of steps) {
    const below = certainties.filter((value) => value >= bar - bandWidth && value < bar).length;
    const above = certainties.filter((value) => value >= bar).length;
    if (decay * below <= Math.max(mostOfImages * images, mostOfPairs * above)) return bar;
  }
  return 1;
}
