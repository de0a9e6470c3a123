import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Grey, blur, greyOf, scaleGrey } from "../../../src/data/nearDuplicates/grey.ts";
import { numbered } from "../scripted.ts";

const greyImage = (width: number, height: number): Grey => greyOf(numbered(width, height));
const side = fc.integer({ min: 1, max: 14 });

describe("brightness", () => {
  test.each([
    [[0, 0, 0], 0],
    [[255, 255, 255], 255],
    [[9, 9, 9], 9],
    // Rec. 601: 0.299 R + 0.587 G + 0.114 B.
    [[255, 0, 0], 77],
    [[0, 255, 0], 149],
    [[0, 0, 255], 29],
  ])("of %j is %i", (colour, brightness) => {
    expect([...greyOf({ width: 1, height: 1, data: Uint8Array.from(colour) }).data]).toEqual([brightness]);
  });

  test("is within one level of Rec. 601 for every colour", () => {
    const byte = fc.nat({ max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, (r, g, b) => {
        const [grey] = greyOf({ width: 1, height: 1, data: Uint8Array.of(r, g, b) }).data;
        expect(Math.abs(grey! - (0.299 * r + 0.587 * g + 0.114 * b))).toBeLessThanOrEqual(1);
      }),
    );
  });
});

/** One position of a line scaled by triangles, in float64, the ends repeated. */
function plainSample(from: number, to: number, i: number, at: (k: number) => number): number {
  const step = from / to;
  const reach = Math.max(1, step);
  const centre = (i + 0.5) * step - 0.5;
  let [sum, weights] = [0, 0];
  for (let k = Math.floor(centre - reach); k <= centre + reach; k++) {
    const weight = Math.max(0, 1 - Math.abs(k - centre) / reach);
    weights += weight;
    sum += weight * at(Math.min(Math.max(k, 0), from - 1));
  }
  return sum / weights;
}

describe("scaling of a grey image", () => {
  test("lies within two levels of float64: one for the weights of 1/1024, one for two roundings", () => {
    fc.assert(
      fc.property(side, side, side, side, (width, height, toWidth, toHeight) => {
        const image = greyImage(width, height);
        const scaled = scaleGrey(image, toWidth, toHeight);
        expect([scaled.width, scaled.height, scaled.data.length]).toEqual([
          toWidth,
          toHeight,
          toWidth * toHeight,
        ]);
        scaled.data.forEach((byte, i) => {
          const wanted = plainSample(height, toHeight, Math.floor(i / toWidth), (y) =>
            plainSample(width, toWidth, i % toWidth, (x) => image.data[y * width + x]!),
          );
          expect(Math.abs(byte - wanted)).toBeLessThanOrEqual(2);
        });
      }),
      { numRuns: 40 },
    );
  });

  test.each([0, 1, 127, 255])("keeps the shade %i to the bit", (shade) => {
    fc.assert(
      fc.property(side, side, side, side, (width, height, toWidth, toHeight) => {
        const plain = { width, height, data: new Uint8Array(width * height).fill(shade) };
        expect(new Set(scaleGrey(plain, toWidth, toHeight).data)).toEqual(new Set([shade]));
      }),
      { numRuns: 25 },
    );
  });

  test("of the same size is the image itself", () => {
    const image = greyImage(5, 4);
    expect(scaleGrey(image, 5, 4)).toBe(image);
  });
});

describe("blur", () => {
  test("spreads a point by [1 2 3 4 3 2 1] / 16 in both directions", () => {
    const [width, height] = [13, 13];
    const data = new Uint8Array(width * height);
    data[6 * width + 6] = 240;
    const out = blur({ width, height, data }).data;
    const weights = [0, 0, 0, 1, 2, 3, 4, 3, 2, 1, 0, 0, 0];
    for (const [y, down] of weights.entries())
      for (const [x, across] of weights.entries()) {
        // 240 / 16 = 15 after the first direction, exact; the second rounds.
        expect(out[y * width + x]).toBe(Math.floor((15 * across * down + 8) / 16));
      }
  });

  test("leaves one shade as it is, and three pixels along the edge of any image", () => {
    const plain = { width: 9, height: 8, data: new Uint8Array(72).fill(201) };
    expect(blur(plain).data).toEqual(plain.data);
    const image = greyImage(11, 9);
    const out = blur(image).data;
    for (const [x, y] of [
      [0, 0],
      [10, 0],
      [2, 2],
      [8, 6],
      [0, 8],
      [10, 8],
    ] as const)
      expect(out[y * 11 + x]).toBe(image.data[y * 11 + x]);
  });

  test("leaves an image alone that is smaller than its reach", () => {
    const image = greyImage(4, 3);
    expect(blur(image).data).toEqual(image.data);
  });
});
