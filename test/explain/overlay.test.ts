import { expect, test } from "vitest";
import { ndarray } from "../../src/base/index.ts";
import { type HeatMap, overlay } from "../../src/explain/index.ts";

const grey = (width: number, height: number) => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(128),
});
const heatOf = (rows: readonly (readonly number[])[]): HeatMap =>
  ndarray(Float32Array.from(rows.flat()), [rows.length, rows[0]!.length]);
const at = ({ data, width }: { data: Uint8Array; width: number }, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

test("the hottest place is brightest, a cold one darkest, and the image keeps its size", () => {
  const shown = overlay(
    grey(20, 10),
    heatOf([
      [0, 0.5],
      [0, 0],
    ]),
  );
  expect([shown.width, shown.height, shown.data.length]).toEqual([20, 10, 600]);
  const sum = (x: number, y: number): number => at(shown, x, y).reduce((a, b) => a + b, 0);
  // Yellow: more red and green than blue.
  const [red, green, blue] = at(shown, 19, 0) as [number, number, number];
  expect(Math.min(red, green)).toBeGreaterThan(blue);
  expect(sum(19, 0)).toBeGreaterThan(sum(10, 0));
  expect(sum(10, 0)).toBeGreaterThan(sum(0, 9));
});

test("a peak that is given keeps a faint map faint; no heat at all is dark everywhere", () => {
  const faint = overlay(grey(4, 4), heatOf([[0.1]]), { peak: 1 });
  const full = overlay(grey(4, 4), heatOf([[0.1]]));
  const none = overlay(grey(4, 4), heatOf([[0]]));
  expect(at(full, 1, 1)[0]).toBeGreaterThan(at(faint, 1, 1)[0]!);
  expect(at(faint, 1, 1)[0]).toBeGreaterThan(at(none, 1, 1)[0]!);
  expect(new Set(none.data.subarray(0, 3))).toEqual(new Set(none.data));
});

test("between two places of the map heat goes over evenly", () => {
  const shown = overlay(grey(40, 1), heatOf([[0, 1]]));
  const light = Array.from({ length: 40 }, (_, x) => {
    const [red, green, blue] = at(shown, x, 0) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  for (let x = 11; x < 30; x++) expect(light[x]).toBeGreaterThan(light[x - 1]!);
  // The outer quarters lie beyond the centres of the map's places, where it goes on as it ends.
  expect(new Set(light.slice(0, 10)).size).toBe(1);
  expect(new Set(light.slice(30)).size).toBe(1);
});
