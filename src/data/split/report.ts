import { at, groupBy } from "../../base/index.ts";
import type { Part, Image } from "../types.ts";
import { areLinked, groupKey, unlinked } from "./groups.ts";
import { noFold } from "./folds.ts";
import type { Split } from "./split.ts";

/** Sizes and overlaps of a split. */
export interface SplitFacts {
  /** Fraction of training and validation images that are in the validation set. */
  readonly validationFraction: number;
  /** Groups with images in each part; an image without a group counts as one. */
  readonly groups: { readonly [part in Part]: number };
  /** Leakage: fraction of the validation and test images whose group also has training images. */
  readonly leakShare: number;
  /** Leakage in images: those of each part whose group also has training images. */
  readonly leaking: { readonly [part in Exclude<Part, "train">]: number };
  /** Validation groups of each class. */
  readonly groupsPerClass: readonly { readonly name: string; readonly groups: number }[];
  /** Groups that hold images of several classes. */
  readonly mixedGroups: number;
}

export function splitFacts(parts: Split, classNames: readonly string[]): SplitFacts {
  const { train, validation, test } = parts;
  const keysOf = leakKeys([...train, ...validation, ...test]);
  const trainKeys = new Set(train.flatMap(keysOf));
  const leaksIn = (part: readonly Image[]): number =>
    part.filter((image) => keysOf(image).some((key) => trainKeys.has(key))).length;
  const leaking = { validation: leaksIn(validation), test: leaksIn(test) };
  const heldOut = [...validation, ...test];
  const byClass = groupBy(validation, ({ label }) => label);
  return {
    validationFraction: validation.length / (train.length + validation.length),
    groups: { train: groupsOf(train), validation: groupsOf(validation), test: groupsOf(test) },
    leakShare: heldOut.length === 0 ? 0 : (leaking.validation + leaking.test) / heldOut.length,
    leaking,
    groupsPerClass: classNames.map((name) => ({ name, groups: groupsOf(byClass.get(name) ?? []) })),
    mixedGroups: mixedIn([...train, ...heldOut]),
  };
}

/** Sizes and overlaps of folds; every image of them is validated on once, and those in no fold are the test set. */
export function foldFacts(
  images: readonly Image[],
  foldOf: Int32Array,
  classNames: readonly string[],
): SplitFacts {
  const inFolds = images.filter((_, i) => foldOf[i] !== noFold);
  const test = images.filter((_, i) => foldOf[i] === noFold);
  const byClass = groupBy(inFolds, ({ label }) => label);
  const keysOf = leakKeys(images);
  const foldsOfKey = new Map<string, Set<number>>();
  for (const [i, image] of images.entries())
    for (const key of keysOf(image))
      foldsOfKey.set(key, (foldsOfKey.get(key) ?? new Set()).add(at(foldOf, i)));
  /** Some image that a model was trained on to which this one is held out has a key of it. */
  const leaks = (image: Image, own: number): boolean =>
    keysOf(image).some((key) =>
      [...(foldsOfKey.get(key) ?? [])].some((fold) => fold !== noFold && fold !== own),
    );
  const leaking = { validation: 0, test: 0 };
  for (const [i, image] of images.entries())
    if (leaks(image, at(foldOf, i))) leaking[foldOf[i] === noFold ? "test" : "validation"]++;
  return {
    validationFraction: 1 / (foldOf.reduce((largest, fold) => Math.max(largest, fold), 0) + 1),
    groups: { train: groupsOf(inFolds), validation: groupsOf(inFolds), test: groupsOf(test) },
    leakShare: (leaking.validation + leaking.test) / images.length,
    leaking,
    groupsPerClass: classNames.map((name) => ({ name, groups: groupsOf(byClass.get(name) ?? []) })),
    mixedGroups: mixedIn(images),
  };
}

/** What an image shares with others that leaks: its group; where near-duplicates link groups, its own group and its own near-duplicates. */
function leakKeys(images: readonly Image[]): (image: Image) => readonly string[] {
  if (!areLinked(images)) return (image) => [groupKey(image)];
  return (image) => [
    groupKey(unlinked(image)),
    ...(image.nearDuplicates === undefined ? [] : [`near-duplicates ${image.nearDuplicates}`]),
  ];
}

const mixedIn = (images: readonly Image[]): number =>
  [...groupBy(images, groupKey).values()].filter((members) => labelsOf(members) > 1).length;

const groupsOf = (images: readonly Image[]): number => new Set(images.map(groupKey)).size;

const labelsOf = (images: readonly Image[]): number => new Set(images.map(({ label }) => label)).size;
