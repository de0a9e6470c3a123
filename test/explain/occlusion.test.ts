import { describe, expect, test } from "vitest";
import { occlusion } from "../../src/explain/index.ts";

const [height, width] = [24, 36];
/** Grey with one white pixel row and column apart from it. */
const image = new Uint8Array(height * width * 3).fill(100);
const spot = { x: 27, y: 8 };
image.fill(255, (spot.y * width + spot.x) * 3, (spot.y * width + spot.x) * 3 + 3);

let calls: number[] = [];
/** Class 1 is as probable as the spot is bright. */
const classify = (images: readonly Uint8Array[]): Promise<Float32Array> => {
  calls.push(images.length);
  const rows = images.flatMap((bytes) => {
    const bright = bytes[(spot.y * width + spot.x) * 3]! / 255;
    return [1 - bright, bright];
  });
  return Promise.resolve(Float32Array.from(rows));
};
const inputShape = [height, width, 3];

describe("an occlusion map", () => {
  test("shows where covering the image costs the class its probability", async () => {
    calls = [];
    const { drops, probability, patch } = await occlusion(image, { inputShape, classify, classIndex: 1 });
    expect([probability, patch]).toEqual([1, 4]);
    expect(drops.shape).toEqual([12, 18]);
    // The image's mean colour is 100, so that the spot falls from 255 to 100.
    const drop = 1 - 100 / 255;
    drops.data.forEach((found, i) => {
      const [y, x] = [Math.floor(i / 18) * 2 + 1, (i % 18) * 2 + 1];
      const covers = spot.x >= x - 2 && spot.x < x + 2 && spot.y >= y - 2 && spot.y < y + 2;
      expect(found).toBeCloseTo(covers ? drop : 0, 5);
    });
    expect(drops.data.filter((found) => found > 0.1)).toHaveLength(4);
    expect(calls).toEqual([1, ...Array.from({ length: 6 }, () => 32), 24]);
    expect(image[0]).toBe(100);
  });

  test("is below 0 where covering helps", async () => {
    const { drops } = await occlusion(image, { inputShape, classify, classIndex: 0 });
    expect(Math.min(...drops.data)).toBeLessThan(-0.5);
    expect(Math.max(...drops.data)).toBe(0);
  });

  test("takes another patch and stride, and refuses a patch larger than the image", async () => {
    const options = { inputShape, classify, classIndex: 1 };
    const { drops } = await occlusion(image, { ...options, patch: 12, stride: 12 });
    expect(drops.shape).toEqual([2, 3]);
    expect([...drops.data].map((drop) => drop > 0.1)).toEqual([false, false, true, false, false, false]);
    await expect(occlusion(image, { ...options, patch: 25 })).rejects.toThrow(
      "patch: expected at most the image's shorter side, 24 pixels, received 25",
    );
  });

  test("stops when it is told to", async () => {
    const signal = AbortSignal.abort();
    await expect(occlusion(image, { inputShape, classify, classIndex: 1, signal })).rejects.toThrow();
  });
});
