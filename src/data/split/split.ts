import { type Random, fault, groupBy } from "../../base/index.ts";
import type { Image } from "../types.ts";
import { assignGroups } from "./assign.ts";
import { areLinked, groupKey, unlinked } from "./groups.ts";

/**
 * How images are divided. auto: as `folders` where the data brings its own parts, else as `grouped`. folders: the data's own parts,
 * whole groups of the training part for validation where it names no validation images; refused without parts. grouped and random:
 * training and validation set drawn anew, by whole groups or image by image, while the data's own test part stays what it is.
 * pooled: as `grouped`, out of all images, those of the data's own test part among them.
 */
export type DrawMethod = "auto" | "grouped" | "random" | "folders" | "pooled";

export interface SplitOptions {
  /** @default "auto" */
  readonly method?: DrawMethod;
  /** Fraction of each class for the validation set, in (0, 1); where the data's own validation part is kept it plays no role. @default 0.2 */
  readonly validation?: number;
  readonly random: Random;
  /** Classes that must be on both sides. @default the classes of the images */
  readonly classNames?: readonly string[];
}

/** Images of each part, in the order they came. */
export interface Split<T extends Image = Image> {
  readonly train: readonly T[];
  readonly validation: readonly T[];
  readonly test: readonly T[];
}

/** The data brings its own parts: some image names one. */
export const hasParts = (images: readonly Image[]): boolean => images.some(({ part }) => part !== undefined);

/**
 * Divides images so that every part that is drawn has each class in the same proportion, as near as whole groups allow.
 * The draw depends on the seed and the paths, not on the order of the images. Each class lands on either side.
 * @throws when a class cannot be on both sides, or the fraction is not in (0, 1).
 */
export function split<T extends Image>(images: readonly T[], options: SplitOptions): Split<T> {
  const { method = "auto", validation = 0.2 } = options;
  if (!(validation > 0 && validation < 1)) {
    throw fault("--validation", {
      expected: "a fraction above 0 and below 1",
      received: `${validation}`,
      exitCode: 2,
    });
  }
  switch (method) {
    case "auto":
      return split(images, { ...options, method: hasParts(images) ? "folders" : "grouped" });
    case "grouped":
      return drawBesideTest(images, validation, options);
    case "random":
      return drawBesideTest(images, validation, { ...options, ignoreGroups: true });
    case "pooled":
      return { ...drawSplit(images, validation, options), test: [] };
    case "folders":
      return keepParts(images, validation, options);
    default:
      return method satisfies never;
  }
}

function keepParts<T extends Image>(images: readonly T[], fraction: number, options: SplitOptions): Split<T> {
  if (!hasParts(images)) {
    throw fault("--split folders", {
      expected: "train and validation or test folders, or a CSV file with a column split",
      received: "data without parts",
      fix: "use --split grouped",
    });
  }
  const validation = images.filter(({ part }) => part === "validation");
  if (validation.length === 0) return drawBesideTest(images, fraction, options);
  const test = images.filter(({ part }) => part === "test");
  const train = images.filter(({ part }) => part === undefined || part === "train");
  if (train.length === 0) {
    throw fault("the data's own parts", {
      expected: "a training part",
      received: `${validation.length} validation and ${test.length} test images alone`,
      fix: "use --split grouped, which draws from the validation part, or --split pooled, which draws from the test part too",
    });
  }
  checkTrained({ train, validation, test }, namesIn(images, options));
  return { train, validation, test };
}

/** Draws from all images but those of the data's own test part. */
function drawBesideTest<T extends Image>(
  images: readonly T[],
  fraction: number,
  options: DrawOptions,
): Split<T> {
  const [drawn, test] = [images.filter(isDrawn), images.filter((image) => !isDrawn(image))];
  const classNames = namesIn(images, options);
  checkOutsideTest({ drawn, test }, classNames);
  return { ...drawSplit(drawn, fraction, { ...options, classNames }), test };
}

/** It is not in the data's own test part, which nothing is drawn from. */
export const isDrawn = ({ part }: Image): boolean => part !== "test";

/** @throws naming a class that only the test part has. */
export function checkOutsideTest(
  { drawn, test }: { readonly drawn: readonly Image[]; readonly test: readonly Image[] },
  classNames: readonly string[],
): void {
  const [known, tested] = [labelsIn(drawn), labelsIn(test)];
  const unknown = classNames.find((name) => tested.has(name) && !known.has(name));
  if (unknown === undefined) return;
  throw fault(`class "${unknown}"`, {
    expected: "images outside of the data's own test part, to train on",
    received: `all ${test.filter(({ label }) => label === unknown).length} in it`,
    fix: "add some, remove the class, or use --split pooled, which draws from the test part too",
  });
}

/** @throws naming a class without training images. */
export function checkTrained({ train, validation, test }: Split, classNames: readonly string[]): void {
  const known = labelsIn(train);
  const unknown = classNames.find((name) => !known.has(name));
  if (unknown === undefined) return;
  const others = [...validation, ...test].filter(({ label }) => label === unknown).length;
  throw fault(`class "${unknown}"`, {
    expected: "images in the train part",
    received: others === 0 ? "none" : `none, and ${others} in the other parts`,
    fix: "add some, or remove the class",
  });
}

const labelsIn = (images: readonly Image[]): ReadonlySet<string> => new Set(images.map(({ label }) => label));

const namesIn = (
  images: readonly Image[],
  { classNames }: Pick<SplitOptions, "classNames">,
): readonly string[] => classNames ?? [...labelsIn(images)];

interface DrawOptions extends SplitOptions {
  /** Assign images one by one, whatever their group. @default false */
  readonly ignoreGroups?: boolean;
}

function drawSplit<T extends Image>(
  images: readonly T[],
  fraction: number,
  { ignoreGroups = false, random, ...options }: DrawOptions,
): Pick<Split<T>, "train" | "validation"> {
  const classNames = namesIn(images, options);
  const grouped = ignoreGroups ? images.map(withoutGroup) : linkedWherePossible(images, classNames);
  checkGroups(grouped, classNames);
  const bins = assignGroups(grouped, { shares: [1 - fraction, fraction], random });
  const train = images.filter((_, i) => bins[i] === 0);
  const validation = images.filter((_, i) => bins[i] === 1);
  for (const part of [train, validation]) {
    const there = labelsIn(part);
    const missing = classNames.find((name) => !there.has(name));
    if (missing !== undefined) throw classNotSplittable(missing);
  }
  return { train, validation };
}

/** Named groups that near-duplicates link stay together, unless a class would then have one group alone. */
export function linkedWherePossible(
  images: readonly Image[],
  classNames: readonly string[],
): readonly Image[] {
  if (!areLinked(images)) return images;
  const members = groupBy(images, ({ label }) => label);
  const isDivisible = classNames.every((name) => new Set(members.get(name)?.map(groupKey)).size > 1);
  return isDivisible ? images : images.map(unlinked);
}

/** The image as one that belongs to no other. */
export const withoutGroup = ({ path, label }: Image): Image => ({ path, label });

/** @throws naming a class that has fewer than 2 groups, so that it cannot be on both sides. */
export function checkGroups(images: readonly Image[], classNames: readonly string[]): void {
  const members = new Map(classNames.map((name): [string, Image[]] => [name, []]));
  for (const image of images) members.get(image.label)?.push(image);
  for (const [name, list] of members) {
    if (list.length < 2) throw tooFew(name, list);
    if (new Set(list.map(groupKey)).size < 2) throw oneGroup(name, list);
  }
}

function tooFew(name: string, [only]: readonly Image[]): Error {
  return fault(`class "${name}"`, {
    expected: "2 images or more, one to train and one to validate on",
    received: only ? `1 (${only.path})` : "none that can be read",
    fix: "add images to it, or remove it",
  });
}

const oneGroup = (name: string, members: readonly Image[]): Error =>
  fault(`class "${name}"`, {
    expected: "images of 2 groups or more, one to train and one to validate on",
    received: `${members.length} images of one group (${members[0]?.group})`,
    fix: "add images of other groups, or remove the class; --split random would put near-duplicates in both sets (leakage)",
  });

const classNotSplittable = (name: string): Error =>
  fault(`class "${name}"`, {
    expected: "groups that can be on both sides of the split",
    received: "groups that hold several classes at once and cannot be divided so",
    fix: "check the groups, for example that their names do not begin anew in each class; or use --split random",
  });
