import type { PreparedImages } from "../../data/index.ts";

// Chosen, not measured: shares of pixels in each of 4 × 4 × 4 colour bins, and in each of 16 bins of red, green and blue.
const boxes = 64;
const binsPerChannel = 16;

/** Numbers of one image's colour histogram. */
export const colourFeatureCount = boxes + 3 * binsPerChannel;

// Chosen, not measured: evenly spread over the image, so many settle a share of a half to 0.8 points.
const maxPixels = 4096;

/** Colour histograms of some images, [n, 112]: shares of the pixels, wherever in the image they are. */
export async function colourFeatures(prepared: PreparedImages, indices: Int32Array): Promise<Float64Array> {
  const [height, width, channels] = prepared.shape;
  const bytes = new Uint8Array(height * width * channels);
  const step = Math.max(Math.floor((height * width) / maxPixels), 1) * channels;
  const features = new Float64Array(indices.length * colourFeatureCount);
  for (const [row, index] of indices.entries()) {
    // Images in memory are there at once, and waiting for nothing thousands of times takes time.
    const copying = prepared.copyInto(index, bytes, 0);
    if (copying) await copying;
    addHistogram(bytes, step, features.subarray(row * colourFeatureCount, (row + 1) * colourFeatureCount));
  }
  return features;
}

function addHistogram(bytes: Uint8Array, step: number, histogram: Float64Array): void {
  const share = 1 / Math.ceil(bytes.length / step);
  const count = (bin: number): void => {
    histogram[bin]! += share;
  };
  for (let from = 0; from + 2 < bytes.length; from += step) {
    const [red, green, blue] = [bytes[from]!, bytes[from + 1]!, bytes[from + 2]!];
    count(((red >> 6) << 4) | ((green >> 6) << 2) | (blue >> 6));
    count(boxes + (red >> 4));
    count(boxes + binsPerChannel + (green >> 4));
    count(boxes + 2 * binsPerChannel + (blue >> 4));
  }
}
