import { expect, test } from "vitest";
import { disjointSets, numberGroups } from "../../../src/data/nearDuplicates/groups.ts";
import { joinPairs } from "../../../src/data/nearDuplicates/joinPairs.ts";
import { joinScenes } from "../../../src/data/nearDuplicates/scenes.ts";
import type { MatchedPair } from "../../../src/data/nearDuplicates/types.ts";

const link = (a: number, b: number, { agreement = 0.98, inliers = 70 } = {}): MatchedPair => ({
  a,
  b,
  mirrored: false,
  rotation: 0,
  scale: 1,
  overlap: 0.8,
  inliers,
  agreement,
});
const first = [link(0, 1), link(1, 2), link(2, 3)];
const second = [link(4, 5), link(5, 6), link(6, 7)];
const groupsOf = (links: readonly MatchedPair[], count: number): readonly number[] =>
  Array.from(numberGroups(joinPairs(links, count).sets, count));

test("links that agree worse than the copies of either photograph do not make them one, however many", () => {
  const weak = [link(3, 4, { agreement: 0.85 }), link(0, 7, { agreement: 0.87 })];
  const { sets, pairs } = joinPairs([...first, ...second, ...weak], 8);
  expect(Array.from(numberGroups(sets, 8))).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(pairs).toEqual([...first, ...second]);
});

test("nor does a link that far fewer corners support", () => {
  const sparse = link(3, 4, { agreement: 0.97, inliers: 35 });
  expect(new Set(groupsOf([...first, ...second, sparse], 8)).size).toBe(2);
});

test("a link as good as their own joins two photographs", () => {
  expect(new Set(groupsOf([...first, ...second, link(3, 4)], 8)).size).toBe(1);
});

test("a poor copy joins the photograph it is linked to", () => {
  expect(groupsOf([...first, link(3, 4, { agreement: 0.8, inliers: 22 })], 5)).toEqual([0, 0, 0, 0, 0]);
});

test("two links of many corners make a scene of two photographs, one does not", () => {
  const groups = Int32Array.of(0, 0, 1, 1, 2);
  const shot = (a: number, b: number) => link(a, b, { agreement: 0.5, inliers: 25 });
  expect(Array.from(joinScenes([shot(0, 2), shot(1, 3)], groups))).toEqual([0, 0, 0, 0, 1]);
  expect(Array.from(joinScenes([shot(0, 2), shot(1, 4)], groups))).toEqual([0, 0, 1, 1, 2]);
  const few = { agreement: 0.5, inliers: 11 };
  expect(Array.from(joinScenes([link(0, 2, few), link(1, 3, few)], groups))).toEqual([0, 0, 1, 1, 2]);
});

test("groups are numbered by their first members, however they were joined", () => {
  const sets = disjointSets(6);
  sets.join(5, 1);
  sets.join(4, 2);
  sets.join(5, 4);
  expect(Array.from(numberGroups(sets, 6))).toEqual([0, 1, 1, 2, 1, 1]);
});
