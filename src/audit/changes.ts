import type { MatchedPair } from "../data/index.ts";
import type { ImageChange } from "./statements.ts";

// Less than this a measured rotation (degrees), size or overlap may be off by itself; chosen, not measured.
const minRotation = 2;
const minResize = 0.04;
const minCrop = 0.04;

/** What became of the first image of a pair in the second; at least one change. */
export function changesOf({ mirrored, rotation, scale, overlap }: MatchedPair): readonly ImageChange[] {
  const isRotated = Math.abs(rotation) >= minRotation;
  const changes: ImageChange[] = [
    ...(mirrored ? [{ kind: "mirrored" as const }] : []),
    ...(isRotated ? [{ kind: "rotated" as const, degrees: rotation }] : []),
    ...(Math.abs(scale - 1) >= minResize ? [{ kind: "resized" as const, scale }] : []),
    // A rotation alone moves the corners out of the image.
    ...(!isRotated && overlap < 1 - minCrop ? [{ kind: "cropped" as const, overlap }] : []),
  ];
  return changes.length > 0 ? changes : [{ kind: "re-encoded" }];
}
