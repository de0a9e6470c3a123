import { describe, expect, test } from "vitest";
import {
  type AugmentTransform,
  type ImageOp,
  drawAll,
  randAugment,
  runOps,
  trivialAugmentWide,
} from "../../../src/data/index.ts";
import {
  type Homography,
  perspective,
  rotation,
  shear,
  translation,
  windowOf,
  zoom,
} from "../../../src/data/augment/homography.ts";
import golden from "../../golden/augment/augment.json" with { type: "json" };
import { scripted } from "../scripted.ts";

const { height, width } = golden;
const size = { height, width };
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
const image = bytesOf(golden.image);

function run(ops: readonly ImageOp[]): Uint8Array {
  return runOps({ first: image.slice(), second: new Uint8Array(image.length) }, size, ops).slice();
}

/** Compares with torchvision, at most so many levels apart. */
function expectClose(ops: readonly ImageOp[], theirs: string, most: number): void {
  const ours = run(ops);
  const apart = Array.from(bytesOf(theirs), (level, i) => Math.abs(level - ours[i]!));
  expect(Math.max(...apart)).toBeLessThanOrEqual(most);
}

/**
 * The same where a pixel lies wholly inside the source or wholly outside: between, torchvision weighs the image by its share of
 * the pixel twice, which makes a dark seam (img * mask + (1 - mask) * fill, where img is already mixed with black).
 */
function expectCloseInside(ops: readonly ImageOp[], theirs: string, most: number): void {
  const white = new Uint8Array(image.length).fill(255);
  const onBlack = ops.flatMap((op) => (op.op === "warp" ? [{ ...op, fillValue: 0 }] : []));
  const mask = runOps({ first: white, second: new Uint8Array(image.length) }, size, onBlack);
  const ours = run(ops);
  const apart = Array.from(bytesOf(theirs), (level, i) =>
    mask[i] === 0 || mask[i] === 255 ? Math.abs(level - ours[i]!) : 0,
  );
  expect(Math.max(...apart)).toBeLessThanOrEqual(most);
  expect(mask.filter((share) => share === 0 || share === 255).length).toBeGreaterThan(image.length * 0.8);
}

const warped = (
  matrix: Homography,
  fillMode: "constant" | "nearest" = "constant",
  fillValue = 90,
): ImageOp => ({ op: "warp", matrix, fillMode, fillValue, label: () => "" });

describe("with the same parameters as torchvision", () => {
  test.each(golden.rotate)("a rotation by $degrees degrees lies within 1 level", ({ degrees, result }) => {
    expectCloseInside([warped(rotation(size, degrees / 360))], result, 1);
  });

  test.each(golden.translate)("a translation is the same", ({ down, right, result }) => {
    expectClose([warped(translation(down, right))], result, 0);
  });

  test.each(golden.zoom)("a zoom by $scale lies within 1 level", ({ scale, result }) => {
    expectCloseInside([warped(zoom(size, 1 / scale, 1 / scale))], result, 1);
  });

  // torchvision's positive shear slants to the left.
  test.each(golden.shear)("a shear lies within 1 level", ({ x, result }) => {
    expectCloseInside([warped(shear([0, 0], -x, 0))], result, 1);
  });

  test.each(golden.perspective)("a perspective lies within 1 level", ({ start, end, result }) => {
    const [s, e] = [start, end].map(
      (corners) => corners.map(([x, y]) => [x!, y!] as const) as unknown as Parameters<typeof perspective>[0],
    );
    expectCloseInside([warped(perspective(s!, e!))], result, 1);
  });

  test.each(golden.resizedCrop)("a resized crop lies within 1 level", ({ result, ...window }) => {
    const matrix = windowOf(size, window);
    expectClose(
      [{ op: "warp", matrix, window, fillMode: "nearest", fillValue: 0, label: () => "" }],
      result,
      1,
    );
  });

  test.each(golden.crop)("a crop of an image padded by $fillMode is the same", (one) => {
    const { padding, top, left, result } = one;
    const fillMode = one.fillMode as "constant" | "nearest" | "reflect";
    expectClose([{ op: "shift", dy: padding - top, dx: padding - left, fillMode, fillValue: 0 }], result, 0);
  });

  // torchvision cuts off what we round, and its grey is 0.9999 of the level.
  test.each([
    ...golden.brightness.map((one) => ({ op: "brightness" as const, ...one })),
    ...golden.contrast.map((one) => ({ op: "contrast" as const, ...one })),
    ...golden.saturation.map((one) => ({ op: "saturation" as const, ...one })),
    ...golden.sharpness.map((one) => ({ op: "sharpness" as const, ...one })),
  ])("$op by $factor lies within 1 level", ({ result, ...op }) => {
    expectClose([op], result, 1);
  });

  test.each(golden.hue)("a hue turned by $shift lies within 1 level", ({ shift, result }) => {
    expectClose([{ op: "hue", shift }], result, 1);
  });

  test("grey lies within 1 level, stretched contrast too", () => {
    expectClose([{ op: "grayscale" }], golden.grayscale[0]!.result, 1);
    expectClose([{ op: "autoContrast" }], golden.autoContrast[0]!.result, 1);
  });

  test("fewer bits, inverted and equalized levels and covered rectangles are the same", () => {
    for (const { bits, result } of golden.posterize) expectClose([{ op: "posterize", bits }], result, 0);
    for (const { threshold, result } of golden.solarize)
      expectClose([{ op: "solarize", threshold }], result, 0);
    expectClose([{ op: "equalize" }], golden.equalize[0]!.result, 0);
    const { level, result, ...rectangle } = golden.erase[0]!;
    expectClose([{ op: "erase", ...rectangle, fillValue: level, seed: 0 }], result, 0);
  });

  test.each(golden.blur)("a blur by $sigma pixels lies within 1 level", ({ result, ...parameters }) => {
    expectClose([{ op: "blur", ...parameters }], result, 1);
  });
});

test.each(golden.jpeg)("JPEG of quality $quality is what libjpeg makes", ({ quality, result }) => {
  expectClose([{ op: "jpeg", quality }], result, 0);
});

test.each(golden.jpegSizes)(
  "JPEG of quality $quality is what libjpeg makes of $width x $height pixels",
  ({ image: before, result, quality, ...sides }) => {
    const first = bytesOf(before);
    const buffers = { first, second: new Uint8Array(first.length) };
    expect(runOps(buffers, sides, [{ op: "jpeg", quality }])).toEqual(bytesOf(result));
  },
);

test.each(golden.stain)("densities of dyes $a and $b lie within 1 level of float64", ({ a, b, result }) => {
  const [a0, a1, a2] = a as [number, number, number];
  const [b0, b1, b2] = b as [number, number, number];
  expectClose([{ op: "stain", a: [a0, a1, a2], b: [b0, b1, b2] }], result, 1);
});

/** Draws the op of that number with torchvision's positive sign, which slants to the left. */
function chosen(step: AugmentTransform, op: number, strength?: number): readonly ImageOp[] {
  const side = op === 1 || op === 2 ? 0.25 : 0.75;
  const numbers = [(op + 0.5) / 14, ...(strength === undefined ? [] : [(strength + 0.5) / 31]), side];
  return drawAll([step], size, scripted(...numbers));
}

describe("policies", () => {
  test.each(golden.randAugment.ops.map((one, i) => ({ ...one, i })))(
    "RandAugment's $name lies within 1 level of torchvision's",
    ({ i, result }) => {
      const step = randAugment({ numOps: 1, magnitude: golden.randAugment.strength });
      expectCloseInside(chosen(step, i), result, 1);
    },
  );

  test.each(golden.trivialAugmentWide.ops.map((one, i) => ({ ...one, i })))(
    "TrivialAugmentWide's $name lies within 1 level of torchvision's",
    ({ i, result }) => {
      expectCloseInside(chosen(trivialAugmentWide(), i, golden.trivialAugmentWide.strength), result, 1);
    },
  );
});
