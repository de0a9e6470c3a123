import { at, checkOptions, fault, showValue } from "../../base/index.ts";
import type { NormaliseTransform, Rescale, Standardize } from "./types.ts";

/**
 * Rescales values: x · scale + offset. @default scale 1/255, offset 0: bytes become [0, 1]
 * @example
 * const step = rescale({ scale: 1 / 127.5, offset: -1 }); // bytes to -1 … 1
 */
export function rescale(options: Partial<Omit<Rescale, "type">> = {}): Rescale {
  checkOptions("rescale", options, { scale: true, offset: true });
  const { scale = 1 / 255, offset = 0 } = options;
  return { type: "rescale", scale, offset };
}

/**
 * Standardizes each channel: (x - mean) / deviation, on the scale of bytes, 0 to 255.
 * @example
 * const step = standardize({ mean: [124, 116, 104], deviation: [58, 57, 57] });
 */
export function standardize(options: Omit<Standardize, "type">): Standardize {
  checkOptions("standardize", options, { mean: true, deviation: true });
  const { mean, deviation } = options;
  for (const [name, values] of Object.entries({ mean, deviation })) {
    if (Array.isArray(values) && values.length === 3) continue;
    throw fault(`standardize: ${name}`, {
      expected: "3 numbers, for R, G and B",
      received: showValue(values),
      exitCode: 2,
    });
  }
  return { type: "standardize", mean, deviation };
}

/** What each byte becomes: table[channel * 256 + byte]. */
export type NormaliseTable = Float32Array;

/** Works the steps out for all 256 bytes of each channel, in float64, rounded once. */
export function normaliseTable(transforms: readonly NormaliseTransform[]): NormaliseTable {
  const table = new Float32Array(3 * 256);
  for (let channel = 0; channel < 3; channel++) {
    for (let byte = 0; byte < 256; byte++) {
      table[channel * 256 + byte] = transforms.reduce((x, step) => applyStep(x, step, channel), byte);
    }
  }
  return table;
}

/** Writes the numbers of one image [height, width, 3] to target[offset …]. */
export function normaliseInto(
  bytes: Uint8Array,
  table: NormaliseTable,
  target: Float32Array,
  offset: number = 0,
): void {
  for (let i = 0; i < bytes.length; i += 3) {
    target[offset + i] = table[bytes[i] ?? 0] ?? 0;
    target[offset + i + 1] = table[256 + (bytes[i + 1] ?? 0)] ?? 0;
    target[offset + i + 2] = table[512 + (bytes[i + 2] ?? 0)] ?? 0;
  }
}

function applyStep(x: number, step: NormaliseTransform, channel: number): number {
  switch (step.type) {
    case "rescale":
      return x * step.scale + step.offset;
    case "standardize":
      return (x - at(step.mean, channel)) / at(step.deviation, channel);
    default:
      return step satisfies never;
  }
}
