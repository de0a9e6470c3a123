import { expect, test } from "vitest";
import { disjointSets, numberGroups, trustedLinks } from "../../src/data/copies/groups.ts";

const link = (a: number, b: number, certainty = 0.95) => ({ a, b, certainty });
const first = [link(0, 1), link(1, 2)];
const second = [link(3, 4), link(4, 5)];

test("a single doubtful link does not merge two groups", () => {
  expect(trustedLinks([...first, ...second, link(2, 3, 0.8)], 6)).toEqual([...first, ...second]);
});

test("two doubtful links do, and so does a certain one", () => {
  const twice = [...first, ...second, link(2, 3, 0.8), link(5, 0, 0.8)];
  expect(trustedLinks(twice, 6)).toEqual(twice);
  const certain = [...first, ...second, link(2, 3, 0.92)];
  expect(trustedLinks(certain, 6)).toEqual(certain);
});

test("a single doubtful link adds one picture to a group", () => {
  const links = [...first, link(2, 3, 0.8)];
  expect(trustedLinks(links, 4)).toEqual(links);
});

test("groups are numbered by their first members, however they were joined", () => {
  const sets = disjointSets(6);
  sets.join(5, 1);
  sets.join(4, 2);
  sets.join(5, 4);
  expect(Array.from(numberGroups(sets, 6))).toEqual([0, 1, 1, 2, 1, 1]);
});
