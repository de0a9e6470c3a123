import { fastCorners } from "./kernels/fast.ts";
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
  const found = strongestNearby(scoredCorners(grey, options), grey);
  return spread(found, grey, options.count);
}

function scoredCorners(grey: Grey, { margin, allowed }: CornerOptions): Corner[] {
  const { width, height } = grey;
  const isCorner = fastCorners(grey);
  const corners: Corner[] = [];
  for (let y = margin; y < height - margin; y++) {
    for (let x = margin, i = y * width + margin; x < width - margin; x++, i++)
      if (isCorner[i] !== 0 && allowed[i] !== 0) corners.push({ x, y, score: harris(grey, i) });
  }
  return corners;
}

/** Harris's measure over 5x5 gradients: large where the brightness changes in two directions. */
function harris({ width, data }: Grey, centre: number): number {
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let row = -2; row <= 2; row++) {
    for (let i = centre + row * width - 2, end = i + 5; i < end; i++) {
      const fall = (data[i + width + 1] ?? 0) - (data[i - width - 1] ?? 0);
      const rise = (data[i - width + 1] ?? 0) - (data[i + width - 1] ?? 0);
      const gx = fall + rise + 2 * ((data[i + 1] ?? 0) - (data[i - 1] ?? 0));
      const gy = fall - rise + 2 * ((data[i + width] ?? 0) - (data[i - width] ?? 0));
      xx += gx * gx;
      yy += gy * gy;
      xy += gx * gy;
    }
  }
  return xx * yy - xy * xy - 0.04 * (xx + yy) * (xx + yy);
}

/** Keeps the corners that no stronger one touches; of equal ones the first. */
function strongestNearby(corners: readonly Corner[], { width, height }: Grey): Corner[] {
  const scores = new Float64Array(width * height);
  for (const { x, y, score } of corners) scores[y * width + x] = score;
  return corners.filter(({ x, y, score }) => {
    const i = y * width + x;
    const before = Math.max(
      scores[i - width - 1] ?? 0,
      scores[i - width] ?? 0,
      scores[i - width + 1] ?? 0,
      scores[i - 1] ?? 0,
    );
    const after = Math.max(
      scores[i + 1] ?? 0,
      scores[i + width - 1] ?? 0,
      scores[i + width] ?? 0,
      scores[i + width + 1] ?? 0,
    );
    return score > 0 && score > before && score >= after;
  });
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
