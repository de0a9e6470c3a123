// Changes of levels that depend on the level alone: a table of 256 entries, or one for each channel.

/** What each level becomes. */
type Levels = Uint8Array;

/** The nearest level, half up. */
const toLevel = (x: number): number => Math.min(Math.max(Math.floor(x + 0.5), 0), 255);

function levelsOf(change: (level: number) => number): Levels {
  const levels = new Uint8Array(256);
  for (let level = 0; level < 256; level++) levels[level] = change(level);
  return levels;
}

/** Grey of a colour in 65,536ths of a level: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). */
const lumaOf = (r: number, g: number, b: number): number => 19_595 * r + 38_470 * g + 7471 * b;

/** Four levels are read before any is written: the engine does not know that pixels and levels are no one memory. */
function change(pixels: Uint8Array, levels: Levels): void {
  const end = pixels.length - 3;
  let i = 0;
  for (; i < end; i += 4) {
    const a = levels[pixels[i] ?? 0] ?? 0;
    const b = levels[pixels[i + 1] ?? 0] ?? 0;
    const c = levels[pixels[i + 2] ?? 0] ?? 0;
    const d = levels[pixels[i + 3] ?? 0] ?? 0;
    pixels[i] = a;
    pixels[i + 1] = b;
    pixels[i + 2] = c;
    pixels[i + 3] = d;
  }
  for (; i < pixels.length; i++) pixels[i] = levels[pixels[i] ?? 0] ?? 0;
}

/** How many pixels have each level, [channel, level]. */
function histogramsOf(pixels: Uint8Array): Int32Array {
  const counts = new Int32Array(3 * 256);
  for (let i = 0; i < pixels.length; i += 3) {
    const r = pixels[i] ?? 0;
    const g = 256 + (pixels[i + 1] ?? 0);
    const b = 512 + (pixels[i + 2] ?? 0);
    counts[r] = (counts[r] ?? 0) + 1;
    counts[g] = (counts[g] ?? 0) + 1;
    counts[b] = (counts[b] ?? 0) + 1;
  }
  return counts;
}

function changeChannels(pixels: Uint8Array, levelsOfChannel: (histogram: Int32Array) => Levels): void {
  const counts = histogramsOf(pixels);
  const levelsAt = (channel: number): Levels =>
    levelsOfChannel(counts.subarray(channel * 256, (channel + 1) * 256));
  const [reds, greens, blues] = [levelsAt(0), levelsAt(1), levelsAt(2)];
  for (let i = 0; i < pixels.length; i += 3) {
    const r = reds[pixels[i] ?? 0] ?? 0;
    const g = greens[pixels[i + 1] ?? 0] ?? 0;
    const b = blues[pixels[i + 2] ?? 0] ?? 0;
    pixels[i] = r;
    pixels[i + 1] = g;
    pixels[i + 2] = b;
  }
}

/** Multiplies by a factor from 0. */
export const brightness = (pixels: Uint8Array, factor: number): void =>
  change(
    pixels,
    levelsOf((x) => toLevel(x * factor)),
  );

/** Mean + (x - mean) · factor; the mean is that of the image in grey. */
export function contrast(pixels: Uint8Array, factor: number): void {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 3)
    sum += (lumaOf(pixels[i] ?? 0, pixels[i + 1] ?? 0, pixels[i + 2] ?? 0) + 32_768) >> 16;
  const mean = (sum * 3) / pixels.length;
  change(
    pixels,
    levelsOf((x) => toLevel(mean + (x - mean) * factor)),
  );
}

/** Keeps so many of the upper bits. */
export const posterize = (pixels: Uint8Array, bits: number): void =>
  change(
    pixels,
    levelsOf((x) => (x >> (8 - bits)) << (8 - bits)),
  );

/** 255 - x from the threshold on. */
export const solarize = (pixels: Uint8Array, threshold: number): void =>
  change(
    pixels,
    levelsOf((x) => (x >= threshold ? 255 - x : x)),
  );

/** Stretches each channel so that it has 0 and 255; one of a single level stays. */
export const autoContrast = (pixels: Uint8Array): void =>
  changeChannels(pixels, (histogram) => {
    const lowest = histogram.findIndex((count) => count > 0);
    const highest = histogram.findLastIndex((count) => count > 0);
    return levelsOf((x) => (lowest === highest ? x : toLevel(((x - lowest) * 255) / (highest - lowest))));
  });

/** Makes the levels of each channel equally frequent, as Pillow does in whole numbers. */
export const equalize = (pixels: Uint8Array): void =>
  changeChannels(pixels, (histogram) => {
    const total = pixels.length / 3;
    const highest = histogram.findLast((count) => count > 0) ?? 0;
    const step = Math.floor((total - highest) / 255);
    let below = step >> 1;
    return levelsOf((x) => {
      const level = step === 0 ? x : Math.min(Math.floor(below / step), 255);
      below += histogram[x] ?? 0;
      return level;
    });
  });
