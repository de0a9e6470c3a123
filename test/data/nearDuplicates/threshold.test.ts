import { expect, test } from "vitest";
import { matchThreshold, matchConfidence } from "../../../src/data/nearDuplicates/threshold.ts";

const evenly = (count: number, from: number, to: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * (i + 0.5)) / count);

test("copies that stand apart from all else are joined from 0.75 on", () => {
  expect(matchThreshold([...evenly(5, 0.6, 0.7), ...evenly(300, 0.85, 1)], 1000)).toBe(0.75);
});

test("where pairs that are no copies reach far up, the bar stands above them", () => {
  const lookAlikes = [...evenly(400, 0.6, 0.7), ...evenly(200, 0.7, 0.8), ...evenly(80, 0.8, 0.9)];
  const bar = matchThreshold([...lookAlikes, ...evenly(15, 0.9, 0.95)], 10_000);
  expect(bar).toBeGreaterThan(0.95);
  expect(bar).toBeLessThan(1);
});

test("copies among look-alikes are still joined where they are many", () => {
  const bar = matchThreshold([...evenly(30, 0.6, 0.8), ...evenly(3000, 0.92, 1)], 3000);
  expect(bar).toBeLessThanOrEqual(0.9);
});

test("a pair with few corners behind it is less certain", () => {
  expect(matchConfidence({ agreement: 0.9, inliers: 20 })).toBe(0.9);
  expect(matchConfidence({ agreement: 0.9, inliers: 200 })).toBe(0.9);
  expect(matchConfidence({ agreement: 0.9, inliers: 10 })).toBeCloseTo(0.7);
});
