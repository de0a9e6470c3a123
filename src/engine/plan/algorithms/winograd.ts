import {
  type Buffer,
  type ConvEpilogue,
  type ConvGeometry,
  type WinogradConvolution,
  type WinogradKernel,
  type WinogradSize,
  positionStride,
  positionsOf,
  tilesOf,
} from "../../kernels/index.ts";
import type { PlanContext } from "../types.ts";
import { evenParts, floats } from "./sizing.ts";

/** Room of one thread for a run of tiles, in floats: about the second cache of current processors; chosen, not measured. */
const CACHE_FLOATS = 200_000;

/** Transformed filters beyond this many floats do not stay in the caches from one run of tiles to the next; chosen, not measured. */
const FAR_FLOATS = 4_000_000;

/** Tasks that work on many filters is shared out to, at least: each slice of filters transforms the same pixels again; chosen, not measured. */
const SHARES = 4;

/** Floats a chunk's sums may take in all: beyond it their traffic costs more than the chunks gain; chosen, not measured. */
const MAX_PARTIAL_FLOATS = 4 << 20;

/** Tiles of a run: enough that reading the filters is paid back, or the sums; few enough for tasks. Chosen, not measured. */
const RUN = { forward: 24, gradient: 64, max: 128 };

/** Chunks of a filter gradient at most, and tiles of one at least; chosen, not measured. */
const CHUNK = { max: 16, tiles: 16 };

/** The convolution that a direction amounts to can run in Winograd's domain: 3x3 without steps, channels in whole vectors. */
export function suitsWinograd(g: ConvGeometry): boolean {
  const fits =
    g.filterHeight === 3 && g.filterWidth === 3 && [...g.strides, ...g.dilation].every((step) => step === 1);
  return fits && g.channels % 4 === 0 && g.filters % 4 === 0;
}

/** Cuts `count` into runs of equal size, at most `max` long and at least a register tile. */
function evenRuns(count: number, max: number): number {
  return Math.ceil(count / Math.ceil(count / Math.max(4, max)));
}

interface Forward {
  readonly label: string;
  readonly size: WinogradSize;
  readonly source: Buffer;
  readonly filters: Buffer;
  readonly output: Buffer;
  /** Of the convolution that runs: for an input gradient, from dy to dx. */
  readonly geometry: ConvGeometry;
  readonly flipped: boolean;
  readonly epilogue: ConvEpilogue;
}

/** Tiles and slices of the filters for one task of a convolution. */
function shareOut(
  g: ConvGeometry,
  { size, panel }: { readonly size: WinogradSize; readonly panel: number },
): Pick<WinogradConvolution, "tiles" | "slices"> {
  const outputs = Math.ceil(g.filters / panel) * panel;
  const positions = positionsOf(size);
  const count = tilesOf(g, size);
  const fills = g.outHeight % size === 0 && g.outWidth % size === 0;
  if (!fills || positions * g.channels * outputs < FAR_FLOATS) {
    // Few channels: tiles fill the cache. Many: enough tiles that reading the filters is paid back.
    const max = Math.max(RUN.forward, Math.floor(CACHE_FLOATS / (positions * (g.channels + outputs))));
    return { tiles: evenRuns(count, Math.min(RUN.max, max)), slices: 1 };
  }
  // Filters that come from memory are read as seldom as can be; the tasks share them out.
  const tiles = evenRuns(count, RUN.max);
  const wanted = SHARES / Math.ceil(count / tiles);
  const slices = [1, 2, 4].find((n) => n >= wanted && g.filters % (n * panel) === 0) ?? 1;
  return { tiles, slices };
}

/** Filters into the transformed domain, then all tiles. Serves the forward pass and, flipped, the input gradient. */
export function winogradConvolution(
  context: PlanContext,
  { label, size, source, filters, output, geometry: g, flipped, epilogue }: Forward,
): readonly WinogradKernel[] {
  const outputs = Math.ceil(g.filters / context.panel) * context.panel;
  const positions = positionsOf(size);
  const transformed = floats(
    context,
    "transformed filters",
    positions * positionStride(g.channels * outputs),
  );
  const share = shareOut(g, { size, panel: context.panel });
  return [
    {
      kind: "winogradFilters",
      label: "filters to Winograd",
      size,
      filters,
      transformed,
      channels: g.channels,
      outputs: g.filters,
      flipped,
      panel: context.panel,
    },
    {
      kind: "winograd",
      label: `${label} (Winograd F(${size}x${size}))`,
      size,
      source,
      transformed,
      output,
      geometry: g,
      epilogue,
      panel: context.panel,
      ...share,
    },
  ];
}

/** Runs of tiles whose partial sums are kept apart. */
export function winogradChunks(g: ConvGeometry, size: WinogradSize): number {
  const sums = positionsOf(size) * positionStride(g.channels * g.filters);
  const count = tilesOf(g, size);
  return evenParts(
    count,
    Math.max(1, Math.min(CHUNK.max, Math.floor(MAX_PARTIAL_FLOATS / sums), Math.floor(count / CHUNK.tiles))),
  );
}

/** dw by sums over tiles in the transformed domain. */
export function winogradFilterGradient(
  context: PlanContext,
  { x, dy, dw, size }: { x: Buffer; dy: Buffer; dw: Buffer; size: WinogradSize },
  g: ConvGeometry,
): readonly WinogradKernel[] {
  const positions = positionsOf(size);
  const sums = positions * positionStride(g.channels * g.filters);
  const count = tilesOf(g, size);
  const chunks = winogradChunks(g, size);
  const panels = Math.ceil(g.filters / context.panel);
  // Few chunks leave cores idle, so a chunk's filters are shared out too.
  const slice = Math.ceil(panels / Math.min(panels, Math.ceil(SHARES / chunks))) * context.panel;
  // At least as many that reading and writing the sums is paid back.
  const max = Math.max(RUN.gradient, Math.floor(CACHE_FLOATS / (positions * (g.channels + slice))));
  const tiles = evenRuns(Math.ceil(count / chunks), Math.min(RUN.max, max));
  const partials = floats(context, "transformed partial sums", chunks * sums);
  return [
    {
      kind: "winogradFilterSums",
      label: `conv2d filter gradient (Winograd F(${size}x${size}))`,
      size,
      source: x,
      gradient: dy,
      partials,
      geometry: g,
      panel: context.panel,
      chunks,
      tiles,
      slice,
    },
    {
      kind: "winogradFilterGradient",
      label: "filter gradient from Winograd",
      size,
      partials,
      output: dw,
      channels: g.channels,
      outputs: g.filters,
      chunks,
    },
  ];
}
