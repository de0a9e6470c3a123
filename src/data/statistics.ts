import { fault, at } from "../base/index.ts";
import type { PreparedImages } from "./read/prepared.ts";

/** Mean and standard deviation of R, G and B over pixels, on the scale of bytes, 0 to 255. */
export interface ChannelStatistics {
  readonly mean: readonly [number, number, number];
  /** At least 1, one level of a byte, so that a channel of one value can be divided by it. */
  readonly deviation: readonly [number, number, number];
}

/**
 * Statistics of the images with those indices, e.g. the training set.
 * Whole numbers below 2^53 are added, so the order does not change a bit.
 */
export function channelStatistics(
  prepared: Pick<PreparedImages, "channelSums" | "shape">,
  indices: Iterable<number>,
): ChannelStatistics {
  const totals = [0, 0, 0, 0, 0, 0];
  let pixels = 0;
  for (const index of indices) {
    for (let k = 0; k < 6; k++) totals[k] = (totals[k] ?? 0) + at(prepared.channelSums, index * 6 + k);
    pixels += prepared.shape[0] * prepared.shape[1];
  }
  if (pixels === 0)
    throw fault("channelStatistics: indices", { expected: "1 or more", received: "none", exitCode: 2 });
  const mean = (channel: number): number => (totals[channel] ?? 0) / pixels;
  const deviation = (channel: number): number =>
    Math.max(Math.sqrt(Math.max((totals[channel + 3] ?? 0) / pixels - mean(channel) ** 2, 0)), 1);
  return { mean: [mean(0), mean(1), mean(2)], deviation: [deviation(0), deviation(1), deviation(2)] };
}
