import type { ConvGeometry, Convolution, MatrixProduct } from "../kernels/index.ts";

// The cost model: what an algorithm is expected to take on one thread, in multiplications with their additions at the speed
// of a register tile. It sees shapes alone, so that every machine chooses alike and computes the same bits.
// `fovea bench --tune` holds it against the clock.

/** One point of one channel into or out of the Winograd domain. */
const TRANSFORM = 10;

/** A point of a direct convolution against one of a packed product: its tiles step over the borders. */
const DIRECT = 1.1;

/** One number written to memory and read again. */
const SPREAD = 8;

/** Any direction of a convolution by register tiles over the map as it stands. */
export const directCost = (g: ConvGeometry): number =>
  DIRECT * g.n * g.outHeight * g.outWidth * g.filterHeight * g.filterWidth * g.channels * g.filters;

/** Any direction of a 3x3 convolution in tiles of `side` x `side` outputs, each of (side + 2)² positions. */
export function winogradCost(g: ConvGeometry, side: number): number {
  const tiles = g.n * Math.ceil(g.outHeight / side) * Math.ceil(g.outWidth / side);
  const positions = (side + 2) ** 2;
  return positions * tiles * (g.channels * g.filters + TRANSFORM * (g.channels + g.filters));
}

/** A product in packed blocks. */
export const productCost = ({ m, n, k }: Pick<MatrixProduct, "m" | "n" | "k">): number => m * n * k;

/** Spreading a pooled gradient out in memory, for an algorithm that reads it whole. */
export const spreadCost = ({ unpool, geometry: g }: Convolution): number =>
  unpool ? SPREAD * g.n * g.outHeight * g.outWidth * g.filters : 0;
