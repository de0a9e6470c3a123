import { at, groupBy } from "../../base/index.ts";
import type { Random } from "../../base/index.ts";
import type { Image } from "../types.ts";
import { groupKey } from "./groups.ts";
import { type Bins, type GroupType, type RowCount, improve, assignToBin } from "./improve.ts";

export interface AssignOptions {
  /** Fraction of the images for each bin; they add up to 1. */
  readonly shares: readonly number[];
  readonly random: Random;
}

/**
 * Divides images into bins by whole groups, each class in each bin as near to the bin's share as the groups allow. The bin of each image.
 * Groups are taken in a random order of their own, which depends on the seed and on their first path alone, and each goes where
 * it disturbs the shares least; then groups are moved and exchanged as long as that helps. The order of the images plays no role.
 */
export function assignGroups(
  images: readonly Image[],
  { shares, random }: AssignOptions,
): Int32Array<ArrayBuffer> {
  const classNames = [...new Set(images.map(({ label }) => label))].sort();
  const groups = groupsIn(images, classNames, random);
  const bins = emptyBins(images, classNames, shares);
  const types = groupTypes(groups, shares.length);
  for (const group of groups) {
    const type = types.get(group.shape);
    if (type) assignToBin(group, type, bins);
  }
  improve([...types.values()], bins);
  const result = new Int32Array(images.length);
  for (const { members } of types.values())
    for (const [bin, inBin] of members.entries())
      for (const { indices } of inBin) for (const i of indices) result[i] = bin;
  return result;
}

/** Images that stay together. */
interface Group {
  /** Positions in the list of images. */
  readonly indices: readonly number[];
  /** [class, images] for each class that it has. */
  readonly counts: readonly RowCount[];
  /** The counts as text; equal for groups that may stand for each other. */
  readonly shape: string;
}

/** The groups in the random order. */
function groupsIn(images: readonly Image[], classNames: readonly string[], random: Random): readonly Group[] {
  const rowOf = new Map(classNames.map((name, row) => [name, row]));
  const rows = images.flatMap(({ label }) => rowOf.get(label) ?? []);
  const byKey = groupBy([...images.keys()], (i) => groupKey(at(images, i)));
  return [...byKey.values()]
    .map((indices) => {
      const first = at(indices.map((i) => at(images, i).path).sort(), 0);
      const rank = random.fork(`group ${first}`).next();
      return { group: groupOf(indices, rows), first, rank };
    })
    .toSorted((a, b) => a.rank - b.rank || (a.first < b.first ? -1 : 1))
    .map(({ group }) => group);
}

function groupOf(indices: readonly number[], rows: readonly number[]): Group {
  const counts = [...groupBy(indices, (i) => at(rows, i))]
    .map(([row, members]): RowCount => [row, members.length])
    .toSorted(([a], [b]) => a - b);
  return { indices, counts, shape: JSON.stringify(counts) };
}

function emptyBins(images: readonly Image[], classNames: readonly string[], shares: readonly number[]): Bins {
  const classes = groupBy(images, ({ label }) => label);
  const sizes = [...classNames.map((name) => classes.get(name)?.length ?? 0), images.length];
  return {
    width: shares.length,
    targets: Float64Array.from(sizes.flatMap((size) => shares.map((share) => share * size))),
    counts: new Float64Array(sizes.length * shares.length),
  };
}

/** Groups by shape, shapes in an order that does not depend on the images'. */
function groupTypes(groups: readonly Group[], bins: number): ReadonlyMap<string, GroupType<Group>> {
  const shapes = [...groupBy(groups, ({ shape }) => shape)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    shapes.map(([shape, alike]) => [
      shape,
      { counts: at(alike, 0).counts, members: Array.from({ length: bins }, () => []) },
    ]),
  );
}
