import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentMask, erodeMask } from "../../../src/data/nearDuplicates/borderMask.ts";
import type { Grey } from "../../../src/data/nearDuplicates/grey.ts";

/** A grey image from the shade of each pixel. */
function drawn(width: number, height: number, shadeAt: (x: number, y: number) => number): Grey {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    shadeAt(i % width, Math.floor(i / width)),
  );
  return { width, height, data };
}

/** Content whose every pixel differs from its neighbours by far more than a ripple. */
const busy = (x: number, y: number): number => 40 + 50 * ((x + 2 * y) % 5);

/** Content where it is said, black elsewhere. */
const onBlack = (width: number, height: number, isContent: (x: number, y: number) => boolean): Grey =>
  drawn(width, height, (x, y) => (isContent(x, y) ? busy(x, y) : 0));

/** Whether a pixel of a frame of 80 x 60 lies in a rectangle of that size that was turned around the middle. */
const inTurned =
  (degrees: number, side = 1) =>
  (x: number, y: number): boolean => {
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const [u, v] = [x - 39.5, y - 29.5];
    return Math.abs(cos * u + sin * v) < 40 * side && Math.abs(cos * v - sin * u) < 30 * side;
  };

describe("the mask of the content", () => {
  test("leaves out bars above and below, as letterboxes have", () => {
    const isContent = (_: number, y: number): boolean => y >= 5 && y < 25;
    const mask = contentMask(onBlack(40, 30, isContent));
    expect([...mask]).toEqual([...drawn(40, 30, (x, y) => (isContent(x, y) ? 1 : 0)).data]);
  });

  test.each([10, 25, 45, 70])(
    "leaves out the wedges that a turn by %i degrees leaves, and nothing inside",
    (degrees) => {
      const isContent = inTurned(degrees);
      const mask = contentMask(onBlack(80, 60, isContent));
      const wrong = mask.filter((shown, i) => (shown === 1) !== isContent(i % 80, Math.floor(i / 80)));
      // Where a wedge ends it is narrower than the shortest run.
      expect(wrong.length).toBeLessThanOrEqual(16);
      expect(mask.filter((shown) => shown === 0).length).toBeGreaterThan(300);
    },
  );

  test.each<[string, (x: number, y: number) => boolean]>([
    ["an L", (x, y) => (x > 10 && x < 20) || (x > 10 && x < 60 && y > 50)],
    ["two discs", (x, y) => Math.hypot(x - 20, y - 30) < 12 || Math.hypot(x - 60, y - 30) < 12],
    ["a cross", (x, y) => Math.abs(x - 40) < 8 || Math.abs(y - 30) < 8],
  ])("keeps an image whole that shows %s on black", (_, isContent) => {
    expect(contentMask(onBlack(80, 60, isContent)).every((x) => x === 1)).toBe(true);
  });

  test("takes a lone rectangle on a plain background for an image in a frame", () => {
    const mask = contentMask(onBlack(80, 60, inTurned(0, 0.5)));
    expect([mask[0], mask[30 * 80 + 40]]).toEqual([0, 1]);
  });

  test("keeps an image whole that reaches the frame, and finds no content in a plain one", () => {
    expect(contentMask(drawn(60, 40, busy)).every((x) => x === 1)).toBe(true);
    expect(contentMask(drawn(20, 10, () => 90)).every((x) => x === 0)).toBe(true);
  });

  test("follows the ripples of JPEG, but no slope and no edge", () => {
    const row = (...shades: readonly number[]): Uint8Array => Uint8Array.from(shades);
    const of = (data: Uint8Array): Uint8Array => contentMask({ width: data.length, height: 1, data });
    // Steps of 6 and a drift of 16 at most; a run of two is none.
    expect([...of(row(0, 6, 3, 200, 90, 220, 30))]).toEqual([0, 0, 0, 1, 1, 1, 1]);
    expect([...of(row(0, 7, 200, 90, 220, 30, 250))]).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect([...of(row(0, 5, 10, 15, 20, 150, 40))]).toEqual([0, 0, 0, 0, 1, 1, 1]);
  });
});

describe("erosion of a mask", () => {
  /** Inside where the whole square around a pixel is, as far as it lies in the frame. */
  const plainly = (mask: Uint8Array, width: number, height: number, reach: number): number[] =>
    Array.from(mask, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      for (let v = Math.max(y - reach, 0); v <= Math.min(y + reach, height - 1); v++)
        for (let u = Math.max(x - reach, 0); u <= Math.min(x + reach, width - 1); u++)
          if (mask[v * width + u] === 0) return 0;
      return 1;
    });

  test("is that by a square, whatever lies outside of the frame", () => {
    const side = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.nat({ max: 9 }), { minLength: 81, maxLength: 81 }),
        (width, height, reach, dice) => {
          const mask = Uint8Array.from({ length: width * height }, (_, i) => (dice[i] === 0 ? 0 : 1));
          expect([...erodeMask(mask, width, { height, reach })]).toEqual(plainly(mask, width, height, reach));
        },
      ),
    );
  });
});
