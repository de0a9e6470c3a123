import { at, float64At } from "../../base/index.ts";

/** Images wanted and images there, [row, bin] row by row: a row for each class, and a last one for all images. */
export interface Bins {
  /** Bins in a row. */
  readonly width: number;
  readonly targets: Float64Array;
  readonly counts: Float64Array;
}

/** The row of all images. */
const lastRow = ({ counts, width }: Bins): number => counts.length / width - 1;

/** Interchangeable groups: the same number of images of each class. */
export interface GroupType<G> {
  /** [row, images] for each class that such a group has. */
  readonly counts: readonly RowCount[];
  /** [bin] → groups that lie there; the last is the next to leave. */
  readonly members: readonly G[][];
}

export type RowCount = readonly [row: number, count: number];

/** Larger than any chi-squared cost, so that no class is absent from a bin for the sake of sizes. */
const absenceCost = 1e6;
/** An exchange must gain more than sums may be rounded by. */
const minGain = 1e-9;
/** Bounds the time; chosen, not measured. */
const maxPasses = 50;
/** Group types of a class that are exchanged, the smallest groups first; bounds the time, chosen, not measured. */
const maxExchanged = 100;

/** Pearson's chi-squared term, (count - target)² / target, so that small classes and bins count as much as large ones. */
const chiSquare = (count: number, target: number): number => (count - target) ** 2 / target;

/**
 * Puts a group into the bin that is least full for its classes, relative to their targets; the first such bin.
 * How large the group is plays no role, or large ones would seldom come into small bins.
 */
export function assignToBin<G>(group: G, { counts, members }: GroupType<G>, bins: Bins): void {
  let best = 0;
  let minFullness = Number.POSITIVE_INFINITY;
  for (let bin = 0; bin < members.length; bin++) {
    let fullness = 0;
    for (const [row, count] of counts) {
      const cell = row * bins.width + bin;
      fullness += (count * float64At(bins.counts, cell)) / float64At(bins.targets, cell);
    }
    if (fullness < minFullness) [best, minFullness] = [bin, fullness];
  }
  at(members, best).push(group);
  add([...counts, [lastRow(bins), sum(counts)]], best, { bins, sign: 1 });
}

/** Moves and exchanges groups while that brings the bins nearer to what is wanted; no class stays away from a bin where that can be helped. */
export function improve<G>(types: readonly GroupType<G>[], bins: Bins): void {
  const neighbours = neighboursOf(types, bins);
  for (let pass = 0; pass < maxPasses; pass++) {
    const moved = types.map((type) => moveAll(type, bins)).includes(true);
    const exchanged = neighbours.map((near) => exchangeAll(near, bins)).includes(true);
    if (!moved && !exchanged) return;
  }
}

/** For each class the group types that have it: exchanging groups without a common class is two moves. */
function neighboursOf<G>(types: readonly GroupType<G>[], bins: Bins): readonly (readonly GroupType<G>[])[] {
  const near = Array.from({ length: lastRow(bins) + 1 }, (): GroupType<G>[] => []);
  for (const type of types.toSorted((a, b) => sizeOf(a) - sizeOf(b)))
    for (const [row] of type.counts) at(near, row).push(type);
  return near.map((list) => list.slice(0, maxExchanged));
}

const sizeOf = ({ counts }: GroupType<unknown>): number => sum(counts);

const sum = (counts: readonly RowCount[]): number => counts.reduce((total, [, count]) => total + count, 0);

interface Move {
  readonly from: number;
  readonly to: number;
}

/** Every move from one bin to another. */
const movesBetween = (count: number): readonly Move[] =>
  Array.from({ length: count * count }, (_, i) => ({ from: Math.floor(i / count), to: i % count })).filter(
    ({ from, to }) => from !== to,
  );

const reversed = ({ from, to }: Move): Move => ({ from: to, to: from });

function moveAll<G>(type: GroupType<G>, bins: Bins): boolean {
  let moved = false;
  for (const move of movesBetween(type.members.length)) {
    while (at(type.members, move.from).length > 0) {
      if (moveCounts(type.counts, move, bins) >= -minGain) {
        moveCounts(type.counts, reversed(move), bins);
        break;
      }
      applyMove(type, move);
      moved = true;
    }
  }
  return moved;
}

function exchangeAll<G>(types: readonly GroupType<G>[], bins: Bins): boolean {
  let exchanged = false;
  for (const [i, one] of types.entries()) {
    for (const other of types.slice(i + 1))
      for (const move of movesBetween(one.members.length))
        while (exchange([one, other], move, bins)) exchanged = true;
  }
  return exchanged;
}

/** Exchanges a group of one type with one of the other between two bins, where that lowers the cost. */
function exchange<G>([one, other]: readonly [GroupType<G>, GroupType<G>], move: Move, bins: Bins): boolean {
  if (at(one.members, move.from).length === 0 || at(other.members, move.to).length === 0) return false;
  const cost = moveCounts(one.counts, move, bins) + moveCounts(other.counts, reversed(move), bins);
  if (cost < -minGain) {
    applyMove(one, move);
    applyMove(other, reversed(move));
    return true;
  }
  moveCounts(other.counts, move, bins);
  moveCounts(one.counts, reversed(move), bins);
  return false;
}

function applyMove<G>({ members }: GroupType<G>, { from, to }: Move): void {
  // To the front, so that the next to leave is one that has not just come.
  at(members, to).unshift(...at(members, from).splice(-1));
}

/** Moves a group's counts to another bin and returns the change of the cost. */
function moveCounts(counts: readonly RowCount[], { from, to }: Move, bins: Bins): number {
  const rows = [...counts, [lastRow(bins), sum(counts)] as const];
  const before = costOf(rows, [from, to], bins);
  add(rows, from, { bins, sign: -1 });
  add(rows, to, { bins, sign: 1 });
  return costOf(rows, [from, to], bins) - before;
}

function costOf(
  rows: readonly RowCount[],
  bins: readonly number[],
  { targets, counts, width }: Bins,
): number {
  let cost = 0;
  for (const [row] of rows) {
    for (const bin of bins) {
      const count = float64At(counts, row * width + bin);
      cost += chiSquare(count, float64At(targets, row * width + bin)) + (count === 0 ? absenceCost : 0);
    }
  }
  return cost;
}

function add(rows: readonly RowCount[], bin: number, { bins, sign }: { bins: Bins; sign: 1 | -1 }): void {
  const { counts, width } = bins;
  for (const [row, count] of rows)
    counts[row * width + bin] = float64At(counts, row * width + bin) + sign * count;
}
