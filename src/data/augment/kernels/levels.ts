// Changes of levels that depend on the level alone: a table of 256 entries, or one for each channel.

/** What each level becomes. */
type Levels = Uint8Array;

/** The nearest level, half up. */
export const toLevel = (x: number): number => Math.min(Math.max(Math.floor(x + 0.5), 0), 255);

const levelsOf = (change: (level: number) => number): Levels =>
  Uint8Array.from({ length: 256 }, (_, level) => change(level));

/** Grey of a colour in 65,536ths of a level: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). */
export const lumaOf = (r: number, g: number, b: number): number => 19_595 * r + 38_470 * g + 7471 * b;

function change(pixels: Uint8Array, levels: Levels): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] = levels[pixels[i] ?? 0] ?? 0;
}

function changeChannels(pixels: Uint8Array, levelsOfChannel: (histogram: Int32Array) => Levels): void {
  for (let channel = 0; channel < 3; channel++) {
    const histogram = new Int32Array(256);
    for (let i = channel; i < pixels.length; i += 3) {
      const level = pixels[i] ?? 0;
      histogram[level] = (histogram[level] ?? 0) + 1;
    }
    const levels = levelsOfChannel(histogram);
    for (let i = channel; i < pixels.length; i += 3) pixels[i] = levels[pixels[i] ?? 0] ?? 0;
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
