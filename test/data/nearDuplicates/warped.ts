import { seeded } from "../../../src/base/index.ts";
import type { Raster } from "../../../src/data/index.ts";

/** What is done to an image, in this order: mirrored left to right, turned clockwise, sheared, enlarged, shifted; black outside. */
export interface Change {
  readonly mirrored?: boolean;
  readonly degrees?: number;
  readonly shear?: number;
  readonly zoom?: number;
  /** Pixels. */
  readonly shiftX?: number;
  readonly shiftY?: number;
  /** Size of the new frame over the old one's, and of all in it. */
  readonly scale?: number;
  readonly gain?: number;
  readonly offset?: number;
}

/** Blobs of all sizes: value noise of five octaves, other in each channel. */
export function noiseTexture(seed: number, width = 320, height = 240): Raster {
  const sums = new Float64Array(width * height * 3);
  for (const [octave, step] of [64, 32, 16, 8, 4].entries()) {
    const columns = Math.ceil(width / step) + 2;
    const random = seeded(seed * 31 + octave);
    const knots = Float64Array.from(
      { length: columns * (Math.ceil(height / step) + 2) * 3 },
      () => random.next() - 0.5,
    );
    for (let i = 0; i < sums.length; i++) {
      const [channel, x, y] = [i % 3, (Math.floor(i / 3) % width) / step, Math.floor(i / 3 / width) / step];
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const at = (column: number, row: number): number => knots[(row * columns + column) * 3 + channel]!;
      const above = at(left, top) + (at(left + 1, top) - at(left, top)) * (x - left);
      const below = at(left, top + 1) + (at(left + 1, top + 1) - at(left, top + 1)) * (x - left);
      sums[i]! += (above + (below - above) * (y - top)) * 60;
    }
  }
  return { width, height, data: Uint8Array.from(sums, (sum) => Math.min(255, Math.max(0, 128 + sum))) };
}

/** The image as a change leaves it, by bilinear steps. */
export function warped(source: Raster, change: Change): Raster {
  const { mirrored = false, degrees = 0, shear = 0, zoom = 1, shiftX = 0, shiftY = 0 } = change;
  const { scale = 1, gain = 1, offset = 0 } = change;
  const [width, height] = [Math.round(source.width * scale), Math.round(source.height * scale)];
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // Each step undone, last first, around the middle.
      const u = ((x + 0.5) / scale - source.width / 2 - shiftX) / zoom;
      const v = ((y + 0.5) / scale - source.height / 2 - shiftY) / zoom;
      const straight = u - shear * v;
      const turned = cos * straight + sin * v;
      const fromX = (mirrored ? -turned : turned) + source.width / 2 - 0.5;
      const fromY = cos * v - sin * straight + source.height / 2 - 0.5;
      for (let c = 0; c < 3; c++) {
        const value = sampled(source, fromX, fromY, c);
        const shade = value === undefined ? 0 : value * gain + offset;
        data[(y * width + x) * 3 + c] = Math.min(255, Math.max(0, Math.round(shade)));
      }
    }
  }
  return { width, height, data };
}

function sampled({ width, height, data }: Raster, x: number, y: number, channel: number): number | undefined {
  if (x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5) return undefined;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const at = (column: number, row: number): number => {
    const inside = Math.min(Math.max(row, 0), height - 1) * width + Math.min(Math.max(column, 0), width - 1);
    return data[inside * 3 + channel]!;
  };
  const above = at(left, top) * (left + 1 - x) + at(left + 1, top) * (x - left);
  const below = at(left, top + 1) * (left + 1 - x) + at(left + 1, top + 1) * (x - left);
  return above * (top + 1 - y) + below * (y - top);
}
