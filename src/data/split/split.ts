import { type Random, fault } from "../../base/index.ts";
import type { Picture } from "../types.ts";
import { assignGroups } from "./assign.ts";
import { groupKey } from "./groups.ts";

export interface SplitOptions {
  /**
   * grouped: pool everything and draw whole groups; random: draw picture by picture, groups or not; folders: keep the data's own
   * parts, and draw whole groups of train where they name no validation pictures.
   * @default "grouped"
   */
  readonly method?: "grouped" | "random" | "folders";
  /** Fraction of each class to validate on, in (0, 1). @default 0.2 */
  readonly validation?: number;
  readonly random: Random;
  /** Classes that must be there; the classes of the pictures where left out. */
  readonly classNames?: readonly string[];
}

/** Pictures of each part, in the order they came. */
export interface Split<T extends Picture = Picture> {
  readonly train: readonly T[];
  readonly validation: readonly T[];
  readonly test: readonly T[];
}

/**
 * Divides pictures so that every part has each class in the same proportion, as near as whole groups allow.
 * The draw depends on the seed and the paths, not on the order of the pictures. Each class lands on either side.
 * @throws when a class cannot be on both sides, or the fraction is not in (0, 1).
 */
export function split<T extends Picture>(pictures: readonly T[], options: SplitOptions): Split<T> {
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
      return { ...carve(pictures, validation, options), test: [] };
    case "random":
      return { ...carve(pictures, validation, { ...options, apart: true }), test: [] };
    case "folders":
      return keepParts(pictures, validation, options);
    default:
      return method satisfies never;
  }
}

function keepParts<T extends Picture>(
  pictures: readonly T[],
  fraction: number,
  options: SplitOptions,
): Split<T> {
  if (pictures.every(({ part }) => part === undefined)) {
    throw fault("--split folders", {
      expected: "train and validation or test folders, or a CSV file with a column split",
      received: "data without parts",
      fix: "use --split grouped",
    });
  }
  const test = pictures.filter(({ part }) => part === "test");
  const validation = pictures.filter(({ part }) => part === "validation");
  const train = pictures.filter(({ part }) => part === undefined || part === "train");
  if (validation.length === 0)
    return { ...carve(train, fraction, { ...options, classNames: namesIn(pictures, options) }), test };
  checkTrained(train, namesIn(pictures, options));
  return { train, validation, test };
}

/** @throws naming a class that nothing is learned of. */
export function checkTrained(train: readonly Picture[], classNames: readonly string[]): void {
  const known = new Set(train.map(({ label }) => label));
  const unknown = classNames.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw fault(`class "${unknown}"`, {
      expected: "pictures in the train part",
      received: "none",
      fix: "add some, or remove the class",
    });
  }
}

const namesIn = (
  pictures: readonly Picture[],
  { classNames }: Pick<SplitOptions, "classNames">,
): readonly string[] => classNames ?? [...new Set(pictures.map(({ label }) => label))];

interface CarveOptions extends SplitOptions {
  /** Each picture by itself, whatever its group. @default false */
  readonly apart?: boolean;
}

function carve<T extends Picture>(
  pictures: readonly T[],
  fraction: number,
  { apart = false, random, ...options }: CarveOptions,
): Pick<Split<T>, "train" | "validation"> {
  const drawn = apart ? pictures.map(withoutGroup) : pictures;
  const classNames = namesIn(pictures, options);
  checkGroups(drawn, classNames);
  const bins = assignGroups(drawn, { shares: [1 - fraction, fraction], random });
  const train = pictures.filter((_, i) => bins[i] === 0);
  const validation = pictures.filter((_, i) => bins[i] === 1);
  for (const part of [train, validation]) {
    const there = new Set(part.map(({ label }) => label));
    const missing = classNames.find((name) => !there.has(name));
    if (missing !== undefined) throw entangled(missing);
  }
  return { train, validation };
}

/** The picture as one that belongs to no other. */
export const withoutGroup = ({ path, label }: Picture): Picture => ({ path, label });

/** @throws naming a class that has fewer than 2 groups, so that it cannot be on both sides. */
export function checkGroups(pictures: readonly Picture[], classNames: readonly string[]): void {
  const members = new Map(classNames.map((name): [string, Picture[]] => [name, []]));
  for (const picture of pictures) members.get(picture.label)?.push(picture);
  for (const [name, list] of members) {
    if (list.length < 2) throw tooFew(name, list);
    if (new Set(list.map(groupKey)).size < 2) throw oneGroup(name, list);
  }
}

function tooFew(name: string, [only]: readonly Picture[]): Error {
  return fault(`class "${name}"`, {
    expected: "2 pictures or more, one to train and one to validate on",
    received: only ? `1 (${only.path})` : "none that can be read",
    fix: "add pictures to it, or remove it",
  });
}

const oneGroup = (name: string, members: readonly Picture[]): Error =>
  fault(`class "${name}"`, {
    expected: "pictures of 2 photographs (groups) or more, one to train and one to validate on",
    received: `${members.length} pictures of one (${members[0]?.group})`,
    fix: "add pictures of others, or remove the class; --split random would judge it by copies of what it has seen",
  });

const entangled = (name: string): Error =>
  fault(`class "${name}"`, {
    expected: "groups that can be on both sides of the split",
    received: "groups that hold several classes at once and cannot be divided so",
    fix: "check the groups, for example that their names do not begin anew in each class; or use --split random",
  });
