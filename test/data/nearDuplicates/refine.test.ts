import { describe, expect, test } from "vitest";
import { type Fingerprint, fingerprintOf } from "../../../src/data/index.ts";
import { agreementOf } from "../../../src/data/nearDuplicates/agreement.ts";
import { greyOf } from "../../../src/data/nearDuplicates/grey.ts";
import { type Thumbnail, refineAffine, warpOnto } from "../../../src/data/nearDuplicates/refine.ts";
import type { AffineMap } from "../../../src/data/nearDuplicates/types.ts";
import { noiseTexture, warped } from "./warped.ts";

const still: AffineMap = { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 };
const movedBy = (c: number, f: number): AffineMap => ({ ...still, c, f });

const thumbnail = (width: number, height: number, shadeAt: (x: number, y: number) => number): Thumbnail => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height }, (_, i) => shadeAt(i % width, Math.floor(i / width))),
});

describe("warping", () => {
  const ramp = thumbnail(6, 5, (x, y) => 10 + 4 * x + 20 * y);

  test("reads b by bilinear steps where the map leads", () => {
    const out = warpOnto(ramp, ramp, movedBy(1.25, 0.5));
    // (x + 1.25, y + 0.5) on a plane is the plane's value there.
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 3; x++) expect(out[y * 6 + x]).toBeCloseTo(10 + 4 * (x + 1.25) + 20 * (y + 0.5), 4);
  });

  test("says -1 outside of b, and on its last row and column, which have no next", () => {
    const out = warpOnto(ramp, ramp, movedBy(-2, 0));
    expect([...out.subarray(0, 2)]).toEqual([-1, -1]);
    expect(out[2]).toBe(10);
    const here = warpOnto(ramp, ramp, still);
    expect([here[5], here[4 * 6], here[4]]).toEqual([-1, -1, 26]);
  });

  test("says -1 where either shows nothing, and beside what b does not show", () => {
    const holed = thumbnail(6, 5, (x, y) => (x === 3 && y === 2 ? 0 : 50));
    const full = thumbnail(6, 5, () => 50);
    const hidden = (out: Float32Array): readonly number[] =>
      [...out.keys()].filter((i) => out[i] === -1 && i % 6 < 5 && i < 24);
    expect(hidden(warpOnto(holed, full, still))).toEqual([2 * 6 + 3]);
    expect(hidden(warpOnto(full, holed, still))).toEqual([6 + 2, 6 + 3, 2 * 6 + 2, 2 * 6 + 3]);
  });
});

/** A smooth image around any point of the plane, so that it can be shown under any map. */
const waves = (x: number, y: number): number =>
  128 + 40 * Math.sin(x / 5) + 35 * Math.cos(y / 6 + x / 9) + 20 * Math.sin((x + 2 * y) / 11);

/** The waves as b shows them, so that `map` leads from a's pixels to b's. */
const underMap = ({ c, f }: Pick<AffineMap, "c" | "f">, gain = 1, offset = 0): Thumbnail =>
  thumbnail(80, 60, (x, y) => Math.min(255, Math.max(1, Math.round(gain * waves(x - c, y - f) + offset))));

describe("refinement", () => {
  const a = thumbnail(80, 60, (x, y) => Math.round(waves(x, y)));

  test.each([
    [0, 0, 1, 0],
    [1.4, -0.8, 1, 0],
    [-2.2, 1.7, 1, 0],
    [1, 1, 0.7, 30],
  ])("finds a shift by %d, %d under the gain %d and offset %d", (c, f, gain, offset) => {
    const found = refineAffine(a, underMap({ c, f }, gain, offset), { start: still, steps: 6 });
    for (const y of [5, 55])
      for (const x of [5, 75]) {
        expect(found.a * x + found.b * y + found.c).toBeCloseTo(x + c, 0);
        expect(found.d * x + found.e * y + found.f).toBeCloseTo(y + f, 0);
      }
  });

  test("finds a scale that is off by a few hundredths", () => {
    const b = thumbnail(80, 60, (x, y) => Math.round(waves(x / 1.03, y / 1.03)));
    const found = refineAffine(a, b, { start: still, steps: 8 });
    expect(found.a).toBeCloseTo(1.03, 2);
    expect(found.e).toBeCloseTo(1.03, 2);
    expect(Math.abs(found.b) + Math.abs(found.d)).toBeLessThan(0.01);
  });

  test("moves within a's frame when it starts from a quarter turn", () => {
    // b is a turned clockwise: a's (x, y) lies at (59 - y, x).
    const b = thumbnail(60, 80, (x, y) => Math.round(waves(y, 59 - x)));
    const start = { a: 0, b: -1, c: 59 + 1.5, d: 1, e: 0, f: -2 };
    const found = refineAffine(a, b, { start, steps: 6 });
    expect(found.c).toBeCloseTo(59, 0);
    expect(found.f).toBeCloseTo(0, 0);
    expect(found.b).toBeCloseTo(-1, 1);
    expect(found.d).toBeCloseTo(1, 1);
  });

  test("leaves the map where too few pixels overlap, and where there is nothing to follow", () => {
    const far = movedBy(70, 50);
    expect(refineAffine(a, a, { start: far, steps: 4 })).toEqual(far);
    const plain = thumbnail(80, 60, () => 90);
    const found = refineAffine(plain, plain, { start: still, steps: 4 });
    expect(found.c).toBeCloseTo(0, 6);
    expect(found.a).toBeCloseTo(1, 6);
  });

  test("of no steps is the map itself", () => {
    expect(refineAffine(a, underMap({ c: 2, f: 2 }), { start: still, steps: 0 })).toBe(still);
  });
});

describe("agreement of pixels", () => {
  const texture = noiseTexture(9);
  const fingerprint = fingerprintOf(texture);

  test("of an image with itself is 1, all of both overlapping", () => {
    const { share, ofA, ofB } = agreementOf(fingerprint, fingerprint, still);
    expect(share).toBeCloseTo(1, 6);
    expect([ofA, ofB]).toEqual([1, 1]);
  });

  test("does not depend on brightness and contrast", () => {
    const dark = fingerprintOf(warped(texture, { gain: 0.6, offset: 10 }));
    expect(agreementOf(fingerprint, dark, still).share).toBeGreaterThan(0.98);
  });

  test("of an image with its negative is 0", () => {
    const negative = fingerprintOf({ ...texture, data: texture.data.map((x) => 255 - x) });
    expect(agreementOf(fingerprint, negative, still).share).toBeLessThan(0.01);
  });

  test("counts as overlap what both show", () => {
    // A quarter of the width further right: three quarters of a lie on b.
    const { ofA, ofB } = agreementOf(fingerprint, fingerprint, movedBy(fingerprint.width / 4, 0));
    expect(ofA).toBeCloseTo(0.75, 1);
    expect(ofB).toBeCloseTo(0.75, 1);
    expect(agreementOf(fingerprint, fingerprint, movedBy(2000, 0))).toEqual({ share: 0, ofA: 0, ofB: 0 });
  });

  test("moves a map to where the pixels fit best before it judges", () => {
    const off = agreementOf(fingerprint, fingerprint, movedBy(2.5, -2));
    expect(off.share).toBeGreaterThan(0.97);
  });

  test("is that of structure: flat images have none", () => {
    const flat: Fingerprint = fingerprintOf({
      width: 90,
      height: 60,
      data: new Uint8Array(90 * 60 * 3).fill(120),
    });
    expect(agreementOf(flat, flat, still).share).toBe(0);
  });
});

describe("a fingerprint", () => {
  const texture = noiseTexture(2, 300, 200);

  test("is of a working image with a longer side of 256, small images enlarged four times at most", () => {
    const sizeOf = (width: number, height: number) => {
      const {
        width: w,
        height: h,
        scale,
      } = fingerprintOf({ width, height, data: new Uint8Array(width * height * 3) });
      return [w, h, scale];
    };
    expect(sizeOf(512, 100)).toEqual([256, 50, 0.5]);
    expect(sizeOf(100, 128)).toEqual([200, 256, 2]);
    expect(sizeOf(16, 20)).toEqual([64, 80, 4]);
    expect(sizeOf(1, 1)).toEqual([4, 4, 4]);
    expect(sizeOf(2000, 1)).toEqual([256, 1, 0.128]);
  });

  test("holds corners inside the image and a thumbnail with a longer side of 80", () => {
    const {
      positions,
      descriptors,
      thumbnail: small,
      thumbnailWidth,
      thumbnailHeight,
    } = fingerprintOf(texture);
    expect([thumbnailWidth, thumbnailHeight, small.length]).toEqual([80, 53, 80 * 53]);
    expect(descriptors.length).toBe((positions.length / 2) * 8);
    expect(positions.length / 2).toBeGreaterThan(50);
    expect(positions.length / 2).toBeLessThanOrEqual(160 + 5);
    positions.forEach((at, i) => {
      expect(at).toBeGreaterThan(0);
      expect(at).toBeLessThan(i % 2 === 0 ? 256 : 171);
    });
  });

  test("shows 0 in the thumbnail for bars that only fill the frame, and for pixels that mix them in", () => {
    // 256 x 160 with bars of 40 rows; 3.2 rows make one of the thumbnail's.
    const data = Uint8Array.from({ length: 256 * 160 * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % 256, Math.floor(i / 3 / 256)];
      return y < 40 || y >= 120 ? 0 : 40 + 50 * ((x + 2 * y) % 5);
    });
    const { thumbnail: small } = fingerprintOf({ width: 256, height: 160, data });
    const shown = Array.from({ length: 50 }, (_, row) =>
      small.subarray(row * 80, (row + 1) * 80).every((x) => x > 0),
    );
    expect(shown.indexOf(true)).toBeGreaterThanOrEqual(13);
    expect(shown.indexOf(true)).toBeLessThanOrEqual(15);
    expect(shown.lastIndexOf(true)).toBeGreaterThanOrEqual(34);
    expect(shown.lastIndexOf(true)).toBeLessThanOrEqual(36);
    expect(new Set(small.subarray(0, 12 * 80))).toEqual(new Set([0]));
  });

  test("has black pixels of the content as 1, since 0 means none", () => {
    const dark = {
      width: 80,
      height: 60,
      data: Uint8Array.from({ length: 80 * 60 * 3 }, (_, i) => (Math.floor(i / 3) % 7 === 0 ? 60 : 0)),
    };
    expect(Math.min(...fingerprintOf(dark).thumbnail)).toBeGreaterThanOrEqual(1);
  });

  test("shows the brightness of the image", () => {
    const { thumbnail: small } = fingerprintOf(texture);
    const grey = greyOf(texture).data;
    const mean = (list: Uint8Array): number => list.reduce((sum, x) => sum + x, 0) / list.length;
    expect(mean(small)).toBeCloseTo(mean(grey), 0);
  });
});
