import { describe, expect, test } from "vitest";
import { besideMajority } from "../../src/app/evaluate/besideMajority.ts";
import { groupsOf } from "../../src/evaluate/index.ts";
import { evaluated } from "../cli/views/samples.ts";

/** Images given as [true class, predicted class], each a group of its own. */
function beside(pairs: readonly (readonly [number, number])[]) {
  const result = evaluated(
    ["cat", "dog"],
    pairs.map(([truth, predicted]) => [truth, predicted, 0.9] as const),
  );
  return besideMajority(
    {
      result,
      predicted: Int32Array.from(pairs, ([, predicted]) => predicted),
      groups: groupsOf(pairs.map((_, i) => i)),
    },
    pairs.map(([truth]) => truth),
  );
}

const times = (count: number, pair: readonly [number, number]) => Array.from({ length: count }, () => pair);

describe("an evaluated model beside the majority class of its images", () => {
  test("is compared with the share of the class that has the most", () => {
    const { baselines, comparison } = beside([...times(40, [0, 0]), ...times(60, [1, 1])]);
    expect(baselines).toEqual([{ name: "majority class (dog)", accuracy: 0.6 }]);
    expect(comparison?.code).toBe("better-than-baseline");
    expect(comparison?.data).toMatchObject({ baseline: "majority", accuracy: 1, baselineAccuracy: 0.6 });
    expect(comparison?.data.difference).toBeCloseTo(0.4, 9);
  });

  test("is worse where it finds fewer, and not distinguishable where it predicts that class alone", () => {
    expect(beside([...times(60, [0, 1]), ...times(40, [1, 0])]).comparison?.code).toBe("worse-than-baseline");
    expect(beside([...times(60, [0, 0]), ...times(40, [1, 0])]).comparison?.code).toBe(
      "not-distinguishable-from-baseline",
    );
  });

  test("is compared with nothing where only one class has images", () => {
    expect(beside(times(20, [1, 1])).comparison).toBeUndefined();
  });
});
