import { FoveaError, fault, isRefusal, shortageFault } from "../../../base/index.ts";
import {
  type FileFacts,
  type ImageFormat,
  type Raster,
  type StoredValues,
  type StoredRange,
  bytesOfRange,
  maxOf8Bits,
} from "../../../data/index.ts";
import { type PixelBudget, tooLarge } from "./budget.ts";
import { notWhole } from "./cutOff.ts";
import { checkTiff, isWhite0 } from "./checks/tiff.ts";
import { openSharp } from "./sharp.ts";

/** The stored values of an image of more than 8 bits, row by row. */
interface DeepImage {
  readonly width: number;
  readonly height: number;
  /** 3 for RGB, 4 with alpha. */
  readonly channels: number;
  /** Grey is repeated. */
  readonly values: Uint16Array;
}

/** A file that is to be read by its values. */
export interface DeepFile {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly format: ImageFormat | undefined;
  readonly facts: FileFacts;
}

interface Limits {
  readonly maxPixels: number;
  readonly budget: PixelBudget;
}

export const isDeep = ({ depth = 8 }: FileFacts): boolean => depth > 8;

/** Scales an image of 8 bits. @throws where the range is beyond them */
export function scaleBytes({ data, ...size }: Raster, range: StoredRange, path: string): Raster {
  if (range.max > maxOf8Bits) {
    throw fault(path, {
      expected: `values up to ${range.max}, as the range ${range.min}-${range.max} says`,
      received: `8 bits a value, at most ${maxOf8Bits}`,
      fix: "give the original with 16 bits a value, or train without a range",
    });
  }
  const byteOf = bytesOfRange(range, maxOf8Bits);
  return { ...size, data: data.map((value) => byteOf[value] ?? 0) };
}

/** Decodes an image of more than 8 bits, its values scaled and alpha laid on white. @throws for one whose stored values have no such order */
export async function decodeDeep(file: DeepFile, range: StoredRange, limits: Limits): Promise<Raster> {
  const { width, height, channels, values } = await deepValues(file, limits);
  const byteOf = bytesOfRange(range, maxOf16Bits);
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < values.length; from += channels, to += 3) {
    const alpha = channels === 4 ? (values[from + 3] ?? 0) : maxOf16Bits;
    for (let c = 0; c < 3; c++) {
      const byte = byteOf[values[from + c] ?? 0] ?? 0;
      data[to + c] =
        alpha === maxOf16Bits ? byte : Math.round((byte * alpha + 255 * (maxOf16Bits - alpha)) / maxOf16Bits);
    }
  }
  return { width, height, data };
}

const maxOf16Bits = 65_535;

/** The lowest and the highest value of colours; nothing where the file does not hold them in order. */
export async function storedValues(file: DeepFile, limits: Limits): Promise<StoredValues | undefined> {
  try {
    const { channels, values } = await deepValues(file, limits);
    let [min, max] = [maxOf16Bits, 0];
    for (const [i, value] of values.entries()) {
      if (channels === 4 && i % 4 === 3) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    return { bits: file.facts.depth ?? 16, min, max };
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

async function deepValues(file: DeepFile, { maxPixels, budget }: Limits): Promise<DeepImage> {
  const { bytes, path, format } = file;
  if (format === "tiff") checkTiff(bytes, path);
  try {
    const { width, height, hasProfile } = await (await openSharp(bytes)).metadata();
    refuseOtherValues(file, hasProfile);
    if (width * height > maxPixels) throw tooLarge(path, { width, height, maxPixels });
    return await budget.spend(width * height, () => decodeValues(bytes));
  } catch (cause) {
    if (cause instanceof FoveaError) throw cause;
    throw shortageFault(cause) ?? notWhole(path, { format, bytes }, cause);
  }
}

/** @throws where the value of black is not the lowest, or is decided by a profile */
function refuseOtherValues({ bytes, path, format, facts }: DeepFile, hasProfile: boolean): void {
  const what =
    facts.space === "cmyk"
      ? "CMYK"
      : format === "tiff" && isWhite0(bytes)
        ? "TIFF with white as 0"
        : hasProfile
          ? "an image with a colour profile"
          : undefined;
  if (what === undefined) return;
  throw fault(path, {
    expected: "stored values for a range: grey or RGB, with black as the lowest",
    received: what,
    fix: "save it as PNG or TIFF without that, or train without a range",
  });
}

async function decodeValues(bytes: Uint8Array): Promise<DeepImage> {
  const { data, info } = await (
    await openSharp(bytes, {})
  )
    .toColourspace("rgb16")
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true });
  // Of memory of its own, which begins at an even address.
  const values = new Uint16Array(Uint8Array.from(data).buffer);
  return { width: info.width, height: info.height, channels: info.channels, values };
}
