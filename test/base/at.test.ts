import { expect, test } from "vitest";
import { addAt, at, entryOf } from "../../src/base/index.ts";

test("a value of a list or typed array", () => {
  expect(at(["a", "b"], 1)).toBe("b");
  expect(at(new Float32Array([0, 2]), 0)).toBe(0);
});

test.each([-1, 2, 0.5, Number.NaN])("an index outside the list is refused: %d", (index) => {
  expect(() => at([1, 2], index)).toThrow(new RangeError(`index ${index} is outside 0 to 1`));
});

test("adds to a number in place", () => {
  const sums = Float64Array.of(1, 2);
  addAt(sums, 1, 0.5);
  expect([...sums]).toEqual([1, 2.5]);
  expect(() => addAt(sums, 2, 1)).toThrow(RangeError);
});

test("what a record holds under a name, and which names there are", () => {
  expect(entryOf({ heat: 3 }, "heat")).toBe(3);
  expect(() => entryOf({ heat: 3, against: 1 }, "cold")).toThrow('"cold" is not among heat, against');
});
