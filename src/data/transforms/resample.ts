import type { Raster } from "../types.ts";
import { fractionBits, resampleKernel } from "./resampleKernel.ts";
import type { Size } from "./types.ts";

/** A window of a picture in pixels, fractions allowed: [left, right) × [top, bottom). */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** For each output position: the first input position, and fixed-point weights of it and the following ones, [outputs, span]. */
interface Taps {
  readonly first: Int32Array;
  readonly weights: Int32Array;
  /** Weights kept per output position; those past the filter's reach are 0. */
  readonly span: number;
}

/** Triangle filter, widened by the scale when shrinking (Pillow, Resample.c, `precompute_coeffs`). */
function computeTaps(extent: number, from: number, to: number, outputs: number): Taps {
  const scale = (to - from) / outputs;
  const reach = Math.max(scale, 1);
  const shrink = 1 / reach;
  const centerOf = (i: number): number => from + (i + 0.5) * scale;
  const first = Int32Array.from({ length: outputs }, (_, i) =>
    Math.max(Math.trunc(centerOf(i) - reach + 0.5), 0),
  );
  const count = first.map((start, i) => Math.min(Math.trunc(centerOf(i) + reach + 0.5), extent) - start);
  // The kernel takes weights by fours.
  const span = Math.ceil(count.reduce((most, taps) => Math.max(most, taps), 1) / 4) * 4;
  const weights = new Int32Array(outputs * span);
  const row = new Float64Array(span);
  for (let i = 0; i < outputs; i++) {
    let sum = 0;
    for (let k = 0; k < count[i]!; k++) {
      row[k] = Math.max(1 - Math.abs((k + first[i]! - centerOf(i) + 0.5) * shrink), 0);
      sum += row[k]!;
    }
    for (let k = 0; k < count[i]!; k++) {
      weights[i * span + k] = Math.trunc(0.5 + (row[k]! / sum) * (1 << fractionBits));
    }
  }
  return { first, weights, span };
}

/** Where things stand in the kernel's memory, in bytes. */
interface Layout {
  readonly offsets: number;
  readonly weights: number;
  /** Weights of the lines in the ring, by their place in it. */
  readonly lineWeights: number;
  /** The last few lines, already scaled across: line y stands at y modulo the span. */
  readonly ring: number;
  readonly pitch: number;
  readonly output: number;
  readonly source: number;
  readonly end: number;
}

function layOut(across: Taps, down: Taps, sourceBytes: number): Layout {
  const pitch = Math.ceil((across.first.length * 3 + 1) / 16) * 16;
  const weights = across.first.length * 4;
  const lineWeights = weights + across.weights.length * 4;
  const ring = lineWeights + down.span * 4;
  const output = ring + down.span * pitch;
  const source = output + pitch;
  // Weights past the reach make the kernel look past the line's end.
  const end = source + sourceBytes + across.span * 3 + 16;
  return { offsets: 0, weights, lineWeights, ring, pitch, output, source, end };
}

/** Scales the box of a picture to the size: across first, then down, rounded to bytes between, as Pillow does. */
export function resample(source: Raster, box: Box, { height, width }: Size): Raster {
  const across = computeTaps(source.width, box.left, box.right, width);
  const down = computeTaps(source.height, box.top, box.bottom, height);
  const lineBytes = source.width * 3;
  const at = layOut(across, down, lineBytes);
  const kernel = resampleKernel(at.end);
  const bytes = new Uint8Array(kernel.memory.buffer);
  const numbers = new Int32Array(kernel.memory.buffer);
  numbers.set(
    across.first.map((x) => x * 3),
    at.offsets / 4,
  );
  numbers.set(across.weights, at.weights / 4);
  const scaleAcross = (y: number): void => {
    bytes.set(source.data.subarray(y * lineBytes, (y + 1) * lineBytes), at.source);
    const target = at.ring + (y % down.span) * at.pitch;
    kernel.line(at.source, at.offsets, at.weights, across.span * 4, target, target + width * 3);
  };
  const data = new Uint8Array(height * width * 3);
  let next = 0;
  for (let y = 0; y < height; y++) {
    const first = down.first[y]!;
    const end = Math.min(first + down.span, source.height);
    for (next = Math.max(next, first); next < end; next++) scaleAcross(next);
    for (let k = 0; k < down.span; k++) {
      numbers[at.lineWeights / 4 + ((first + k) % down.span)] = down.weights[y * down.span + k]!;
    }
    kernel.columns(at.ring, at.pitch, at.lineWeights, at.ring, at.output, at.output + at.pitch);
    data.set(bytes.subarray(at.output, at.output + width * 3), y * width * 3);
  }
  return { width, height, data };
}
