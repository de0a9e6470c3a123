import { assert, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { phasesAlong, reachOf } from "../../../src/engine/kernels/index.ts";

const axes = record({
  size: integer({ min: 1, max: 20 }),
  stride: integer({ min: 1, max: 9 }),
  dilation: integer({ min: 1, max: 4 }),
  taps: integer({ min: 1, max: 12 }),
  pad: integer({ min: -5, max: 8 }),
});

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("the phases of an axis", () => {
  test("hold every position once, with all taps that meet a number of y there, the last first", () => {
    assert(
      property(axes, (axis) => {
        const { size, stride, dilation, taps, pad } = axis;
        const found: string[][] = range(size).map(() => []);
        const seen = range(size).map(() => 0);
        for (const run of phasesAlong(axis))
          for (const q of range(run.phases))
            for (const i of range(run.count)) {
              const position = run.first + q + i * stride;
              seen[position]!++;
              for (const { tap, from } of run.taps) found[position]!.push(`${tap + q} by ${i + from}`);
            }
        expect(seen).toEqual(range(size).map(() => 1));
        // Numbers of y from far before its first to far behind its last: what lies outside is zero and no matter of phases.
        const expected = range(size).map((position) =>
          range(taps)
            .map((i) => taps - 1 - i)
            .flatMap((tap) => {
              const number = position + pad - tap * dilation;
              return number % stride === 0 ? [`${tap} by ${number / stride + 0}`] : [];
            }),
        );
        expect(found).toEqual(expected);
      }),
    );
  });

  test("are at most four runs where taps lie side by side, whatever the stride, so that code stays short", () => {
    assert(
      property(axes, integer({ min: 1, max: 64 }), (axis, stride) => {
        expect(phasesAlong({ ...axis, size: 100, stride, dilation: 1 }).length).toBeLessThanOrEqual(4);
      }),
    );
  });

  test("of a 3-tap filter of stride 2 take the two outer taps in turn with the middle one", () => {
    expect(phasesAlong({ size: 5, stride: 2, dilation: 1, taps: 3, pad: 1 })).toEqual([
      { first: 0, phases: 1, count: 3, taps: [{ tap: 1, from: 0 }] },
      {
        first: 1,
        phases: 1,
        count: 2,
        taps: [
          { tap: 2, from: 0 },
          { tap: 0, from: 1 },
        ],
      },
    ]);
  });

  test("of a filter shorter than the stride are empty behind it", () => {
    expect(phasesAlong({ size: 8, stride: 4, dilation: 1, taps: 1, pad: 0 })).toEqual([
      { first: 0, phases: 1, count: 2, taps: [{ tap: 0, from: 0 }] },
      { first: 1, phases: 3, count: 2, taps: [] },
    ]);
  });
});

test("what phases reach of y is from the first number that any tap meets to the last", () => {
  const reach = (taps: number, pad: number) =>
    reachOf(phasesAlong({ size: 7, stride: 2, dilation: 1, taps, pad }));
  expect(reach(3, 1)).toEqual({ first: 0, last: 1, count: 4 });
  expect(reach(5, 0)).toEqual({ first: -2, last: 0, count: 4 });
  expect(reachOf([{ first: 0, phases: 1, count: 1, taps: [] }])).toEqual({ first: 0, last: 0, count: 1 });
});
