import type { MatchedPair } from "../data/index.ts";
import { listed } from "./knownImages.ts";

/** What became of a photograph between two images of it. */
export type Change = "turned" | "mirrored" | "resized" | "cropped or shifted" | "re-encoded or brightened";

// Less than this a measured turn, size or overlap is off by itself.
const leastTurn = 2;
const leastResize = 0.04;
const leastCut = 0.04;

/** The changes that a pair shows; at least one. */
export function changesOf({ mirrored, rotation, scale, overlap }: MatchedPair): readonly Change[] {
  const turned = Math.abs(rotation) >= leastTurn;
  const changes: Change[] = [
    ...(mirrored ? ["mirrored" as const] : []),
    ...(turned ? ["turned" as const] : []),
    ...(Math.abs(scale - 1) >= leastResize ? ["resized" as const] : []),
    // A turn alone moves the corners out of the image.
    ...(!turned && overlap < 1 - leastCut ? ["cropped or shifted" as const] : []),
  ];
  return changes.length > 0 ? changes : ["re-encoded or brightened"];
}

/** What became of the first image in the second: "mirrored and turned by 90 degrees". */
export function changeText(pair: MatchedPair): string {
  const { rotation, scale, overlap } = pair;
  const words = changesOf(pair).map((change) => {
    switch (change) {
      case "turned":
        return `turned by ${Math.round(Math.abs(rotation))} degrees${rotation < 0 ? " to the left" : ""}`;
      case "resized":
        return `${scale > 1 ? "enlarged" : "reduced"} to ${Math.round(scale * 100)}%`;
      case "cropped or shifted":
        return `cropped or shifted to ${Math.round(overlap * 100)}% of it`;
      case "mirrored":
      case "re-encoded or brightened":
        return change;
      default:
        return change satisfies never;
    }
  });
  return listed(words);
}
