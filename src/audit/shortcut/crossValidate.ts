import { addAt, at } from "../../base/index.ts";
import { type Table, predictedBy, treeOf } from "./table.ts";

/** How well a trivial classifier does on images of other groups than it was trained on. */
export interface ShortcutScore {
  /** Mean over the classes of the share that is predicted correctly (recall). */
  readonly balancedAccuracy: number;
  /** Balanced accuracy of guessing. */
  readonly chance: number;
  /** It is above chance by a margin that matters, and significantly. */
  readonly isSignificant: boolean;
}

const folds = 5;
/** Groups of a class that leave at most one fold without any; chosen, not measured. */
const minGroups = 4;
/** Part of the way from chance to always correct; chosen, not measured. */
const minGain = 0.2;
/** One-sided p = 0.0005 of the normal distribution: several properties are tried on every collection. */
const minDeviations = 3.3;

/** Cross-validates a small tree, the images of one group always on one side; nothing where there are too few groups. */
export function crossValidateShortcut(table: Table, groups: Int32Array): ShortcutScore | undefined {
  const { labels, classes } = table;
  const present = classesWith(table, groups);
  if (present.length < 2) return undefined;
  const fold = foldsOf(table, groups);
  const rows = Int32Array.from(labels.keys()).filter((row) => present.includes(at(labels, row)));
  const correct = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (let k = 0; k < folds; k++) {
    const trainRows = rows.filter((row) => fold[row] !== k);
    const predicted = predictedBy(treeOf(table, trainRows, present.length), table);
    for (const row of rows.filter((one) => fold[one] === k)) {
      const label = at(labels, row);
      addAt(counts, label, 1);
      if (predicted[row] === label) addAt(correct, label, 1);
    }
  }
  const chance = 1 / present.length;
  const balancedAccuracy = present.reduce((sum, c) => sum + at(correct, c) / at(counts, c), 0) * chance;
  const gain = (balancedAccuracy - chance) / (1 - chance);
  const deviations = (balancedAccuracy - chance) / deviationOfGuessing(table, groups, present);
  return { balancedAccuracy, chance, isSignificant: gain >= minGain && deviations >= minDeviations };
}

/** Classes with groups enough for every fold but one. */
function classesWith({ labels, classes }: Table, groups: Int32Array): readonly number[] {
  const seen = Array.from({ length: classes }, () => new Set<number>());
  labels.forEach((label, row) => at(seen, label).add(at(groups, row)));
  return [...seen.keys()].filter((c) => at(seen, c).size >= minGroups);
}

/** The fold of each row: the groups of each class in turn. */
function foldsOf({ labels }: Table, groups: Int32Array): Int32Array {
  const foldOf = new Map<number, number>();
  const next = new Map<number, number>();
  return Int32Array.from(labels, (label, row) => {
    const group = at(groups, row);
    const known = foldOf.get(group);
    if (known !== undefined) return known;
    const turn = next.get(label) ?? 0;
    next.set(label, turn + 1);
    foldOf.set(group, turn % folds);
    return turn % folds;
  });
}

/** Standard deviation of the balanced accuracy of guessing where all images of a group get the same class. */
function deviationOfGuessing(
  { labels, classes }: Table,
  groups: Int32Array,
  present: readonly number[],
): number {
  const counts = Array.from({ length: classes }, () => new Map<number, number>());
  labels.forEach((label, row) => {
    const own = at(counts, label);
    const group = at(groups, row);
    own.set(group, (own.get(group) ?? 0) + 1);
  });
  const p = 1 / present.length;
  const variances = present.map((c) => {
    const sizes = [...at(counts, c).values()];
    const all = sizes.reduce((sum, n) => sum + n, 0);
    return (p * (1 - p) * sizes.reduce((sum, n) => sum + n * n, 0)) / (all * all);
  });
  return Math.sqrt(variances.reduce((sum, x) => sum + x, 0)) * p;
}
