import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { sharpCodec } from "../../src/platform/node/index.ts";
import { refusedVariants } from "./refusedVariants.ts";

/** One file, and what independent readers made of it; test/golden/images has the scripts. */
interface Variant {
  readonly name: string;
  /** Base64. */
  readonly file: string;
  readonly readings: readonly Reading[];
}

interface Reading {
  readonly readers: readonly string[];
  readonly width: number;
  readonly height: number;
  /** Of the pixels [H, W, 3]. */
  readonly sha256: string;
  /** The deflated pixels in Base64, where the comparison has a tolerance. */
  readonly rgb?: string;
}

/** Levels by which a pixel may differ, by the format and the beginning of the variant's name; 0 for all others. */
const tolerances: readonly (readonly [variant: RegExp, levels: number, why: string])[] = [
  [/^(jpeg|tiff) (CMYK|YCCK)/, 2, "the profile is applied by another version of LittleCMS"],
  [/alpha, 16 bits|16 bits, alpha/, 1, "white is 255 * 256 rather than 65,535"],
  [/^heif AVIF, (4:2:0|10 bits, alpha)/, 1, "libheif has changed from 1.15 to 1.23; alpha as above"],
  [/^tiff RGB, premultiplied alpha$/, 1, "alpha is divided out and multiplied in again"],
];

const codec = sharpCodec();

const variantsOf = (format: string): readonly Variant[] =>
  JSON.parse(readFileSync(new URL(`../golden/images/${format}.json`, import.meta.url), "utf8"));

/** The largest difference of two readings of one size. */
const distance = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);

describe.each(Object.keys(refusedVariants))("%s", (format) => {
  test.each(variantsOf(format))("$name is what another reader shows, or refused by name", async (variant) => {
    const decoded = codec.decode(Buffer.from(variant.file, "base64"), "a");
    const refusal = refusedVariants[format]?.[variant.name];
    if (refusal !== undefined) return expect(decoded).rejects.toThrow(refusal);
    const { width, height, data } = await decoded;
    const [, levels] = tolerances.find(([names]) => names.test(`${format} ${variant.name}`)) ?? [];
    const sizes = variant.readings.map((reading) => [reading.width, reading.height]);
    expect(sizes).toContainEqual([width, height]);
    if (levels === undefined) {
      const sha256 = createHash("sha256").update(data).digest("hex");
      expect(variant.readings.map((reading) => reading.sha256)).toContain(sha256);
    } else {
      const distances = variant.readings.map(({ rgb }) =>
        rgb === undefined ? Number.NaN : distance(data, inflateSync(Buffer.from(rgb, "base64"))),
      );
      expect(Math.min(...distances)).toBeLessThanOrEqual(levels);
    }
  });
});
