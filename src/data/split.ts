import { type Random, fault } from "../base/index.ts";
import { groupBy } from "./group.ts";
import type { Picture } from "./types.ts";

export interface SplitOptions {
  /** random: pool everything and draw; folders: keep the data's own parts. @default "random" */
  readonly method?: "random" | "folders";
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
 * Divides pictures, class by class, so that every part has each class in the same proportion.
 * The draw of one class does not depend on the others. At least one picture of each class lands on either side.
 * @throws when a class has fewer than 2 pictures to divide, or the fraction is not in (0, 1).
 */
export function split<T extends Picture>(pictures: readonly T[], options: SplitOptions): Split<T> {
  const { method = "random", validation = 0.2 } = options;
  if (!(validation > 0 && validation < 1)) {
    throw fault("--validation", {
      expected: "a fraction above 0 and below 1",
      received: `${validation}`,
      exitCode: 2,
    });
  }
  switch (method) {
    case "random":
      return { ...carve(pictures, validation, options), test: [] };
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
      fix: "use --split random",
    });
  }
  const test = pictures.filter(({ part }) => part === "test");
  const validation = pictures.filter(({ part }) => part === "validation");
  const train = pictures.filter(({ part }) => part === undefined || part === "train");
  if (validation.length === 0)
    return { ...carve(train, fraction, { ...options, classNames: namesIn(pictures, options) }), test };
  const known = new Set(train.map(({ label }) => label));
  const unknown = namesIn(pictures, options).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw fault(`class "${unknown}"`, {
      expected: "pictures in the train part",
      received: "none",
      fix: "add some, or remove the class",
    });
  }
  return { train, validation, test };
}

const namesIn = (pictures: readonly Picture[], { classNames }: SplitOptions): readonly string[] =>
  classNames ?? [...new Set(pictures.map(({ label }) => label))];

function carve<T extends Picture>(
  pictures: readonly T[],
  fraction: number,
  options: SplitOptions,
): Pick<Split<T>, "train" | "validation"> {
  const chosen = new Set<T>();
  const byClass = groupBy(pictures, ({ label }) => label);
  for (const name of namesIn(pictures, options)) {
    const members = byClass.get(name) ?? [];
    if (members.length < 2) throw tooFew(name, members);
    const count = Math.min(Math.max(Math.round(members.length * fraction), 1), members.length - 1);
    for (const picture of options.random.fork(`split ${name}`).shuffle(members).slice(0, count))
      chosen.add(picture);
  }
  return {
    train: pictures.filter((picture) => !chosen.has(picture)),
    validation: pictures.filter((picture) => chosen.has(picture)),
  };
}

function tooFew(name: string, [only]: readonly Picture[]): Error {
  return fault(`class "${name}"`, {
    expected: "2 pictures or more, one to train and one to validate on",
    received: only ? `1 (${only.path})` : "none that can be read",
    fix: "add pictures to it, or remove it",
  });
}
