import {
  type ConvGeometry,
  type Convolution,
  type MatrixProduct,
  type WinogradSize,
  positionsOf,
  tilesOf,
} from "../../kernels/index.ts";
import { directChunks, directRows, flippedGeometry } from "./direct.ts";
import { winogradChunks } from "./winograd.ts";

// The cost model: what an algorithm is expected to take on one thread, in multiplications with their additions at the speed
// of a register tile. It sees shapes alone, so that every machine chooses alike and computes the same bits.
// `fovea bench --tune` holds it against the clock.

// All constants come from one-off runs of `fovea bench --tune`; docs/performance/lab-notes.md, Which algorithm, has some of the times.
// Those of 3x3 convolutions fit 161 of them in three directions, of 2x2 to 100x100 pixels, 16 to 512 channels and 1 to 16
// images, on Node 20 and 24; PREPARE.winograd and PASS were measured apart from that fit. Those of 1x1 convolutions and products
// fit the 54 works of MobileNet and its quarter at 96x96, batch 32. At batches of 2 to 4 F(4x4) is chosen too often where channels
// are many and maps are small.

/** A product of a direct convolution: its tiles step over the borders. */
const DIRECT = 1.1;

/** The same for a 1x1 convolution, and copying a number of the source beside its row. */
const POINT = { product: 1.05, copy: 10 };

/** A product in packed blocks, and a number of A, B or the output that passes through memory. */
const PACKED = { product: 1.15, number: 4 };

/** Reading a filter's number, however few the pixels that use it: as it is packed, or transformed. */
const READ = { direct: 3, winograd: 1.6 };

/** Packing a filter's number, whose results are stored one by one where the filters are flipped; transforming it, flipped or not. */
const PREPARE = { direct: { straight: 10, flipped: 31 }, winograd: 7 };

/** A position of one channel into the Winograd domain and, of one filter, out of it. */
const TRANSFORM = { 2: 1.4, 4: 6 } as const satisfies Record<WinogradSize, number>;

/** The same for the filter gradient, which transforms the gradient into the domain with more work. */
const GRADIENT_TRANSFORM = { 2: 7, 4: 17 } as const satisfies Record<WinogradSize, number>;

/** A product of the filter gradient in the Winograd domain. */
const GRADIENT_PRODUCT = 1.3;

/** A number of a filter gradient for every chunk of the work, to be added up, and once. */
const SUMS = { direct: { chunk: 2.7 }, winograd: { chunk: 9, once: 19 } };

/** A number of a direct filter gradient for every pass over them: while they stay in the nearest caches, and when there are more. */
const PASS = { near: 0.4, far: 2.2, nearFloats: 60_000 };

/** One number written to memory and read again. */
const SCATTER = 8;

export interface CostOptions {
  /** Filters follow only from parameters that the program does not update, so they are packed or transformed once for many runs. */
  readonly constantFilters: boolean;
}

/** Filters count as whole panels of 8, whatever the panel of this machine. */
const inPanels = (filters: number): number => Math.ceil(filters / 8) * 8;

const tapsOf = (g: ConvGeometry): number => g.filterHeight * g.filterWidth * g.channels * g.filters;

/** A convolution by register tiles over the map as it stands. */
export function directCost(
  { direction, geometry: g }: Convolution,
  { constantFilters }: CostOptions,
): number {
  const pixels = g.n * g.outHeight * g.outWidth;
  const taps = tapsOf(g);
  if (direction === "filterGradient") {
    const passes = g.n * Math.ceil(g.outHeight / directRows(g));
    const pass = taps > PASS.nearFloats ? PASS.far : PASS.near;
    return taps * (DIRECT * pixels + SUMS.direct.chunk * directChunks(g) + pass * passes);
  }
  const flipped = direction === "inputGradient";
  const outputs = flipped ? g.channels : g.filters;
  if (g.filterHeight * g.filterWidth === 1) {
    // Rows of a tile that is not full are computed at about half the speed.
    const tiles = (1 + (4 * Math.ceil(g.outWidth / 4)) / g.outWidth) / 2;
    const inputs = flipped ? g.filters : g.channels;
    return pixels * (POINT.product * tiles * taps + POINT.copy * inputs);
  }
  const once = READ.direct + (constantFilters ? 0 : PREPARE.direct[flipped ? "flipped" : "straight"]);
  return taps * (DIRECT * pixels * (inPanels(outputs) / outputs) + once);
}

/** A 3x3 convolution in tiles of size × size outputs. */
export function winogradCost(
  { direction, geometry }: Convolution,
  size: WinogradSize,
  { constantFilters }: CostOptions,
): number {
  const flipped = direction === "inputGradient";
  const g = flipped ? flippedGeometry(geometry) : geometry;
  const { channels, filters } = g;
  const tiles = tilesOf(g, size);
  if (direction === "filterGradient") {
    const perTile = GRADIENT_PRODUCT * channels * filters + GRADIENT_TRANSFORM[size] * (channels + filters);
    const sums = SUMS.winograd.chunk * winogradChunks(g, size) + SUMS.winograd.once;
    return positionsOf(size) * (tiles * perTile + sums * channels * filters);
  }
  const perTile = channels * inPanels(filters) + TRANSFORM[size] * (channels + filters);
  const once = READ.winograd + (constantFilters ? 0 : PREPARE.winograd);
  return positionsOf(size) * (tiles * perTile + once * channels * filters);
}

/** A multiply-add of a depthwise loop nest, which asks for the edges at every pixel and tap, against one on vectors of channels. */
const NEST = 1.7;

/** Any direction of a depthwise convolution on vectors of channels, and as loop nests. */
export const depthwiseCost = (g: ConvGeometry): number =>
  g.n * g.outHeight * g.outWidth * g.filterHeight * g.filterWidth * g.channels;
export const depthwiseNestCost = (g: ConvGeometry): number => NEST * depthwiseCost(g);

/** A product in packed blocks. */
export const productCost = ({ m, n, k }: Pick<MatrixProduct, "m" | "n" | "k">): number =>
  PACKED.product * m * n * k + PACKED.number * (m * k + k * n + m * n);

/** Scattering a pooled gradient into memory, for an algorithm that reads it whole. */
export const scatterCost = ({ unpool, geometry: g }: Convolution): number =>
  unpool ? SCATTER * g.n * g.outHeight * g.outWidth * g.filters : 0;
