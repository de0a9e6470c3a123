import { at, binomialTail } from "../../base/index.ts";
import {
  type AugmentName,
  type MatchedPair,
  type PreparedImages,
  groupNumbers,
  mirrorRecognition,
} from "../../data/index.ts";
import type { AugmentationChoice } from "../../messages/index.ts";
import type { Dataset } from "./types.ts";

/** From this angle on a near-duplicate lies on its side or upside down, in degrees; people who take or augment photographs tilt them by less. */
const minTurn = 60;
/** Share of the training images from which turned near-duplicates are no accident; chosen, not measured. */
const minTurnedShare = 0.05;
/** Images whose mirror image is looked up; chosen: half a second at most. */
const maxProbes = 400;
/** Chance of taking luck for a loss by mirroring. */
const alpha = 0.01;

/** What the default augmentation is for the training images, and why. */
export interface ChosenAugmentation {
  readonly name: AugmentName;
  readonly choice: AugmentationChoice;
}

/**
 * turns where the training set itself shows that orientation carries no meaning: near-duplicates of one class that are turned.
 * none where mirrored training images are less often nearest to an image of their own class. Else mirror.
 */
export async function chooseAugmentation(
  { prepared, turned }: Pick<Dataset, "prepared" | "turned">,
  train: Int32Array,
): Promise<ChosenAugmentation> {
  const images = train.length;
  const copies = turnedImages(turned, prepared, new Set(train));
  if (copies >= minTurnedShare * images)
    return { name: "turns", choice: { code: "augmentation-turns", data: { images, turned: copies } } };
  const recognition = await mirrorRecognition(prepared, {
    indices: train,
    groups: groupsOf(prepared),
    maxProbes,
  });
  const { plainOnly, mirroredOnly } = recognition;
  // Only images that one of the two recognises tell them apart: a sign test.
  if (binomialTail(plainOnly, plainOnly + mirroredOnly, 0.5) < alpha)
    return { name: "none", choice: { code: "augmentation-none", data: recognition } };
  return { name: "mirror", choice: { code: "augmentation-mirror", data: { images } } };
}

const groupsOf = ({ images }: PreparedImages): Int32Array => groupNumbers(images);

/** Near-duplicates that lie on their side or upside down beside each other. */
export const turnedPairs = (pairs: readonly MatchedPair[]): readonly MatchedPair[] =>
  pairs.filter(({ rotation }) => Math.abs(rotation) >= minTurn);

/** Training images with a turned near-duplicate of their class among the training images. */
function turnedImages(
  pairs: readonly MatchedPair[],
  { labels }: PreparedImages,
  train: ReadonlySet<number>,
): number {
  const found = new Set<number>();
  for (const { a, b } of pairs)
    if (train.has(a) && train.has(b) && at(labels, a) === at(labels, b)) found.add(a).add(b);
  return found.size;
}
