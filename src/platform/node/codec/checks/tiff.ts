import { listText } from "../../../../base/index.ts";
import { notSupported } from "../notSupported.ts";
import { type TiffTags, tiffTags } from "./tiffTags.ts";

/** Tags and their defaults (TIFF 6.0; those of sample formats and tiles from its extensions). */
const tag = {
  bits: 258,
  compression: 259,
  photometric: 262,
  samples: 277,
  planes: 284,
  tileWidth: 322,
  extraSamples: 338,
  sampleFormat: 339,
  dngVersion: 50706,
} as const;

/** Compressions that the ready-made libtiff decodes: none, CCITT, LZW, JPEG, deflate, PackBits, WebP. */
const compressions: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 7, 8, 32946, 32773, 50001]);
const jpeg = 7;

/** Names of those that it does not. */
const otherCompressions: Readonly<Record<number, string>> = {
  6: "old-style JPEG",
  32766: "NeXT",
  32809: "ThunderScan",
  32908: "PixarFilm",
  32909: "PixarLog",
  34661: "JBIG",
  34676: "LogLuv",
  34677: "LogLuv",
  34712: "JPEG 2000",
  34887: "LERC",
  34925: "LZMA",
  50000: "Zstandard",
  50002: "JPEG XL",
};

/** How values are to be read; 1 and 4 (undefined) are whole numbers from 0. */
const sampleFormats: Readonly<Record<number, string>> = {
  2: "signed whole numbers",
  3: "floating-point numbers",
  5: "complex whole numbers",
  6: "complex numbers",
};

const deeper = "save it with 8 or 16 bits a value";

/** Colours: bits of a value and samples that are read, without extra ones. */
interface Colours {
  readonly bits: readonly number[];
  readonly samples: number;
  readonly maxExtra: number;
}

const greys: Colours = { bits: [1, 2, 4, 8, 16], samples: 1, maxExtra: 1 };
const colours: Readonly<Record<number, Colours>> = {
  0: greys,
  1: greys,
  2: { bits: [8, 16], samples: 3, maxExtra: 1 },
  3: { bits: [1, 2, 4, 8], samples: 1, maxExtra: 1 },
  5: { bits: [8, 16], samples: 4, maxExtra: 0 },
  6: { bits: [8], samples: 3, maxExtra: 0 },
};
const yCbCr = 6;

const otherColours: Readonly<Record<number, string>> = {
  4: "a transparency mask",
  8: "Lab colours",
  9: "Lab colours (ICC)",
  10: "Lab colours (ITU)",
  32803: "raw sensor values (CFA)",
  32844: "LogL colours",
  32845: "LogLuv colours",
  34892: "raw sensor values (DNG)",
};

/** Lets pass the kinds of TIFF whose pixels are those that other readers show; a broken file is left to the decoder. @throws naming any other kind */
export function checkTiff(bytes: Uint8Array, path: string): void {
  const tags = tiffTags(bytes);
  const refusal = tags && (refusedCoding(tags) ?? refusedColours(tags));
  if (refusal) throw notSupported(path, `TIFF ${refusal.what}`, refusal.fix);
}

/** Whether the lowest value is white. */
export const isWhite0 = (bytes: Uint8Array): boolean => tiffTags(bytes)?.get(tag.photometric)?.[0] === 0;

interface Refusal {
  readonly what: string;
  readonly fix?: string;
}

const first = (tags: TiffTags, number: number, otherwise: number): number =>
  tags.get(number)?.[0] ?? otherwise;

function refusedCoding(tags: TiffTags): Refusal | undefined {
  const compression = first(tags, tag.compression, 1);
  if (tags.has(tag.dngVersion)) return { what: "of a camera's raw values (DNG)", fix: "export it as JPEG" };
  if (!compressions.has(compression)) {
    const name = otherCompressions[compression] ?? `code ${compression}`;
    return { what: `with compression ${name}`, fix: "save it with LZW or deflate" };
  }
  const format = sampleFormats[first(tags, tag.sampleFormat, 1)];
  if (format !== undefined) return { what: `of ${format}`, fix: deeper };
  const separateTiles = first(tags, tag.planes, 1) === 2 && tags.has(tag.tileWidth);
  return separateTiles && first(tags, tag.samples, 1) > 1
    ? { what: "in tiles with a plane for each colour", fix: "save it with interleaved colours" }
    : undefined;
}

function refusedColours(tags: TiffTags): Refusal | undefined {
  const photometric = first(tags, tag.photometric, -1);
  const kind = colours[photometric];
  if (!kind) {
    const name = otherColours[photometric] ?? `colour model ${photometric}`;
    return { what: photometric === -1 ? "without a colour model" : `of ${name}` };
  }
  const widths = [...new Set(tags.get(tag.bits) ?? [1])];
  const [bits = 1] = widths;
  if (widths.length > 1 || !kind.bits.includes(bits)) {
    return { what: `with ${listText(widths.map(String))} bits a value`, fix: deeper };
  }
  const extra = first(tags, tag.samples, 1) - kind.samples;
  if (extra < 0 || extra > kind.maxExtra) {
    return { what: `with ${first(tags, tag.samples, 1)} values a pixel`, fix: "save it as RGB or grey" };
  }
  return photometric === yCbCr && first(tags, tag.compression, 1) !== jpeg
    ? { what: "of YCbCr colours without JPEG compression", fix: "save it as RGB" }
    : undefined;
}
