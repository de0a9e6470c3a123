import * as fc from "fast-check";
import type { Coded } from "../../../src/messages/index.ts";

/** Any data that a code may come with; a code without an entry does not compile. */
export type AnyOf<S extends Coded> = { readonly [One in S as One["code"]]: fc.Arbitrary<One["data"]> };

/** Class names, paths and the like: letters alone, so that every digit of a sentence is a number of its own. */
export const anyName = fc.stringMatching(/^[a-z]{1,8}$/);

/** Counts of images and groups; small ones often, since grammar turns on them. */
export const anyCount = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 100_000 }));
export const countFrom = (min: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min, max: min + 2 }), fc.integer({ min, max: 100_000 }));
export const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

/** In [0, 1]: fractions of whole images, halves of the last printed digit, and what a mean over groups may be. */
export const anyFraction = fc.oneof(
  fc.integer({ min: 1, max: 2000 }).chain((n) => fc.integer({ min: 0, max: n }).map((k) => k / n)),
  fc.integer({ min: 0, max: 2000 }).map((halves) => halves / 2000),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

export const anyLoss = fc.oneof(
  fc.double({ min: 0, max: 10, noNaN: true }),
  fc.integer({ min: 0, max: 20_000 }).map((n) => n / 2000),
);

/** An estimate within its interval. */
export const anyEstimate = fc
  .tuple(anyFraction, anyFraction, anyFraction)
  .map((three) => three.toSorted((a, b) => a - b) as [number, number, number])
  .map(([low, estimate, high]) => ({ estimate, interval: [low, high] as const }));

const wideDifference = fc
  .record({ one: anyFraction, other: anyFraction, below: anyFraction, above: anyFraction })
  .map(({ one, other, below, above }) => {
    const difference = other - one;
    return { one, other, difference, interval: [difference - below, difference + above] as const };
  });

/** Of very many images: so close that one decimal may not tell them apart, and yet significantly different. */
const narrowDifference = fc
  .record({
    one: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
    size: fc.double({ min: 0.0006, max: 0.003, noNaN: true }),
    sign: fc.constantFrom(-1, 1),
  })
  .map(({ one, size, sign }) => {
    const difference = sign * size;
    const interval = [difference - 0.05 * size, difference + 0.05 * size] as const;
    return { one, other: one + difference, difference, interval };
  });

/** Two accuracies with their difference and an interval around it. */
export const anyDifference = fc.oneof(wideDifference, narrowDifference);

export const anySource = fc.constantFrom("column", "pattern", "content", "file", "none" as const);
export const knownSource = fc.constantFrom("column", "pattern", "content", "file" as const);
