/** Disjoint sets (union-find); the smallest member speaks for its set. */
export interface Sets {
  /** The set's smallest member. */
  find(member: number): number;
  join(a: number, b: number): void;
  sizeOf(member: number): number;
}

export function disjointSets(count: number): Sets {
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const size = new Int32Array(count).fill(1);
  const find = (member: number): number => {
    let root = member;
    while (parent[root] !== root) root = parent[root] = parent[parent[root]!]!;
    return root;
  };
  return {
    find,
    join(a, b) {
      const [p, q] = [find(a), find(b)];
      if (p === q) return;
      const [low, high] = p < q ? [p, q] : [q, p];
      parent[high] = low;
      size[low]! += size[high]!;
    },
    sizeOf: (member) => size[find(member)]!,
  };
}

/** A link between two pictures, and how certain it is, at most 1. */
export interface Link {
  readonly a: number;
  readonly b: number;
  readonly certainty: number;
}

const surely = 0.9;
const groupSize = 3;

/**
 * The links to trust: all but a single doubtful one between two groups that certain links make.
 * One wrong link would make thousands of wrong pairs there, while copies of one photograph are linked several times.
 */
export function trustedLinks<L extends Link>(links: readonly L[], count: number): L[] {
  const sets = disjointSets(count);
  for (const { a, b, certainty } of links) if (certainty >= surely) sets.join(a, b);
  const betweenGroups = ({ a, b, certainty }: L): string | undefined => {
    if (certainty >= surely || sets.find(a) === sets.find(b)) return undefined;
    if (Math.min(sets.sizeOf(a), sets.sizeOf(b)) < groupSize) return undefined;
    const [low, high] = [sets.find(a), sets.find(b)].toSorted((p, q) => p - q);
    return `${low} ${high}`;
  };
  const keys = links.map(betweenGroups);
  const counts = new Map<string | undefined, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return links.filter((_, i) => keys[i] === undefined || counts.get(keys[i])! > 1);
}

/** Numbers the sets from 0 by their first members. */
export function numberGroups(sets: Sets, count: number): Int32Array {
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: count }, (_, i) => {
    const root = sets.find(i);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
}
