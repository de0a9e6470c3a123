import { groupBy } from "../group.ts";
import type { Part, Picture } from "../types.ts";
import { groupKey } from "./groups.ts";
import type { Split } from "./split.ts";

/** What a split came to, in numbers. */
export interface SplitFacts {
  /** Fraction of the pictures that are kept back to validate on. */
  readonly got: number;
  /** Groups with pictures in each part; a picture without a group counts as one. */
  readonly groups: { readonly [part in Part]: number };
  /** Fraction of the pictures kept back, last test included, of whose group others are learned from. */
  readonly leakShare: number;
  /** For each class the groups that it is validated on. */
  readonly judgedOn: readonly { readonly name: string; readonly groups: number }[];
  /** Groups that hold pictures of several classes. */
  readonly mixedGroups: number;
}

export function splitFacts(parts: Split, classNames: readonly string[]): SplitFacts {
  const { train, validation, test } = parts;
  const learned = new Set(train.map(groupKey));
  const kept = [...validation, ...test];
  const leaking = kept.filter((picture) => learned.has(groupKey(picture)));
  const byClass = groupBy(validation, ({ label }) => label);
  const byGroup = groupBy([...train, ...kept], groupKey);
  return {
    got: validation.length / (train.length + validation.length),
    groups: { train: learned.size, validation: groupsOf(validation), test: groupsOf(test) },
    leakShare: kept.length === 0 ? 0 : leaking.length / kept.length,
    judgedOn: classNames.map((name) => ({ name, groups: groupsOf(byClass.get(name) ?? []) })),
    mixedGroups: [...byGroup.values()].filter((members) => labelsOf(members) > 1).length,
  };
}

/** What dividing pictures into folds came to; every picture is kept back once. */
export function foldFacts(
  pictures: readonly Picture[],
  foldOf: Int32Array,
  classNames: readonly string[],
): SplitFacts {
  const byClass = groupBy(pictures, ({ label }) => label);
  const byGroup = [...groupBy([...pictures.keys()], (i) => groupKey(pictures[i]!)).values()];
  const torn = byGroup.filter((members) => new Set(members.map((i) => foldOf[i])).size > 1);
  const leaking = torn.reduce((sum, members) => sum + members.length, 0);
  return {
    got: 1 / (foldOf.reduce((most, fold) => Math.max(most, fold), 0) + 1),
    groups: { train: byGroup.length, validation: byGroup.length, test: 0 },
    leakShare: leaking / pictures.length,
    judgedOn: classNames.map((name) => ({ name, groups: groupsOf(byClass.get(name) ?? []) })),
    mixedGroups: byGroup.filter((members) => labelsOf(members.map((i) => pictures[i]!)) > 1).length,
  };
}

const groupsOf = (pictures: readonly Picture[]): number => new Set(pictures.map(groupKey)).size;

const labelsOf = (pictures: readonly Picture[]): number => new Set(pictures.map(({ label }) => label)).size;
