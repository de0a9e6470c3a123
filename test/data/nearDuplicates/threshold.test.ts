import { expect, test } from "vitest";
import { matchThreshold, matchConfidence } from "../../../src/data/nearDuplicates/threshold.ts";

const evenly = (count: number, from: number, to: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * (i + 0.5)) / count);

test("near-duplicates that stand apart from all else are joined from 0.75 on", () => {
  expect(matchThreshold([...evenly(5, 0.6, 0.7), ...evenly(300, 0.85, 1)], 1000)).toBe(0.75);
});

test("where unrelated pairs reach far up, the threshold lies above them", () => {
  const lookAlikes = [...evenly(400, 0.6, 0.7), ...evenly(200, 0.7, 0.8), ...evenly(80, 0.8, 0.9)];
  const threshold = matchThreshold([...lookAlikes, ...evenly(15, 0.9, 0.95)], 10_000);
  expect(threshold).toBeGreaterThan(0.95);
  expect(threshold).toBeLessThan(1);
});

test("near-duplicates among look-alikes are still joined where they are many", () => {
  const threshold = matchThreshold([...evenly(30, 0.6, 0.8), ...evenly(3000, 0.92, 1)], 3000);
  expect(threshold).toBeLessThanOrEqual(0.9);
});

test("a pair with few corners has less confidence", () => {
  expect(matchConfidence({ agreement: 0.9, inliers: 20 })).toBe(0.9);
  expect(matchConfidence({ agreement: 0.9, inliers: 200 })).toBe(0.9);
  expect(matchConfidence({ agreement: 0.9, inliers: 10 })).toBeCloseTo(0.7);
});

test("where confidences fall evenly up to the top, nothing is joined", () => {
  expect(matchThreshold(evenly(50_000, 0.5, 1), 1000)).toBe(1);
});

test("without pairs the lowest threshold does", () => {
  expect(matchThreshold([], 1000)).toBe(0.75);
});

// By hand: half of the pairs in the 0.1 below a threshold are expected above it by chance. That may be 1 for 1,000 images,
// or 4 of 100 pairs above. Pairs at 0.74 lie below 0.75 and 0.8, and not in the band of 0.85.
test.each([
  [2, 0, 0.75],
  [3, 0, 0.85],
  [3, 37, 0.85],
  [3, 38, 0.75],
])(
  "%i pairs at 0.74 and %i at 0.95 call for the threshold %d among 1,000 images",
  (below, above, threshold) => {
    const confidences = [...evenly(below, 0.735, 0.745), ...evenly(above, 0.945, 0.955)];
    expect(matchThreshold(confidences, 1000)).toBe(threshold);
  },
);
