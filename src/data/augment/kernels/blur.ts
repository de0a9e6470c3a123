import { portableExp } from "../../../base/index.ts";
import type { Moved } from "./warp.ts";

/** Weights of a Gaussian in whole numbers, 1 being 2^14. */
const weightBits = 14;

function gaussian(kernelSize: number, sigma: number): Int32Array {
  const middle = (kernelSize - 1) / 2;
  const heights = Float64Array.from({ length: kernelSize }, (_, i) => {
    const z = (i - middle) / sigma;
    // Beyond, the weight is 0 in whole numbers in any case.
    return z * z > 100 ? 0 : portableExp((-z * z) / 2);
  });
  const sum = heights.reduce((total, height) => total + height, 0);
  const weights = Int32Array.from(heights, (height) => Math.round((height / sum) * 2 ** weightBits));
  // The middle takes what rounding left, so that one colour stays one colour.
  const rest = 2 ** weightBits - weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight, i) => (i === middle ? weight + rest : weight));
}

/** Indices of `d c b | a b c d | c b a`, as torchvision pads: from -reach to extent + reach. */
const mirrored = (extent: number, reach: number): Int32Array =>
  Int32Array.from({ length: extent + 2 * reach }, (_, i) => {
    const period = Math.max(2 * (extent - 1), 1);
    const x = (((i - reach) % period) + period) % period;
    return x < extent ? x : period - x;
  });

/** Bits after the point between the two passes. */
const middleBits = 8;

let middle = new Int32Array(0);

/** Convolves with a Gaussian, rows first. */
export function gaussianBlur({ from, to, height, width }: Moved, kernelSize: number, sigma: number): void {
  const weights = gaussian(kernelSize, sigma);
  const reach = (kernelSize - 1) / 2;
  const rowBytes = width * 3;
  if (middle.length < height * rowBytes) middle = new Int32Array(height * rowBytes);
  const columns = mirrored(width, reach).map((x) => x * 3);
  const padded = new Uint8Array((width + 2 * reach) * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < columns.length; x++) {
      const source = y * rowBytes + (columns[x] ?? 0);
      padded[x * 3] = from[source] ?? 0;
      padded[x * 3 + 1] = from[source + 1] ?? 0;
      padded[x * 3 + 2] = from[source + 2] ?? 0;
    }
    for (let i = 0; i < rowBytes; i++) {
      let sum = 1 << (weightBits - middleBits - 1);
      for (let k = 0; k < kernelSize; k++) sum += (weights[k] ?? 0) * (padded[i + 3 * k] ?? 0);
      middle[y * rowBytes + i] = sum >> (weightBits - middleBits);
    }
  }
  const rows = mirrored(height, reach);
  const sums = new Int32Array(rowBytes);
  for (let y = 0; y < height; y++) {
    sums.fill(1 << (weightBits + middleBits - 1));
    for (let k = 0; k < kernelSize; k++) {
      const weight = weights[k] ?? 0;
      const row = (rows[y + k] ?? 0) * rowBytes;
      for (let i = 0; i < rowBytes; i++) sums[i] = (sums[i] ?? 0) + weight * (middle[row + i] ?? 0);
    }
    for (let i = 0; i < rowBytes; i++) to[y * rowBytes + i] = (sums[i] ?? 0) >> (weightBits + middleBits);
  }
}

/** Smooth + (x - smooth) · factor; smooth is the mean over 3x3 pixels with the middle counted five times. Edge pixels stay. */
export function sharpness({ from, to, height, width }: Moved, factor: number): void {
  to.set(from);
  const row = width * 3;
  const share = Math.floor(factor * 65_536 + 0.5);
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * row + 3; i < (y + 1) * row - 3; i++) {
      const x = from[i] ?? 0;
      const around =
        (from[i - row - 3] ?? 0) +
        (from[i - row] ?? 0) +
        (from[i - row + 3] ?? 0) +
        (from[i - 3] ?? 0) +
        (from[i + 3] ?? 0) +
        (from[i + row - 3] ?? 0) +
        (from[i + row] ?? 0) +
        (from[i + row + 3] ?? 0);
      const smooth = Math.floor((around + 5 * x + 6) / 13);
      const level = (smooth * 65_536 + 32_768 + (x - smooth) * share) >> 16;
      to[i] = level < 0 ? 0 : level > 255 ? 255 : level;
    }
  }
}
