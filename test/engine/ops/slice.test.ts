import { array, assert, integer, property } from "fast-check";
import { describe, test } from "vitest";
import { sizeOf } from "../../../src/base/index.ts";
import { type Value, multiply, pad, slice } from "../../../src/engine/index.ts";
import { expectFault, expectGradients, expectSlopes, expectValue, shapeOf } from "./holds.ts";

type Shape = readonly number[];

/** 0, 1, 2, … for every element: its place says where a number came from. */
const counted = (shape: Shape): number[] => Array.from({ length: sizeOf(shape) }, (_, i) => i);

/** Python's list[start:end:step] as its reference defines it: clamp both bounds, then walk. */
function pythonSlice(list: readonly number[], start: number, end: number, step: number): number[] {
  const [low, high] = step > 0 ? [0, list.length] : [-1, list.length - 1];
  const clamp = (bound: number): number =>
    Math.min(Math.max(bound < 0 ? bound + list.length : bound, low), high);
  const found: number[] = [];
  for (let i = clamp(start); step > 0 ? i < clamp(end) : i > clamp(end); i += step) found.push(list[i] ?? -1);
  return found;
}

describe("slice", () => {
  test("of steps of 1 is Array.prototype.slice", () => {
    const bound = integer({ min: -8, max: 8 });
    assert(
      property(bound, bound, (start, end) => {
        const list = counted([6]);
        const expected = list.slice(start, end);
        const cut = ({ x }: { x: Value }): Value => slice(x, [start], [end]);
        if (expected.length > 0) expectValue({ x: [[6], list] }, cut, [[expected.length], expected]);
        else
          expectFault(
            () => shapeOf([[6]], (x) => cut({ x })),
            "slice",
            "a part of x [6]",
            "nothing",
            "check starts",
          );
      }),
      { numRuns: 60, seed: 9 },
    );
  });

  test("of any step is Python's, forwards and backwards", () => {
    const bound = integer({ min: -8, max: 8 });
    const step = integer({ min: -3, max: 3 }).filter((n) => n !== 0);
    assert(
      property(bound, bound, step, (start, end, by) => {
        const list = counted([7]);
        const expected = pythonSlice(list, start, end, by);
        if (expected.length === 0) return;
        expectValue({ x: [[7], list] }, ({ x }) => slice(x, [start], [end], [by]), [
          [expected.length],
          expected,
        ]);
      }),
      { numRuns: 80, seed: 10 },
    );
  });

  test("cuts every axis by itself", () => {
    expectValue({ x: [[3, 4], counted([3, 4])] }, ({ x }) => slice(x, [2, 1], [0, 4], [-1, 2]), [
      [2, 2],
      [9, 11, 5, 7],
    ]);
  });

  test("takes infinite bounds as the edges", () => {
    expectValue({ x: [[4], counted([4])] }, ({ x }) => slice(x, [-Infinity], [Infinity]), [
      [4],
      [0, 1, 2, 3],
    ]);
    expectValue({ x: [[4], counted([4])] }, ({ x }) => slice(x, [Infinity], [-Infinity], [-3]), [
      [2],
      [3, 0],
    ]);
  });

  test("puts its gradient where the elements stood, and 0 between", () => {
    const x = [[6], counted([6])] as const;
    expectGradients({ x }, (v) => slice(v.x, [1], [6], [2]), { x: [0, 1, 0, 1, 0, 1] });
    expectGradients({ x }, (v) => slice(v.x, [-1], [-7], [-3]), { x: [0, 0, 1, 0, 0, 1] });
    expectSlopes((b) => slice(b.differentiable("x", [3, 1, 5]), [2, 0, 4], [-4, 1, 0], [-1, 1, -3]));
  });

  test.each<[string, Shape, Shape, Shape | undefined, readonly string[]]>([
    ["too few starts", [0], [1, 1], undefined, ["starts", "2 whole numbers", "[0]"]],
    ["too many ends", [0, 0], [1, 1, 1], undefined, ["ends", "2 whole numbers", "[1, 1, 1]"]],
    ["half a start", [0, 0.5], [1, 2], undefined, ["starts", "2 whole numbers", "[0, 0.5]"]],
    ["an end that is no number", [0, 0], [1, Number.NaN], undefined, ["ends", "[1, NaN]"]],
    ["a step of 0", [0, 0], [1, 1], [1, 0], ["steps", "none 0", "[1, 0]"]],
    ["an infinite step", [0, 0], [1, 1], [1, Infinity], ["steps", "none 0", "[1, Infinity]"]],
  ])("refuses %s", (_, ...[starts, ends, steps, [argument = "", ...pieces]]) => {
    expectFault(
      () => shapeOf([[2, 3]], (x) => slice(x, starts, ends, steps)),
      `slice: ${argument}`,
      ...pieces,
    );
  });

  test("refuses bounds that leave nothing of an axis", () => {
    expectFault(() => shapeOf([[2, 3]], (x) => slice(x, [0, 2], [2, 1])), "slice", "x [2, 3]", "nothing");
  });
});

describe("pad", () => {
  test("puts the value around, by default 0", () => {
    expectValue(
      {
        x: [
          [1, 2],
          [7, 8],
        ],
      },
      ({ x }) => pad(x, [1, 0], [0, 2]),
      [
        [2, 4],
        [0, 0, 0, 0, 7, 8, 0, 0],
      ],
    );
    expectValue({ x: [[2], [7, 8]] }, ({ x }) => pad(x, [1], [1], -Infinity), [
      [4],
      [-Infinity, 7, 8, -Infinity],
    ]);
  });

  test("of nothing keeps the numbers, of one number too", () => {
    expectValue(
      {
        x: [
          [2, 1],
          [7, 8],
        ],
      },
      ({ x }) => pad(x, [0, 0], [0, 0], 9),
      [
        [2, 1],
        [7, 8],
      ],
    );
    expectValue({ x: [[], [7]] }, ({ x }) => pad(x, [], [], 9), [[], [7]]);
  });

  test("is undone by a slice, whatever the edges", () => {
    const edge = array(integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 });
    assert(
      property(edge, edge, (before, after) => {
        const shape = [2, 1, 3];
        const x = [shape, counted(shape)] as const;
        const ends = shape.map((extent, i) => extent + (before[i] ?? 0));
        expectValue({ x }, (v) => slice(pad(v.x, before, after, 5), before, ends), x);
      }),
      { numRuns: 25, seed: 11 },
    );
  });

  test("passes on the gradient of what it surrounds alone", () => {
    expectGradients({ x: [[2], [3, 4]] }, ({ x }) => multiply(pad(x, [1], [2], 9), pad(x, [1], [2], 9)), {
      x: [6, 8],
    });
    expectSlopes((b) => pad(b.differentiable("x", [1, 3, 2]), [2, 0, 1], [0, 1, 0], -1));
  });

  test.each<[string, Shape, Shape, readonly string[]]>([
    ["an axis too few", [1], [0, 0], ["before", "2 whole numbers from 0", "[1]"]],
    ["an axis too many", [1, 0], [0, 0, 0], ["after", "2 whole numbers from 0", "[0, 0, 0]"]],
    ["less than nothing", [0, 0], [0, -1], ["after", "from 0", "[0, -1]"]],
    ["half an element", [0.5, 0], [0, 0], ["before", "whole numbers", "[0.5, 0]"]],
  ])("refuses %s", (_, before, after, [argument = "", ...pieces]) => {
    expectFault(() => shapeOf([[2, 3]], (x) => pad(x, before, after)), `pad: ${argument}`, ...pieces);
  });
});
