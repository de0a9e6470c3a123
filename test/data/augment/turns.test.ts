import * as fc from "fast-check";
import { expect, test } from "vitest";
import { portableSinCos } from "../../../src/data/augment/turns.ts";

test("sine and cosine of turns are those of the angle", () => {
  fc.assert(
    fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (turns) => {
      const [sine, cosine] = portableSinCos(turns);
      // Math's own argument, 2π · turns, is off by up to 3 · 2^-51.
      expect(Math.abs(sine - Math.sin(2 * Math.PI * turns))).toBeLessThan(5e-15);
      expect(Math.abs(cosine - Math.cos(2 * Math.PI * turns))).toBeLessThan(5e-15);
    }),
  );
});

test("quarter turns are exact", () => {
  const exact = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1].map((turns) =>
    portableSinCos(turns).map((x) => x + 0),
  );
  expect(exact).toEqual([
    [0, 1],
    [1, 0],
    [0, -1],
    [-1, 0],
    [0, 1],
    [1, 0],
    [0, -1],
    [-1, 0],
    [0, 1],
  ]);
});
