import { assert, double, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { type Panel, fasterPanel } from "../../src/platform/node/panel.ts";

/** The panel taken where products last so long, in µs, and some runs are disturbed. */
function taken(
  lasts: Readonly<Record<Panel, number>>,
  disturbance: (run: number) => number = () => 0,
): Panel {
  let now = 0;
  let run = 0;
  const last = (panel: Panel) => (): void => {
    now += lasts[panel] + disturbance(run++);
  };
  return fasterPanel({ 8: last(8), 16: last(16) }, () => now);
}

// Measured on an AMD EPYC (256-bit): Node 24.22 as it is, with --no-enable-avx2, and with --no-enable-avx as well.
test.each<[panel: Panel, narrow: number, wide: number]>([
  [16, 5.0, 6.2],
  [8, 5.5, 17.2],
  [8, 8.7, 21.7],
])("the panel of %d outputs is taken where 8 last %d µs and 16 last %d µs", (panel, narrow, wide) => {
  expect(taken({ 8: narrow, 16: wide })).toBe(panel);
});

test("equal work in equal time is the usual panel", () => expect(taken({ 8: 5, 16: 10 })).toBe(8));

test("other programs do not decide: a run of eight products is quiet now and then", () => {
  assert(
    property(integer({ min: 2, max: 11 }), double({ min: 0, max: 1e6, noNaN: true }), (period, longer) => {
      // Of the runs, eight products each, every `period`-th pair is left alone.
      const disturbed = (run: number): number => (Math.floor(run / 16) % period === 0 ? 0 : longer);
      expect(taken({ 8: 5, 16: 6.2 }, disturbed)).toBe(16);
      expect(taken({ 8: 5.5, 16: 17.2 }, disturbed)).toBe(8);
    }),
  );
});
