import type { Raster } from "../types.ts";
import type { PixelFacts } from "./types.ts";

/** Every n-th pixel of larger images is sampled: as many as a network sees, in less than a millisecond. Chosen, not measured. */
const maxPixels = 2 ** 15;
/** Share of the pixels beyond each end of the range; chosen, not measured. */
const rangeShare = 0.005;
/** Between the largest and the smallest of red, green and blue; chosen, not measured: a JPEG of grey pixels has 0, a tinted scan some. */
const minChroma = 16;

/** Sums over the pixels looked at. */
interface Totals {
  readonly count: number;
  readonly colours: readonly [number, number, number];
  readonly coloured: number;
  /** Σx and Σx² of red - green, then of (red + green) / 2 - blue. */
  readonly opponents: readonly [number, number, number, number];
}

/** Measures a decoded image; exact sums of whole numbers, so that every machine gives the same. */
export function pixelFactsOf(raster: Raster): PixelFacts {
  const { width, height } = raster;
  const step = Math.ceil(Math.sqrt((width * height) / maxPixels));
  const columns = Math.ceil(width / step);
  const rows = Math.ceil(height / step);
  const luma = new Uint8Array(columns * rows);
  const { count, colours, coloured, opponents } = sumUp(raster, { step, luma });
  const brightness = brightnessOf(luma);
  const share = (n: number): number => n / count;
  return {
    width,
    height,
    meanColour: [share(colours[0]), share(colours[1]), share(colours[2])],
    brightness,
    sharpness: laplacianDeviation(luma, columns, rows) / Math.max(brightness.deviation, 1),
    colourfulness: colourfulnessOf(opponents, count),
    colourShare: share(coloured),
  };
}

interface Planes {
  readonly step: number;
  readonly luma: Uint8Array;
}

function sumUp({ width, height, data }: Raster, { step, luma }: Planes): Totals {
  // Single variables: arrays in the innermost loop would take three times as long.
  let reds = 0;
  let greens = 0;
  let blues = 0;
  let coloured = 0;
  let redGreen = 0;
  let redGreen2 = 0;
  let yellowBlue = 0;
  let yellowBlue2 = 0;
  let at = 0;
  for (let y = 0; y < height; y += step) {
    for (let x = 0, i = y * width * 3; x < width; x += step, i += 3 * step) {
      const r = data[i] ?? 0;
      const g = data[i + 1] ?? 0;
      const b = data[i + 2] ?? 0;
      luma[at++] = (77 * r + 150 * g + 29 * b + 128) >> 8;
      reds += r;
      greens += g;
      blues += b;
      const rg = r - g;
      const yb = r + g - 2 * b;
      redGreen += rg;
      redGreen2 += rg * rg;
      yellowBlue += yb;
      yellowBlue2 += yb * yb;
      if (Math.max(r, g, b) - Math.min(r, g, b) > minChroma) coloured++;
    }
  }
  return {
    count: at,
    colours: [reds, greens, blues],
    coloured,
    opponents: [redGreen, redGreen2, yellowBlue / 2, yellowBlue2 / 4],
  };
}

function brightnessOf(luma: Uint8Array): PixelFacts["brightness"] {
  const counts = new Uint32Array(256);
  // By index: walking through bytes one by one takes ten times as long.
  for (let i = 0; i < luma.length; i++) {
    const value = luma[i] ?? 0;
    counts[value] = (counts[value] ?? 0) + 1;
  }
  let [sum, squares] = [0, 0];
  counts.forEach((n, value) => {
    sum += n * value;
    squares += n * value * value;
  });
  const mean = sum / luma.length;
  const spare = rangeShare * luma.length;
  return {
    mean,
    deviation: Math.sqrt(Math.max(squares / luma.length - mean * mean, 0)),
    range: [firstBeyond(counts, spare), 255 - firstBeyond(counts.toReversed(), spare)],
  };
}

/** The first value up to which the counts add up to more than `spare`. */
function firstBeyond(counts: Uint32Array, spare: number): number {
  let sum = 0;
  return counts.findIndex((n) => (sum += n) > spare);
}

/** Standard deviation of 4·p - left - right - above - below over the inner pixels; 0 where there are none. */
function laplacianDeviation(luma: Uint8Array, columns: number, rows: number): number {
  let [sum, squares] = [0, 0];
  for (let y = 1; y < rows - 1; y++) {
    for (let x = 1, i = y * columns + 1; x < columns - 1; x++, i++) {
      const edge =
        4 * (luma[i] ?? 0) -
        (luma[i - 1] ?? 0) -
        (luma[i + 1] ?? 0) -
        (luma[i - columns] ?? 0) -
        (luma[i + columns] ?? 0);
      sum += edge;
      squares += edge * edge;
    }
  }
  const count = Math.max(columns - 2, 0) * Math.max(rows - 2, 0);
  if (count === 0) return 0;
  const mean = sum / count;
  return Math.sqrt(Math.max(squares / count - mean * mean, 0));
}

function colourfulnessOf([rg, rg2, yb, yb2]: Totals["opponents"], count: number): number {
  const [meanRg, meanYb] = [rg / count, yb / count];
  const variances = rg2 / count - meanRg * meanRg + yb2 / count - meanYb * meanYb;
  return Math.sqrt(Math.max(variances, 0)) + 0.3 * Math.sqrt(meanRg * meanRg + meanYb * meanYb);
}
