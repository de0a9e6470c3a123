import { at } from "../../base/index.ts";
import { groupBy } from "../group.ts";
import type { Part, Image } from "../types.ts";
import { groupKey } from "./groups.ts";
import type { Split } from "./split.ts";

/** Sizes and overlaps of a split. */
export interface SplitFacts {
  /** Fraction of training and validation images that are in the validation set. */
  readonly validationFraction: number;
  /** Groups with images in each part; an image without a group counts as one. */
  readonly groups: { readonly [part in Part]: number };
  /** Leakage: fraction of the validation and test images whose group also has training images. */
  readonly leakShare: number;
  /** Validation groups of each class. */
  readonly groupsPerClass: readonly { readonly name: string; readonly groups: number }[];
  /** Groups that hold images of several classes. */
  readonly mixedGroups: number;
}

export function splitFacts(parts: Split, classNames: readonly string[]): SplitFacts {
  const { train, validation, test } = parts;
  const trainGroups = new Set(train.map(groupKey));
  const heldOut = [...validation, ...test];
  const leaking = heldOut.filter((image) => trainGroups.has(groupKey(image)));
  const byClass = groupBy(validation, ({ label }) => label);
  const byGroup = groupBy([...train, ...heldOut], groupKey);
  return {
    validationFraction: validation.length / (train.length + validation.length),
    groups: { train: trainGroups.size, validation: groupsOf(validation), test: groupsOf(test) },
    leakShare: heldOut.length === 0 ? 0 : leaking.length / heldOut.length,
    groupsPerClass: classNames.map((name) => ({ name, groups: groupsOf(byClass.get(name) ?? []) })),
    mixedGroups: [...byGroup.values()].filter((members) => labelsOf(members) > 1).length,
  };
}

/** Sizes and overlaps of folds; every image is validated on once. */
export function foldFacts(
  images: readonly Image[],
  foldOf: Int32Array,
  classNames: readonly string[],
): SplitFacts {
  const byClass = groupBy(images, ({ label }) => label);
  const byGroup = [...groupBy([...images.keys()], (i) => groupKey(at(images, i))).values()];
  const torn = byGroup.filter((members) => new Set(members.map((i) => foldOf[i])).size > 1);
  const leaking = torn.reduce((sum, members) => sum + members.length, 0);
  return {
    validationFraction: 1 / (foldOf.reduce((largest, fold) => Math.max(largest, fold), 0) + 1),
    groups: { train: byGroup.length, validation: byGroup.length, test: 0 },
    leakShare: leaking / images.length,
    groupsPerClass: classNames.map((name) => ({ name, groups: groupsOf(byClass.get(name) ?? []) })),
    mixedGroups: byGroup.filter((members) => labelsOf(members.map((i) => at(images, i))) > 1).length,
  };
}

const groupsOf = (images: readonly Image[]): number => new Set(images.map(groupKey)).size;

const labelsOf = (images: readonly Image[]): number => new Set(images.map(({ label }) => label)).size;
