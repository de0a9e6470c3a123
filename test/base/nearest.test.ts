import * as fc from "fast-check";
import { expect, test } from "vitest";
import { nearestName } from "../../src/base/index.ts";

const layers = ["conv2d", "dense", "maxPooling2d", "globalMaxPooling2d", "flatten", "dropout"];

test.each([
  ["Conv2D", "conv2d"],
  ["maxPool2d", "maxPooling2d"],
  ["flaten", "flatten"],
  ["dropuot", "dropout"],
  ["lstm", undefined],
  ["", undefined],
])("%j is nearest to %s", (word, name) => {
  expect(nearestName(word, layers)).toBe(name);
});

test("a word with one letter taken out, put in or changed is that word, if it has three letters for each", () => {
  const word = fc.stringMatching(/^[a-z]{4,12}$/);
  fc.assert(
    fc.property(word, fc.nat(3), fc.constantFrom("", "x", "xy"), (name, at, instead) => {
      const typed = name.slice(0, at) + instead + name.slice(at + 1);
      expect(nearestName(typed, ["0123456789012345", name])).toBe(
        typed.length >= 3 * Math.max(1, instead.length) ? name : undefined,
      );
    }),
  );
});
