import {
  type ConvGeometry,
  type Convolution,
  type DirectConvolution,
  type DirectFilterGradient,
  type Nest,
  packedSize,
} from "../../kernels/index.ts";
import { labelOf } from "../describeKernel.ts";
import { pack, packFlipped } from "./pack.ts";
import { reducePartials } from "./packedProduct.ts";
import type { PlanContext } from "../types.ts";
import { TASK, evenParts, floats } from "./sizing.ts";

type DirectKernel = Nest | DirectConvolution | DirectFilterGradient;

/** Output rows a task computes: enough work to be worth a task, few enough that its source rows stay in cache. */
function rowsPerTask(g: ConvGeometry, pooled: boolean): number {
  const perRow = g.outWidth * g.filters * g.channels * g.filterHeight * g.filterWidth;
  const rowBytes = 4 * g.channels * ((g.outWidth - 1) * g.strides[1] + g.filterWidth);
  const byWork = Math.ceil(TASK.products / perRow);
  const byCache = Math.max(1, Math.floor(TASK.sourceBytes / (rowBytes * g.strides[0])));
  const rows = Math.min(byWork, byCache, g.outHeight);
  return pooled ? Math.min(g.outHeight & ~1, Math.max(2, rows & ~1)) : Math.max(1, rows);
}

/** The convolution from dy to dx of one whose strides are 1. */
export const flippedGeometry = (g: ConvGeometry): ConvGeometry => ({
  ...g,
  height: g.outHeight,
  width: g.outWidth,
  channels: g.filters,
  outHeight: g.height,
  outWidth: g.width,
  filters: g.channels,
  padTop: (g.filterHeight - 1) * g.dilation[0] - g.padTop,
  padLeft: (g.filterWidth - 1) * g.dilation[1] - g.padLeft,
});

/** A convolution by register tiles over the source as it stands. */
export function directForward(
  context: PlanContext,
  { geometry: g, inputs: [source, filters], output, epilogue }: Convolution,
): readonly DirectKernel[] {
  const depth = g.filterHeight * g.filterWidth * g.channels;
  const packed = floats(context, "packed filters", packedSize(g.filters, depth, context.panel));
  return [
    pack(context, {
      label: "pack filters",
      from: filters,
      to: packed,
      outputs: g.filters,
      rows: [[depth, g.filters]],
      stride: 1,
    }),
    {
      kind: "direct",
      label: labelOf("conv2d", epilogue),
      source,
      packed,
      output,
      geometry: g,
      epilogue,
      panel: context.panel,
      rows: rowsPerTask(g, epilogue.pool !== undefined),
    },
  ];
}

/** dx of a convolution of stride 1 is a convolution of dy with flipped filters. */
export function directInputGradient(
  context: PlanContext,
  { geometry: g, inputs: [dy, filters], output: dx, epilogue }: Convolution,
): readonly DirectKernel[] {
  const depth = g.filterHeight * g.filterWidth * g.filters;
  const packed = floats(context, "packed filters", packedSize(g.channels, depth, context.panel));
  const flipped = flippedGeometry(g);
  return [
    packFlipped(context, { from: filters, to: packed }, g),
    {
      kind: "direct",
      label: labelOf("conv2d input gradient", epilogue),
      source: dy,
      packed,
      output: dx,
      geometry: flipped,
      epilogue,
      panel: context.panel,
      rows: rowsPerTask(flipped, false),
    },
  ];
}

/** Whether the filter gradient scatters the pooled gradient by itself, row by row. */
export const scattersItself = ({ geometry: g, unpool }: Convolution): boolean =>
  unpool !== undefined && g.filters % 4 === 0 && g.outHeight % 2 === 0 && g.outWidth % 2 === 0;

/** Runs of images whose partial sums are kept apart, and numbers that these sums may take in all; chosen, not measured. */
const CHUNKS = { max: 16, numbers: 8 << 20 };

/** Chunks that are work enough for all tasks without sharing out filter rows; chosen, not measured. */
const ENOUGH_CHUNKS = 8;

/** Runs of images whose partial sums are kept apart: more of them cost more memory traffic than they save in waiting. */
export function directChunks(g: ConvGeometry): number {
  const size = g.filterHeight * g.filterWidth * g.channels * g.filters;
  return evenParts(g.n, Math.max(1, Math.min(g.n, CHUNKS.max, Math.floor(CHUNKS.numbers / size))));
}

/** Bytes that stay in the nearest cache, while all weights of a block pass: its size in current processors, not measured. */
const NEAR = 32_768;

/** Output rows whose products are added to the sums in one pass over them. */
export function directRows(g: ConvGeometry): number {
  const rowBytes = 4 * (g.channels * g.width + g.filters * g.outWidth);
  return Math.max(1, Math.min(g.outHeight, Math.floor(NEAR / rowBytes)));
}

/** dw by register tiles over runs of images. */
export function directFilterGradient(context: PlanContext, kernel: Convolution): readonly DirectKernel[] {
  const { geometry: g, inputs, output: dw, unpool } = kernel;
  const size = g.filterHeight * g.filterWidth * g.channels * g.filters;
  const chunks = directChunks(g);
  const partials = chunks === 1 ? dw : floats(context, "partial sums", chunks, size);
  const scattered = scattersItself(kernel) ? unpool : undefined;
  const rows = scattered ? Math.max(2, directRows(g) & ~1) : directRows(g);
  const blocks = Math.ceil((rows * g.outWidth * g.filters * 4) / NEAR);
  const tiles = {
    kind: "directFilter",
    label: "conv2d filter gradient",
    source: inputs[0],
    gradient: scattered?.gradient ?? inputs[1],
    ...(scattered && { positions: scattered.positions }),
    partials,
    geometry: g,
    chunks,
    // With enough chunks to share out, one task does all filter rows, and dy is read (or scattered) once.
    filterRows: scattered || chunks >= ENOUGH_CHUNKS ? g.filterHeight : 1,
    panel: context.panel,
    rows,
    columns: Math.ceil(g.outWidth / blocks),
  } as const;
  const sum = chunks === 1 ? [] : [reducePartials(partials, dw, { count: chunks, size, epilogue: {} })];
  return [tiles, ...sum];
}
