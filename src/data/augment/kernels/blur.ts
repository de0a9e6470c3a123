import { portableExp } from "../../../base/index.ts";
import { upTo16 } from "../../../simd/index.ts";
import type { Size } from "../../transforms/types.ts";
import { blurKernel, weightBits } from "./blurKernel.ts";
import type { Moved } from "./warp.ts";

/** Weights of a Gaussian, whole numbers. */
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

/** Index of a place beyond the edges of `d c b | a b c d | c b a`, as torchvision pads. */
function mirrored(place: number, extent: number): number {
  const period = Math.max(2 * (extent - 1), 1);
  const x = ((place % period) + period) % period;
  return x < extent ? x : period - x;
}

/** Where things stand in the kernel's memory, in bytes. */
interface Layout {
  /** Pairs of weights. */
  readonly weights: number;
  readonly weightsEnd: number;
  /** One row with what stands beyond its ends. */
  readonly row: number;
  /** Rows of sums, with those beyond the ends; 16 bits each. */
  readonly middle: number;
  readonly pitch: number;
  readonly target: number;
  readonly end: number;
}

/** What the kernel may read or write past an end. */
const slack = 32;

function layOut({ height, width }: Size, kernelSize: number): Layout {
  const rowBytes = width * 3;
  const pitch = upTo16(rowBytes * 2);
  const weightsEnd = 2 * (kernelSize + 1);
  const row = upTo16(weightsEnd);
  const middle = row + upTo16((width + kernelSize) * 3) + slack;
  // The last pair's second weight is 0, but what it is multiplied with is read all the same.
  const target = middle + (height + kernelSize) * pitch + slack;
  const end = target + upTo16(height * rowBytes) + slack;
  return { weights: 0, weightsEnd, row, middle, pitch, target, end };
}

/** Convolves with a Gaussian, rows first. */
export function gaussianBlur(image: Moved, kernelSize: number, sigma: number): void {
  const { from, to, height, width } = image;
  const reach = (kernelSize - 1) / 2;
  const rowBytes = width * 3;
  const { weights, weightsEnd, row, middle, pitch, target, end } = layOut(image, kernelSize);
  const kernel = blurKernel(end);
  const bytes = new Uint8Array(kernel.memory);
  const pairs = new Int16Array(kernel.memory, weights, kernelSize + 1);
  pairs.set(gaussian(kernelSize, sigma));
  pairs[kernelSize] = 0;
  const inside = row + reach * 3;
  for (let y = 0; y < height; y++) {
    bytes.set(from.subarray(y * rowBytes, (y + 1) * rowBytes), inside);
    for (let x = 1; x <= reach; x++) {
      const before = inside + mirrored(-x, width) * 3;
      bytes.copyWithin(inside - 3 * x, before, before + 3);
      const after = inside + mirrored(width - 1 + x, width) * 3;
      bytes.copyWithin(inside + rowBytes + 3 * (x - 1), after, after + 3);
    }
    const sums = middle + (y + reach) * pitch;
    kernel.across(row, sums, sums + rowBytes * 2, weights, weightsEnd);
  }
  const rowAt = (y: number): number => middle + (reach + y) * pitch;
  for (let y = 1; y <= reach; y++) {
    for (const [beyond, place] of [
      [-y, mirrored(-y, height)],
      [height - 1 + y, mirrored(height - 1 + y, height)],
    ] as const)
      bytes.copyWithin(rowAt(beyond), rowAt(place), rowAt(place) + pitch);
  }
  for (let y = 0; y < height; y++) {
    const result = target + y * rowBytes;
    // What is written past a row's end the next row writes over.
    kernel.down(middle + y * pitch, pitch, result, result + rowBytes, weights, weightsEnd);
  }
  to.set(bytes.subarray(target, target + height * rowBytes));
}
