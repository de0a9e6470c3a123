import { expect, test } from "vitest";
import { firstNonFinite } from "../../src/base/index.ts";

// By hand: rows of [2, 3] are six numbers, so number 17 is the last of row 2, [1, 2] in it.
test.each([
  [Number.NaN, "NaN"],
  [Infinity, "Infinity"],
  [-Infinity, "-Infinity"],
])("%d is found with its place in the array", (value, name) => {
  const data = new Float32Array(24);
  data.fill(value, 17);
  expect(firstNonFinite(data, [2, 3])).toEqual({ at: [2, 1, 2], value: name });
  expect(firstNonFinite(data, [])).toEqual({ at: [17], value: name });
});

test("the largest and smallest numbers are finite", () => {
  expect(firstNonFinite([3.4028234663852886e38, -0, 1e-45, Number.MAX_VALUE], [])).toBeUndefined();
});
