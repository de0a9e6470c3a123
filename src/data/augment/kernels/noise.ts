import { mixBits, portableLog } from "../../../base/index.ts";
import type { Size } from "../../transforms/types.ts";
import type { Rectangle } from "../ops.ts";
import { deviationAt, noiseKernel, noiseStart, quantileCount } from "./noiseKernel.ts";
import { inKernel } from "./pixels.ts";

/** A standard normal by its share below: in the middle of each 4,096th of the probability, up to ±3.67. */
const quantiles = Float64Array.from({ length: quantileCount }, (_, i) =>
  normalQuantile((i + 0.5) / quantileCount),
);

/** Where a standard normal is below with probability p; relative error under 1.2e-9 (Acklam 2003). */
function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * portableLog(p));
    const above =
      ((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q -
        2.549732539343734) *
        q +
        4.374664141464968) *
        q +
      2.938163982698783;
    const under =
      (((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
      1;
    return above / under;
  }
  const q = p - 0.5;
  const r = q * q;
  const above =
    (((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r +
      1.38357751867269e2) *
      r -
      3.066479806614716e1) *
      r +
      2.506628277459239) *
    q;
  const under =
    ((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r +
      6.680131188771972e1) *
      r -
      1.328068155288572e1) *
      r +
    1;
  return above / under;
}

/** Adds a normal number of a standard deviation, a fraction of the range of levels, to each level. */
export const addNoise = (pixels: Uint8Array, stddev: number, seed: number): void =>
  inKernel(
    pixels,
    (bytes) => noiseKernel(quantiles, bytes),
    noiseStart,
    (kernel, end) => {
      new Float64Array(kernel.memory, deviationAt, 2).fill(stddev);
      kernel.scale();
      kernel.add(noiseStart, end, seed);
    },
  );

/** 32 bits for each index, all different streams for different seeds. */
const bitsAt = (seed: number, index: number): number => mixBits(seed ^ Math.imul(index + 1, 0x9e3779b9));

/** What a rectangle is covered with. */
export interface Cover {
  readonly fillValue: number | "noise";
  readonly seed: number;
}

/** Covers a rectangle of an image. */
export function erase(
  pixels: Uint8Array,
  { width }: Size,
  { left, top, width: across, height: down, fillValue, seed }: Rectangle & Cover,
): void {
  for (let y = top; y < top + down; y++) {
    const start = (y * width + left) * 3;
    const end = start + across * 3;
    if (fillValue === "noise") for (let i = start; i < end; i++) pixels[i] = bitsAt(seed, i) >>> 24;
    else pixels.fill(Math.round(fillValue), start, end);
  }
}
