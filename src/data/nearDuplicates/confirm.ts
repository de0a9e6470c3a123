import { fitAffine } from "./affine.ts";
import { agreementOf } from "./agreement.ts";
import { matchCorners } from "./match.ts";
import type { AffineMap, MatchedPair, Fingerprint } from "./types.ts";

/** How b lies relative to a, and how well their pixels agree. */
export type Alignment = Omit<MatchedPair, "a" | "b">;

/**
 * Corners that must follow one map, and agreement of the pixels under it: unlike images reach 10 corners and 0.40, most of them neither,
 * near-duplicates at least 29 and 0.92 (test/data/nearDuplicates/separation.test.ts). The threshold proper is `matchThreshold`'s.
 */
const minInliers = 10;
const minAgreement = 0.3;
/** Of the area of one of the two; chosen, not measured: a crop to a quarter of the area is found. */
const minOverlap = 0.2;

/** How b would lie relative to a: corners that follow one affine map, and then pixels that agree under it; undefined where they have next to nothing in common. */
export function compareFingerprints(
  a: Fingerprint,
  b: Fingerprint,
  mirrored: boolean,
): Alignment | undefined {
  const fit = fitAffine(matchCorners(a, b, mirrored), mirrored);
  if (!fit || fit.inliers.length < minInliers) return undefined;
  const { ofA, ofB, share } = agreementOf(a, b, fit.affine);
  if (share < minAgreement || Math.max(ofA, ofB) < minOverlap) return undefined;
  const { affine } = fit;
  const stretch = Math.sqrt(Math.abs(affine.a * affine.e - affine.b * affine.d));
  return {
    mirrored,
    rotation: rotationOf(affine, mirrored),
    scale: (stretch * a.scale) / b.scale,
    overlap: ofA,
    inliers: fit.inliers.length,
    agreement: share,
  };
}

/** Images of equal pixels. */
export const samePixels = (a: Fingerprint): Alignment => ({
  mirrored: false,
  rotation: 0,
  scale: 1,
  overlap: 1,
  inliers: a.positions.length / 2,
  agreement: 1,
});

// One degree, as a unit vector.
const [cosine, sine] = [0.9998476951563913, 0.01745240643728351];

/** Whole degrees, clockwise as seen; Math.atan2 would differ between machines where two are equally near. */
function rotationOf({ a, b, d, e }: AffineMap, mirrored: boolean): number {
  const [x, y] = mirrored ? [e - a, -d - b] : [a + e, d - b];
  let [u, v] = [-1, 0];
  let [best, largest] = [-180, -Infinity];
  for (let degrees = -180; degrees < 180; degrees++) {
    const along = u * x + v * y;
    if (along > largest) [best, largest] = [degrees, along];
    [u, v] = [u * cosine - v * sine, u * sine + v * cosine];
  }
  return best;
}
