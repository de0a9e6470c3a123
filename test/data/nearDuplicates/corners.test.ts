import { describe, expect, test } from "vitest";
import { type Corner, cornersOf } from "../../../src/data/nearDuplicates/corners.ts";
import { words, writeDescriptors } from "../../../src/data/nearDuplicates/descriptors.ts";
import { type Grey, blur, greyOf } from "../../../src/data/nearDuplicates/grey.ts";
import { noiseTexture } from "./warped.ts";

const everywhere = ({ width, height }: Grey): Uint8Array => new Uint8Array(width * height).fill(1);
const found = (
  grey: Grey,
  options: { readonly count?: number; readonly margin?: number; readonly allowed?: Uint8Array } = {},
): Corner[] => cornersOf(grey, { count: 100, margin: 4, allowed: everywhere(grey), ...options });

function drawn(width: number, height: number, shadeAt: (x: number, y: number) => number): Grey {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    shadeAt(i % width, Math.floor(i / width)),
  );
  return { width, height, data };
}

/** White squares of 10 x 10 on black at these left upper corners. */
const squares = (width: number, height: number, ...corners: readonly (readonly [number, number])[]): Grey =>
  drawn(width, height, (x, y) =>
    corners.some(([left, top]) => x >= left && x < left + 10 && y >= top && y < top + 10) ? 220 : 30,
  );

const texture = greyOf(noiseTexture(4, 160, 120));

describe("corners", () => {
  test("are where two edges of a square meet, and not along its edges", () => {
    const corners = found(squares(40, 40, [15, 15]));
    const wanted = [15, 24].flatMap((y) => [15, 24].map((x) => [x, y] as const));
    for (const [x, y] of wanted)
      expect(
        corners.some((one) => Math.hypot(one.x - x, one.y - y) <= 2),
        `${x}, ${y}`,
      ).toBe(true);
    for (const one of corners)
      expect(wanted.some(([x, y]) => Math.hypot(one.x - x, one.y - y) <= 2)).toBe(true);
  });

  test.each<[string, Grey]>([
    ["a plain image", drawn(40, 40, () => 128)],
    ["an edge", drawn(40, 40, (x) => (x < 20 ? 0 : 255))],
    ["a ramp", drawn(40, 40, (x, y) => 2 * x + 3 * y)],
    [
      "a square of 6 levels of contrast",
      drawn(40, 40, (x, y) => (x > 15 && x < 26 && y > 15 && y < 26 ? 106 : 100)),
    ],
  ])("do not exist in %s", (_, grey) => {
    expect(found(grey)).toEqual([]);
  });

  test("are as many in the negative and the turned image", () => {
    const negative = { ...texture, data: texture.data.map((x) => 255 - x) };
    expect(found(negative)).toEqual(found(texture));
    const { width, height, data } = texture;
    const turned = { width, height, data: data.toReversed() };
    const back = found(turned).map(({ x, y }) => `${width - 1 - x} ${height - 1 - y}`);
    expect(back.toSorted()).toEqual(
      found(texture)
        .map(({ x, y }) => `${x} ${y}`)
        .toSorted(),
    );
  });

  test("keep away from the edge and from where they are not allowed", () => {
    for (const { x, y } of found(texture, { margin: 20 })) {
      expect(Math.min(x, y, 159 - x, 119 - y)).toBeGreaterThanOrEqual(20);
    }
    const allowed = drawn(160, 120, (x) => (x < 60 ? 1 : 0)).data;
    const left = found(texture, { allowed });
    expect(left.length).toBeGreaterThan(5);
    expect(left.every(({ x }) => x < 60)).toBe(true);
  });

  test("come strongest first, and never two that touch", () => {
    const corners = found(texture);
    expect(corners.map(({ score }) => score)).toEqual(
      corners.map(({ score }) => score).toSorted((a, b) => b - a),
    );
    for (const [i, a] of corners.entries())
      for (const b of corners.slice(i + 1))
        expect(Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y))).toBeGreaterThan(1);
  });

  test("are no more than wanted, and no tile of 25 holds more than three times its share", () => {
    const corners = found(texture, { count: 25 });
    expect(corners).toHaveLength(25);
    const inTile = new Map<number, number>();
    for (const { x, y } of corners) {
      const tile = Math.floor(y / 24) * 5 + Math.floor(x / 32);
      inTile.set(tile, (inTile.get(tile) ?? 0) + 1);
    }
    expect(Math.max(...inTile.values())).toBeLessThanOrEqual(3);
  });
});

/** Descriptors of corners at these pixels. */
function descriptorsOf(grey: Grey, pixels: readonly (readonly [number, number])[]): Uint32Array {
  const target = new Uint32Array(pixels.length * words);
  const corners = pixels.map(([x, y]) => ({ x, y, score: 1 }));
  writeDescriptors({ grey, blurred: blur(grey) }, corners, { target, at: 0 });
  return target;
}

const differing = (a: Uint32Array, b: Uint32Array): number =>
  Array.from(a, (word, i) => ((word ^ b[i]!) >>> 0).toString(2))
    .join("")
    .replaceAll("0", "").length;

describe("descriptors", () => {
  // Odd sides, so that turning and mirroring map pixels to pixels.
  const { data } = greyOf(noiseTexture(6, 61, 61));
  const grey: Grey = { width: 61, height: 61, data };
  const centre = [[30, 30]] as const;
  const plain = descriptorsOf(grey, centre);

  test("do not depend on brightness and contrast", () => {
    const quiet = { ...grey, data: data.map((x) => Math.round(x / 2) + 60) };
    // Rounding makes some close pairs of points equal.
    expect(differing(descriptorsOf(quiet, centre), plain)).toBeLessThan(16);
  });

  test("stay nearly the same when the image is turned by any right angle", () => {
    let turned: Grey = grey;
    for (let quarter = 1; quarter < 4; quarter++) {
      const before = turned;
      turned = drawn(61, 61, (x, y) => before.data[x * 61 + 60 - y]!);
      expect(differing(descriptorsOf(turned, centre), plain), `${quarter} quarters`).toBeLessThan(16);
    }
  });

  test("have their halves exchanged in the mirror image", () => {
    const mirrored = drawn(61, 61, (x, y) => data[y * 61 + 60 - x]!);
    const there = descriptorsOf(mirrored, centre);
    const exchanged = Uint32Array.from(there, (_, i) => there[i ^ (words / 2)]!);
    expect(differing(exchanged, plain)).toBeLessThan(16);
    expect(differing(there, plain)).toBeGreaterThan(40);
  });

  test("of other corners differ by far more", () => {
    const others = [
      [20, 20],
      [40, 24],
      [26, 40],
    ] as const;
    for (const other of others) expect(differing(descriptorsOf(grey, [other]), plain)).toBeGreaterThan(40);
  });

  test("stand one after the other from where they are wanted", () => {
    const target = new Uint32Array(3 * words).fill(7);
    writeDescriptors({ grey, blurred: blur(grey) }, [{ x: 30, y: 30, score: 1 }], { target, at: words });
    expect(target.subarray(words, 2 * words)).toEqual(plain);
    expect(new Set([...target.subarray(0, words), ...target.subarray(2 * words)])).toEqual(new Set([7]));
  });
});
