import { at } from "../../base/index.ts";
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
    while (parent[root] !== root) root = parent[root] = at(parent, at(parent, root));
    return root;
  };
  return {
    find,
    join(a, b) {
      const [p, q] = [find(a), find(b)];
      if (p === q) return;
      const [low, high] = p < q ? [p, q] : [q, p];
      parent[high] = low;
      size[low] = at(size, low) + at(size, high);
    },
    sizeOf: (member) => at(size, find(member)),
  };
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
