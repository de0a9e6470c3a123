import { fastCorners } from "./kernels/fast.ts";
import { gradientProducts } from "./kernels/harris.ts";
import type { Grey } from "./grey.ts";

/** A corner of one level of the pyramid, in that level's pixels. */
export interface Corner {
  readonly x: number;
  readonly y: number;
  readonly score: number;
}

export interface CornerOptions {
  /** Maximum number of corners. */
  readonly count: number;
  /** Pixels along the edge without corners. */
  readonly margin: number;
  /** Where corners may lie, one byte a pixel. */
  readonly allowed: Uint8Array;
}

/** The strongest corners by FAST-9 and Harris's measure, spread over the image, the strongest first (as ORB, Rublee et al. 2011). */
export function cornersOf(grey: Grey, options: CornerOptions): Corner[] {
  const positions = cornerPositions(grey, options);
  return spread(strongestNearby(positions, harris(grey, positions), grey), grey, options.count);
}

/** Indices of pixels, in their order. */
function cornerPositions(grey: Grey, { margin, allowed }: CornerOptions): Int32Array {
  const { width, height } = grey;
  const isCorner = fastCorners(grey);
  const positions = new Int32Array(isCorner.length);
  let count = 0;
  for (let y = margin; y < height - margin; y++) {
    for (let i = y * width + margin, end = (y + 1) * width - margin; i < end; i++)
      if (isCorner[i] !== 0 && allowed[i] !== 0) positions[count++] = i;
  }
  return positions.subarray(0, count);
}

/** Harris's measure over 5x5 gradients at each position: large where the brightness changes in two directions. */
function harris(grey: Grey, positions: Int32Array): Float64Array {
  const products = gradientProducts(grey, positions);
  const scores = new Float64Array(positions.length);
  for (let n = 0; n < scores.length; n++) {
    const xx = products[3 * n] ?? 0;
    const yy = products[3 * n + 1] ?? 0;
    const xy = products[3 * n + 2] ?? 0;
    scores[n] = xx * yy - xy * xy - 0.04 * (xx + yy) * (xx + yy);
  }
  return scores;
}

/** Keeps the corners that no stronger one touches; of equal ones the first. */
function strongestNearby(positions: Int32Array, scores: Float64Array, { width, height }: Grey): Corner[] {
  const map = new Float64Array(width * height);
  for (let n = 0; n < positions.length; n++) map[positions[n] ?? 0] = scores[n] ?? 0;
  const kept: Corner[] = [];
  for (let n = 0; n < positions.length; n++) {
    const score = scores[n] ?? 0;
    const i = positions[n] ?? 0;
    if (score > 0 && isStrongest(map, i, width)) kept.push({ x: i % width, y: Math.floor(i / width), score });
  }
  return kept;
}

function isStrongest(map: Float64Array, i: number, width: number): boolean {
  const score = map[i] ?? 0;
  return (
    score > (map[i - width - 1] ?? 0) &&
    score > (map[i - width] ?? 0) &&
    score > (map[i - width + 1] ?? 0) &&
    score > (map[i - 1] ?? 0) &&
    score >= (map[i + 1] ?? 0) &&
    score >= (map[i + width - 1] ?? 0) &&
    score >= (map[i + width] ?? 0) &&
    score >= (map[i + width + 1] ?? 0)
  );
}

/** Per side; chosen, not measured: one textured object must not take all corners. */
const tiles = 5;

/** Takes the strongest, yet from no tile of the image more than three times its even share. */
function spread(corners: readonly Corner[], { width, height }: Grey, count: number): Corner[] {
  const maxPerTile = Math.ceil((3 * count) / (tiles * tiles));
  const taken = new Uint16Array(tiles * tiles);
  const chosen: Corner[] = [];
  for (const corner of corners.toSorted((p, q) => q.score - p.score)) {
    if (chosen.length === count) break;
    const tile = Math.floor((corner.y * tiles) / height) * tiles + Math.floor((corner.x * tiles) / width);
    const inTile = taken[tile] ?? 0;
    if (inTile >= maxPerTile) continue;
    taken[tile] = inTile + 1;
    chosen.push(corner);
  }
  return chosen;
}
