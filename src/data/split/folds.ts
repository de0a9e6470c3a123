import { type Random, fault } from "../../base/index.ts";
import type { Image } from "../types.ts";
import { assignGroups } from "./assign.ts";
import { checkGroups, withoutGroup } from "./split.ts";
import type { SplitTable } from "./table.ts";

export interface FoldOptions {
  /** From 2. */
  readonly folds: number;
  /** Assign images one by one, whatever their group. @default false */
  readonly ignoreGroups?: boolean;
  readonly random: Random;
  /** Classes that must be there. */
  readonly classNames: readonly string[];
}

/**
 * Divides images into folds of nearly the same size, each class in each in the same proportion, as near as whole groups allow.
 * The fold of each image, from 0. @throws when a class would be missing from the training set of a fold.
 */
export function foldsOf(
  images: readonly Image[],
  { folds, ignoreGroups = false, random, classNames }: FoldOptions,
): Int32Array {
  const grouped = ignoreGroups ? images.map(withoutGroup) : images;
  checkGroups(grouped, classNames);
  const shares = Array.from({ length: folds }, () => 1 / folds);
  const foldOf = assignGroups(grouped, { shares, random });
  checkFolds(foldOf, { images, folds, classNames });
  return foldOf;
}

/** The folds that a table lists. @throws when a fold is empty, or a class is in one alone. */
export function foldsByTable(
  images: readonly Image[],
  { rows, folds }: SplitTable,
  classNames: readonly string[],
): Int32Array {
  const foldOf = Int32Array.from(images, ({ path }) => (rows.get(path)?.fold ?? 1) - 1);
  checkFolds(foldOf, { images, folds, classNames });
  return foldOf;
}

interface Folded extends Pick<FoldOptions, "folds" | "classNames"> {
  readonly images: readonly Image[];
}

function checkFolds(foldOf: Int32Array, { images, folds, classNames }: Folded): void {
  for (let fold = 0; fold < folds; fold++) {
    if (!foldOf.includes(fold)) {
      throw fault("--folds", {
        expected: `groups for ${folds} folds`,
        received: `none for fold ${fold + 1}`,
        fix: "take fewer folds",
      });
    }
    const trainLabels = new Set(images.filter((_, i) => foldOf[i] !== fold).map(({ label }) => label));
    const missing = classNames.find((name) => !trainLabels.has(name));
    if (missing === undefined) continue;
    throw fault(`class "${missing}"`, {
      expected: "images in more than one fold",
      received: `all of them in fold ${fold + 1}`,
      fix: "add images of other groups, or remove the class",
    });
  }
}
