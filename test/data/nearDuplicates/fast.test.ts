import * as fc from "fast-check";
import { expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import { circle, fastCorners } from "../../../src/data/nearDuplicates/kernels/fast.ts";
import type { Grey } from "../../../src/data/nearDuplicates/grey.ts";

/** Whether nine pixels in a row of the circle are all brighter, or all darker, than the middle by more than 6. */
function isCorner({ width, data }: Grey, x: number, y: number): boolean {
  const middle = data[y * width + x] ?? 0;
  const signs = circle.map(([dx, dy]) => {
    const difference = (data[(y + dy) * width + x + dx] ?? 0) - middle;
    return difference > 6 ? 1 : difference < -6 ? -1 : 0;
  });
  return [1, -1].some((sign) =>
    circle.some((_, from) => circle.slice(0, 9).every((__, k) => signs[(from + k) % 16] === sign)),
  );
}

test("corners are the pixels with nine in a row of their circle that are all brighter or all darker", () => {
  const side = fc.integer({ min: 7, max: 40 });
  const contrast = fc.constantFrom(7, 20, 255);
  fc.assert(
    fc.property(side, side, contrast, fc.nat({ max: 999 }), (width, height, levels, seed) => {
      const random = seeded(seed);
      // Few levels beside each other, and the ends of the range, where differences must not wrap.
      const data = Uint8Array.from({ length: width * height }, () =>
        random.integer(3) === 0 ? random.integer(2) * 255 : random.integer(levels),
      );
      const grey = { width, height, data };
      const found = fastCorners(grey);
      expect(found).toHaveLength(width * height);
      for (let y = 3; y < height - 3; y++)
        for (let x = 3; x < width - 3; x++)
          expect(found[y * width + x] !== 0, `${x}, ${y} of ${width} x ${height}`).toBe(isCorner(grey, x, y));
    }),
    { numRuns: 40 },
  );
});

test("a spot of 7 levels is a corner, and one of 6 is none", () => {
  const spot = (level: number): Grey => {
    const data = new Uint8Array(81).fill(100);
    data[40] = level;
    return { width: 9, height: 9, data };
  };
  expect([93, 94, 106, 107].map((level) => fastCorners(spot(level))[40] !== 0)).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
