import { type Random, at, fault } from "../../base/index.ts";
import type { Image } from "../types.ts";
import { assignGroups } from "./assign.ts";
import { checkGroups, checkOutsideTest, isDrawn, linkedWherePossible, withoutGroup } from "./split.ts";
import type { SplitTable } from "./table.ts";

export interface FoldOptions {
  /** From 2. */
  readonly folds: number;
  /**
   * grouped and random: whole groups or image by image, the data's own test part left out; pooled: whole groups of all images.
   * @default "grouped"
   */
  readonly method?: "grouped" | "random" | "pooled";
  readonly random: Random;
  /** Classes that must be there. */
  readonly classNames: readonly string[];
}

/** Of an image that is in no fold: one of the test set. */
export const noFold = -1;

/**
 * Divides images into folds of nearly the same size, each class in each in the same proportion, as near as whole groups allow.
 * The fold of each image, from 0; `noFold` for the data's own test part. @throws when a class would be missing from the training set of a fold.
 */
export function foldsOf(
  images: readonly Image[],
  { folds, method = "grouped", random, classNames }: FoldOptions,
): Int32Array {
  const indices = Int32Array.from(images.keys()).filter((i) => method === "pooled" || isDrawn(at(images, i)));
  const drawn = Array.from(indices, (i) => at(images, i));
  checkOutsideTest({ drawn, test: images.filter((image) => !isDrawn(image)) }, classNames);
  const grouped = method === "random" ? drawn.map(withoutGroup) : linkedWherePossible(drawn, classNames);
  checkGroups(grouped, classNames);
  const shares = Array.from({ length: folds }, () => 1 / folds);
  const foldOf = new Int32Array(images.length).fill(noFold);
  for (const [k, fold] of assignGroups(grouped, { shares, random }).entries()) foldOf[at(indices, k)] = fold;
  checkFolds(foldOf, { images, folds, classNames });
  return foldOf;
}

/** The folds that a table lists. @throws when a fold is empty, or a class is in one alone. */
export function foldsByTable(
  images: readonly Image[],
  { rows, folds }: SplitTable,
  classNames: readonly string[],
): Int32Array {
  const foldOf = Int32Array.from(images, ({ path }) => {
    const row = rows.get(path);
    return row?.part === "test" ? noFold : (row?.fold ?? 1) - 1;
  });
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
    const trainLabels = new Set(
      images.filter((_, i) => ![fold, noFold].includes(at(foldOf, i))).map(({ label }) => label),
    );
    const missing = classNames.find((name) => !trainLabels.has(name));
    if (missing === undefined) continue;
    throw fault(`class "${missing}"`, {
      expected: "images in more than one fold",
      received: `all of them in fold ${fold + 1}`,
      fix: "add images of other groups, or remove the class",
    });
  }
}
