import { type Random, fault } from "../../base/index.ts";
import type { Image } from "../types.ts";
import { assignGroups } from "./assign.ts";
import { groupKey } from "./groups.ts";

export interface SplitOptions {
  /**
   * grouped: pool everything and draw whole groups; random: draw image by image, groups or not; folders: keep the data's own
   * parts, and draw whole groups of train where they name no validation images.
   * @default "grouped"
   */
  readonly method?: "grouped" | "random" | "folders";
  /** Fraction of each class for the validation set, in (0, 1). @default 0.2 */
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

/**
 * Divides images so that every part has each class in the same proportion, as near as whole groups allow.
 * The draw depends on the seed and the paths, not on the order of the images. Each class lands on either side.
 * @throws when a class cannot be on both sides, or the fraction is not in (0, 1).
 */
export function split<T extends Image>(images: readonly T[], options: SplitOptions): Split<T> {
  const { method = "grouped", validation = 0.2 } = options;
  if (!(validation > 0 && validation < 1)) {
    throw fault("--validation", {
      expected: "a fraction above 0 and below 1",
      received: `${validation}`,
      exitCode: 2,
    });
  }
  switch (method) {
    case "grouped":
      return { ...drawSplit(images, validation, options), test: [] };
    case "random":
      return { ...drawSplit(images, validation, { ...options, ignoreGroups: true }), test: [] };
    case "folders":
      return keepParts(images, validation, options);
    default:
      return method satisfies never;
  }
}

function keepParts<T extends Image>(images: readonly T[], fraction: number, options: SplitOptions): Split<T> {
  if (images.every(({ part }) => part === undefined)) {
    throw fault("--split folders", {
      expected: "train and validation or test folders, or a CSV file with a column split",
      received: "data without parts",
      fix: "use --split grouped",
    });
  }
  const test = images.filter(({ part }) => part === "test");
  const validation = images.filter(({ part }) => part === "validation");
  const train = images.filter(({ part }) => part === undefined || part === "train");
  if (validation.length === 0)
    return { ...drawSplit(train, fraction, { ...options, classNames: namesIn(images, options) }), test };
  checkTrained(train, namesIn(images, options));
  return { train, validation, test };
}

/** @throws naming a class without training images. */
export function checkTrained(train: readonly Image[], classNames: readonly string[]): void {
  const known = new Set(train.map(({ label }) => label));
  const unknown = classNames.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw fault(`class "${unknown}"`, {
      expected: "images in the train part",
      received: "none",
      fix: "add some, or remove the class",
    });
  }
}

const namesIn = (
  images: readonly Image[],
  { classNames }: Pick<SplitOptions, "classNames">,
): readonly string[] => classNames ?? [...new Set(images.map(({ label }) => label))];

interface DrawOptions extends SplitOptions {
  /** Assign images one by one, whatever their group. @default false */
  readonly ignoreGroups?: boolean;
}

function drawSplit<T extends Image>(
  images: readonly T[],
  fraction: number,
  { ignoreGroups = false, random, ...options }: DrawOptions,
): Pick<Split<T>, "train" | "validation"> {
  const grouped = ignoreGroups ? images.map(withoutGroup) : images;
  const classNames = namesIn(images, options);
  checkGroups(grouped, classNames);
  const bins = assignGroups(grouped, { shares: [1 - fraction, fraction], random });
  const train = images.filter((_, i) => bins[i] === 0);
  const validation = images.filter((_, i) => bins[i] === 1);
  for (const part of [train, validation]) {
    const there = new Set(part.map(({ label }) => label));
    const missing = classNames.find((name) => !there.has(name));
    if (missing !== undefined) throw classNotSplittable(missing);
  }
  return { train, validation };
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
