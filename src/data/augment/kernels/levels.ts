// Changes of levels that depend on the level alone: a table of 256 entries, or one for each channel.
import { countsAt, levelsKernel, levelsStart, sumsAt, tablesAt } from "./levelsKernel.ts";
import { inKernel } from "./pixels.ts";

/** What each level becomes. */
type Change = (level: number) => number;

/** The nearest level, half up. */
const toLevel = (x: number): number => Math.min(Math.max(Math.floor(x + 0.5), 0), 255);

type Kernel = ReturnType<typeof levelsKernel>;

const change = (pixels: Uint8Array, run: (kernel: Kernel, end: number) => void): void =>
  inKernel(pixels, levelsKernel, levelsStart, (kernel, end) => {
    run(kernel, end);
    kernel.lookUp(levelsStart, end);
  });

/** Writes the table of a channel, level by level. */
function writeTable(memory: ArrayBuffer, channel: number, levelOf: Change): Uint8Array {
  const table = new Uint8Array(memory, tablesAt + channel * 256, 256);
  for (let level = 0; level < 256; level++) table[level] = levelOf(level);
  return table;
}

/** Writes one table for all channels. */
function writeTables({ memory }: Kernel, levelOf: Change): void {
  const table = writeTable(memory, 0, levelOf);
  for (const channel of [1, 2]) new Uint8Array(memory, tablesAt + channel * 256, 256).set(table);
}

/** Changes each channel by what its histogram calls for. */
const changeByHistogram = (pixels: Uint8Array, changeOf: (histogram: Int32Array) => Change): void =>
  change(pixels, (kernel, end) => {
    const counts = new Int32Array(kernel.memory, countsAt, 3 * 256).fill(0);
    kernel.count(levelsStart, end);
    for (const channel of [0, 1, 2])
      writeTable(kernel.memory, channel, changeOf(counts.subarray(channel * 256, (channel + 1) * 256)));
  });

/** Multiplies by a factor from 0. */
export const brightness = (pixels: Uint8Array, factor: number): void =>
  change(pixels, (kernel) => writeTables(kernel, (x) => toLevel(x * factor)));

/** Mean + (x - mean) · factor; the mean is that of the image in grey. */
export const contrast = (pixels: Uint8Array, factor: number): void =>
  change(pixels, (kernel, end) => {
    kernel.sumGrey(levelsStart, end);
    const sum = new Uint32Array(kernel.memory, sumsAt, 4).reduce((total, part) => total + part, 0);
    const mean = (sum * 3) / pixels.length;
    writeTables(kernel, (x) => toLevel(mean + (x - mean) * factor));
  });

/** Keeps so many of the upper bits. */
export const posterize = (pixels: Uint8Array, bits: number): void =>
  change(pixels, (kernel) => writeTables(kernel, (x) => (x >> (8 - bits)) << (8 - bits)));

/** 255 - x from the threshold on. */
export const solarize = (pixels: Uint8Array, threshold: number): void =>
  change(pixels, (kernel) => writeTables(kernel, (x) => (x >= threshold ? 255 - x : x)));

/** Stretches each channel so that it has 0 and 255; one of a single level stays. */
export const autoContrast = (pixels: Uint8Array): void =>
  changeByHistogram(pixels, (histogram) => {
    const lowest = histogram.findIndex((count) => count > 0);
    const highest = histogram.findLastIndex((count) => count > 0);
    return (x) => (lowest === highest ? x : toLevel(((x - lowest) * 255) / (highest - lowest)));
  });

/** Makes the levels of each channel equally frequent, as Pillow does in whole numbers. */
export const equalize = (pixels: Uint8Array): void =>
  changeByHistogram(pixels, (histogram) => {
    const total = pixels.length / 3;
    const highest = histogram.findLast((count) => count > 0) ?? 0;
    const step = Math.floor((total - highest) / 255);
    let below = step >> 1;
    return (x) => {
      const level = step === 0 ? x : Math.min(Math.floor(below / step), 255);
      below += histogram[x] ?? 0;
      return level;
    };
  });
