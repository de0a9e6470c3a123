import * as fc from "fast-check";
import { expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import { gradientProducts } from "../../../src/data/nearDuplicates/kernels/harris.ts";
import type { Grey } from "../../../src/data/nearDuplicates/grey.ts";

const sobel = [
  [-1, 0, 1],
  [-2, 0, 2],
  [-1, 0, 1],
];

/** By the definition: Sobel's two filters, and their products over 5x5 pixels. */
function products({ width, data }: Grey, position: number): readonly number[] {
  const around = [-2, -1, 0, 1, 2].flatMap((y) => [-2, -1, 0, 1, 2].map((x) => position + y * width + x));
  const gradients = around.map((centre) => {
    let [gx, gy] = [0, 0];
    for (const y of [-1, 0, 1])
      for (const x of [-1, 0, 1]) {
        const level = data[centre + y * width + x]!;
        gx += sobel[y + 1]![x + 1]! * level;
        gy += sobel[x + 1]![y + 1]! * level;
      }
    return [gx, gy] as const;
  });
  const sum = (of: (gx: number, gy: number) => number): number =>
    gradients.reduce((total, [gx, gy]) => total + of(gx, gy), 0);
  return [sum((gx) => gx * gx), sum((_, gy) => gy * gy), sum((gx, gy) => gx * gy)];
}

test("products of gradients are those of Sobel's filters over 5x5 pixels, up to the last place that has them", () => {
  const side = fc.integer({ min: 7, max: 40 });
  fc.assert(
    fc.property(side, side, fc.constantFrom(2, 256), fc.nat({ max: 999 }), (width, height, levels, seed) => {
      const random = seeded(seed);
      // Black and white alone give the largest gradients.
      const data = Uint8Array.from({ length: width * height }, () =>
        levels === 2 ? random.integer(2) * 255 : random.integer(levels),
      );
      const grey = { width, height, data };
      const positions: number[] = [];
      for (let y = 3; y < height - 3; y++) for (let x = 3; x < width - 3; x++) positions.push(y * width + x);
      const found = gradientProducts(grey, Int32Array.from(positions));
      expect([...found]).toEqual(positions.flatMap((position) => products(grey, position)));
    }),
    { numRuns: 40 },
  );
});

test("no positions have no products", () => {
  expect(gradientProducts({ width: 8, height: 8, data: new Uint8Array(64) }, new Int32Array(0))).toHaveLength(
    0,
  );
});
