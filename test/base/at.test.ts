import { expect, test } from "vitest";
import { at } from "../../src/base/index.ts";

test("a value of a list or typed array", () => {
  expect(at(["a", "b"], 1)).toBe("b");
  expect(at(new Float32Array([0, 2]), 0)).toBe(0);
});

test.each([-1, 2, 0.5, Number.NaN])("an index outside the list is refused: %d", (index) => {
  expect(() => at([1, 2], index)).toThrow(new RangeError(`index ${index} is outside 0 to 1`));
});
