import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sharpCodec } from "../../src/platform/node/index.ts";

/** One file, and what independent readers made of it; test/golden/images has the scripts. */
interface Variant {
  readonly name: string;
  /** Base64. */
  readonly file: string;
  readonly readings: readonly {
    readonly readers: readonly string[];
    readonly width: number;
    readonly height: number;
    /** Of the pixels [H, W, 3]. */
    readonly sha256: string;
  }[];
}

/** Variants that are refused, and the words of the refusal. */
const refused: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bmp: {
    "16 bits, fields 4444 with alpha": "BMP with fields of 4, 4, 4 bits is not supported; save it as PNG",
    "16 bits, fields 444": "BMP with fields of 4, 4, 4 bits is not supported; save it as PNG",
    "32 bits, fields 10-10-10": "BMP with fields of 10, 10, 10 bits is not supported; save it as PNG",
    "32 bits, ALPHABITFIELDS": "BMP with alpha bit fields (Windows CE) is not supported; save it as PNG",
    "OS/2 2, short header": "BMP with a header of 16 bytes is not supported; save it as PNG",
    "OS/2 2, RLE24": "BMP with 24-bit run lengths (OS/2) is not supported; save it as PNG",
    "JPEG inside": "BMP that wraps a JPEG is not supported; save it as PNG",
    "PNG inside": "BMP that wraps a PNG is not supported; save it as PNG",
    "64 bits": "BMP with 64 bits a pixel is not supported; save it as PNG",
  },
};

const codec = sharpCodec();

const variantsOf = (format: string): readonly Variant[] =>
  JSON.parse(readFileSync(new URL(`../golden/images/${format}.json`, import.meta.url), "utf8"));

describe.each(Object.keys(refused))("%s", (format) => {
  test.each(variantsOf(format))("$name is what another reader shows, or refused by name", async (variant) => {
    const decoded = codec.decode(Buffer.from(variant.file, "base64"), "a");
    const refusal = refused[format]?.[variant.name];
    if (refusal !== undefined) return expect(decoded).rejects.toThrow(refusal);
    const { width, height, data } = await decoded;
    const sha256 = createHash("sha256").update(data).digest("hex");
    const wanted = variant.readings.map((reading) => [reading.width, reading.height, reading.sha256]);
    expect(wanted).toContainEqual([width, height, sha256]);
  });
});
