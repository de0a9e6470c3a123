import { upTo16 } from "../../simd/index.ts";
import type { Raster } from "../types.ts";
import {
  type ResampleKernel,
  fractionBits,
  linesAtOnce,
  packWeights,
  resampleKernel,
} from "./resampleKernel.ts";
import type { Size } from "./types.ts";

/** A window of an image in pixels, fractions allowed: [left, right) × [top, bottom). */
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
    const [start, taps] = [first[i] ?? 0, count[i] ?? 0];
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const share = Math.max(1 - Math.abs((k + start - centerOf(i) + 0.5) * shrink), 0);
      row[k] = share;
      sum += share;
    }
    for (let k = 0; k < taps; k++) {
      weights[i * span + k] = Math.trunc(0.5 + ((row[k] ?? 0) / sum) * (1 << fractionBits));
    }
  }
  return { first, weights, span };
}

/** Where things stand in the kernel's memory, in bytes. */
interface Layout {
  readonly offsets: number;
  readonly acrossWeights: number;
  readonly downWeights: number;
  /** Lines that are scaled across, from the first one needed. */
  readonly middle: number;
  readonly middlePitch: number;
  readonly output: number;
  /** A few lines of the image. */
  readonly source: number;
  readonly end: number;
}

/** All that depends on extents alone. */
interface Plan {
  readonly across: Taps;
  readonly down: Taps;
  /** Lines needed: [firstLine, endLine). */
  readonly firstLine: number;
  readonly endLine: number;
  /** Lines of the image that stand in memory at a time. */
  readonly strip: number;
  readonly layout: Layout;
}

interface Geometry extends Size {
  readonly sourceHeight: number;
  readonly sourceWidth: number;
  readonly box: Box;
}

/** A part of the image that fits the fast part of the cache; chosen, not measured. */
const stripBytes = 65_536;
/** What the kernel may read or write past an end. */
const slack = 16;

function planOf({ sourceHeight, sourceWidth, box, height, width }: Geometry): Plan {
  const across = computeTaps(sourceWidth, box.left, box.right, width);
  const down = computeTaps(sourceHeight, box.top, box.bottom, height);
  const firstLine = down.first[0] ?? 0;
  const endLine = Math.min((down.first[height - 1] ?? 0) + down.span, sourceHeight);
  const strip = Math.max(Math.floor(stripBytes / (sourceWidth * 3 * linesAtOnce)), 1) * linesAtOnce;
  const middlePitch = upTo16(width * 3 + 1);
  // Weights past the filter's reach are 0, but what they are multiplied with is read all the same.
  const middleLines = endLine - firstLine + Math.max(linesAtOnce, down.span);
  const acrossWeights = upTo16(width * 4);
  const downWeights = acrossWeights + across.weights.length * 4;
  const middle = downWeights + down.weights.length * 4;
  const output = middle + middleLines * middlePitch + slack;
  const source = output + upTo16(height * width * 3) + slack;
  const end = source + strip * sourceWidth * 3 + across.span * 3 + slack;
  const layout = { offsets: 0, acrossWeights, downWeights, middle, middlePitch, output, source, end };
  return { across, down, firstLine, endLine, strip, layout };
}

let last: { readonly key: string; readonly plan: Plan } | undefined;

/** The plan, with its tables in the kernel's memory; images of one collection often have one size. */
function readyPlan(geometry: Geometry): { readonly plan: Plan; readonly kernel: ResampleKernel } {
  const { sourceHeight, sourceWidth, box, height, width } = geometry;
  const { left, top, right, bottom } = box;
  const key = [sourceHeight, sourceWidth, height, width, left, top, right, bottom].join();
  if (last?.key === key) return { plan: last.plan, kernel: resampleKernel(last.plan.layout.end) };
  const plan = planOf(geometry);
  const { across, down, layout } = plan;
  const kernel = resampleKernel(layout.end);
  const numbers = new Int32Array(kernel.memory);
  numbers.set(
    across.first.map((x) => x * 3),
    layout.offsets / 4,
  );
  numbers.set(packWeights(across.weights), layout.acrossWeights / 4);
  numbers.set(packWeights(down.weights), layout.downWeights / 4);
  last = { key, plan };
  return { plan, kernel };
}

/** Scales the box of an image to the size, into `target` [H, W, 3]: across first, then down, rounded to bytes between, as Pillow does. */
export function resampleInto(source: Raster, box: Box, size: Size, target: Uint8Array): void {
  const { plan, kernel } = readyPlan({
    sourceHeight: source.height,
    sourceWidth: source.width,
    box,
    ...size,
  });
  const { down, firstLine, layout } = plan;
  const bytes = new Uint8Array(kernel.memory);
  scaleAcross(source, plan, kernel, bytes);
  const rowBytes = size.width * 3;
  for (let y = 0; y < size.height; y++) {
    const lines = layout.middle + ((down.first[y] ?? 0) - firstLine) * layout.middlePitch;
    const weights = layout.downWeights + y * down.span * 4;
    const row = layout.output + y * rowBytes;
    // What is written past a row's end the next row writes over.
    kernel.columns(lines, layout.middlePitch, weights, weights + down.span * 4, row, row + rowBytes);
  }
  target.set(bytes.subarray(layout.output, layout.output + size.height * rowBytes));
}

/** Fills the lines that are scaled across. */
function scaleAcross({ width, data }: Raster, plan: Plan, kernel: ResampleKernel, bytes: Uint8Array): void {
  const { across, firstLine, endLine, strip, layout } = plan;
  const lineBytes = width * 3;
  const offsetsEnd = layout.offsets + across.first.length * 4;
  const groupBytes = across.span * 4;
  for (let from = firstLine; from < endLine; from += strip) {
    const end = Math.min(from + strip, endLine);
    bytes.set(data.subarray(from * lineBytes, end * lineBytes), layout.source);
    for (let y = from; y < end; y += linesAtOnce) {
      const lines = layout.source + (y - from) * lineBytes;
      const result = layout.middle + (y - firstLine) * layout.middlePitch;
      kernel.lines(
        lines,
        lineBytes,
        layout.offsets,
        offsetsEnd,
        layout.acrossWeights,
        groupBytes,
        result,
        layout.middlePitch,
      );
    }
  }
}
