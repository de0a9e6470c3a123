import { expect, test } from "vitest";
import { addAt, at, entryOf, float64At, int32At, uint8At } from "../../src/base/index.ts";

test("a value of a list or typed array", () => {
  expect(at(["a", "b"], 1)).toBe("b");
  expect(at(new Float32Array([0, 2]), 0)).toBe(0);
});

test.each([-1, 2, 0.5, Number.NaN])("an index outside the list is refused: %d", (index) => {
  expect(() => at([1, 2], index)).toThrow(new RangeError(`index ${index} is outside 0 to 1`));
});

test("a value that is null is there, one that is undefined is not", () => {
  expect(at([null, 1], 0)).toBeNull();
  expect(() => at([undefined], 0)).toThrow(RangeError);
});

test("a number of one kind of array; an index outside it is refused", () => {
  expect(float64At(Float64Array.of(0, 0.5), 1)).toBe(0.5);
  expect(int32At(Int32Array.of(-7, 0), 0)).toBe(-7);
  expect(uint8At(Uint8Array.of(255, 0), 1)).toBe(0);
  expect(() => float64At(Float64Array.of(0, 0.5), 2)).toThrow(new RangeError("index 2 is outside 0 to 1"));
  expect(() => int32At(Int32Array.of(1), -1)).toThrow(new RangeError("index -1 is outside 0 to 0"));
  expect(() => uint8At(new Uint8Array(0), Number.NaN)).toThrow(RangeError);
});

test("adds to a number in place", () => {
  const sums = Float64Array.of(1, 2);
  addAt(sums, 1, 0.5);
  expect([...sums]).toEqual([1, 2.5]);
  expect(() => addAt(sums, 2, 1)).toThrow(new RangeError("index 2 is outside 0 to 1"));
  expect(() => addAt(sums, -1, 1)).toThrow(RangeError);
  expect([...sums]).toEqual([1, 2.5]);
});

test("what a record holds under a name, and which names there are", () => {
  expect(entryOf({ heat: 3 }, "heat")).toBe(3);
  expect(() => entryOf({ heat: 3, against: 1 }, "cold")).toThrow('"cold" is not among heat, against');
});
