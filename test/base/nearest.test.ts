import * as fc from "fast-check";
import { expect, test } from "vitest";
import { nearestName } from "../../src/base/index.ts";

const layers = ["conv2d", "dense", "maxPooling2d", "globalMaxPooling2d", "flatten", "dropout"];

test.each([
  ["Conv2D", "conv2d"],
  ["maxPool2d", "maxPooling2d"],
  ["flaten", "flatten"],
  ["dropuot", "dropout"],
  ["desne", "dense"],
  ["dnees", undefined],
  ["lstm", undefined],
  ["", undefined],
])("%j is nearest to %s", (word, name) => {
  expect(nearestName(word, layers)).toBe(name);
});

// Letters of a name; x is none of them, so that what is put in costs exactly its length.
const name = fc.stringMatching(/^[a-w]{4,12}$/);
const position = fc.nat(3);

/** What is meant by `typed`, beside a name that nothing is near to. */
const meant = (typed: string, known: string): string | undefined =>
  nearestName(typed, ["0123456789012345", known]);

test("a word with letters put in is found if it has three letters for each", () => {
  fc.assert(
    fc.property(name, position, fc.integer({ min: 1, max: 5 }), (known, at, count) => {
      const typed = known.slice(0, at) + "x".repeat(count) + known.slice(at);
      expect(meant(typed, known)).toBe(typed.length >= 3 * count ? known : undefined);
    }),
  );
});

test("a word with a letter taken out, changed or swapped with the next is found", () => {
  fc.assert(
    fc.property(name, fc.nat(2), (known, at) => {
      const [start, end] = [known.slice(0, at), known.slice(at + 2)];
      const [first = "", second = ""] = known.slice(at, at + 2);
      for (const typed of [
        `${start}${second}${end}`,
        `${start}x${second}${end}`,
        `${start}${second}${first}${end}`,
      ])
        expect(meant(typed, known)).toBe(known);
    }),
  );
});
