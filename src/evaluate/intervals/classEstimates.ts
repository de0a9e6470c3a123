import { at } from "../../base/index.ts";
import { type Estimate, estimateOf } from "./estimate.ts";
import type { Groups } from "./groups.ts";

/** One class against all others; null where there are no images that it would be a fraction of. */
export interface ClassEstimates {
  readonly name: string;
  /** Recall: of the images of the class, those predicted as it. */
  readonly sensitivity: Estimate | null;
  /** Of the images of other classes, those predicted as another. */
  readonly specificity: Estimate | null;
  /** Of the images predicted as the class, those of it. */
  readonly precision: Estimate | null;
}

/** Predictions of some images, as class indices. */
export interface Classified {
  readonly labels: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  readonly groups: Groups;
  readonly classNames: readonly string[];
}

/** Sensitivity, specificity and precision of every class, with intervals that count groups, not images, as independent. */
export const classEstimates = ({
  labels,
  predicted,
  groups,
  classNames,
}: Classified): readonly ClassEstimates[] => {
  const all = [...groups.of.keys()];
  const isOf = (i: number, c: number): boolean => labels[i] === c;
  const isPredicted = (i: number, c: number): boolean => predicted[i] === c;
  const estimate = (among: readonly number[], isHit: (i: number) => boolean): Estimate | null =>
    estimateOf(
      among.map(isHit),
      among.map((i) => at(groups.of, i)),
    );
  return classNames.map((name, c) => ({
    name,
    sensitivity: estimate(
      all.filter((i) => isOf(i, c)),
      (i) => isPredicted(i, c),
    ),
    specificity: estimate(
      all.filter((i) => !isOf(i, c)),
      (i) => !isPredicted(i, c),
    ),
    precision: estimate(
      all.filter((i) => isPredicted(i, c)),
      (i) => isOf(i, c),
    ),
  }));
};
