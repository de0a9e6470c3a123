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

// The circle of 16 pixels around the tested one (Rosten & Drummond 2006).
const circle: readonly (readonly [number, number])[] = [
  [0, -3],
  [1, -3],
  [2, -2],
  [3, -1],
  [3, 0],
  [3, 1],
  [2, 2],
  [1, 3],
  [0, 3],
  [-1, 3],
  [-2, 2],
  [-3, 1],
  [-3, 0],
  [-3, -1],
  [-2, -2],
  [-1, -3],
];
/** Grey levels; chosen, not measured: above sensor noise of 3 levels, so that faint cells still have corners. */
const minContrast = 6;
/** Pixels of the circle in a row: FAST-9, the most repeatable of its kind (Rosten & Drummond 2006). */
const arc = 9;

/** Whether nine pixels in a row of the circle are all so bright, or all so dark, given as 16 bits. */
const longRuns = Uint8Array.from({ length: 65536 }, (_, bits) => {
  const twice = bits | (bits << 16);
  let run = twice;
  for (let k = 1; k < arc; k++) run &= twice >>> k;
  return run === 0 ? 0 : 1;
});

/** The strongest corners by FAST-9 and Harris's measure, spread over the image, the strongest first (as ORB, Rublee et al. 2011). */
export function cornersOf(grey: Grey, options: CornerOptions): Corner[] {
  const found = strongestNearby(fastCorners(grey, options), grey);
  return spread(found, grey, options.count);
}

function fastCorners(grey: Grey, { margin, allowed }: CornerOptions): Corner[] {
  const { width, height, data } = grey;
  const offsets = Int32Array.from(circle, ([x, y]) => y * width + x);
  const corners: Corner[] = [];
  for (let y = margin; y < height - margin; y++) {
    for (let x = margin, i = y * width + margin; x < width - margin; x++, i++) {
      if (allowed[i] === 0) continue;
      const high = (data[i] ?? 0) + minContrast;
      const low = (data[i] ?? 0) - minContrast;
      const north = data[i - 3 * width] ?? 0;
      const south = data[i + 3 * width] ?? 0;
      // Nine in a row hold one of each two that face each other.
      if (north >= low && north <= high && south >= low && south <= high) continue;
      const east = data[i + 3] ?? 0;
      const west = data[i - 3] ?? 0;
      if (east >= low && east <= high && west >= low && west <= high) continue;
      let bright = 0;
      let dark = 0;
      for (let k = 0; k < 16; k++) {
        const value = data[i + (offsets[k] ?? 0)] ?? 0;
        if (value > high) bright |= 1 << k;
        else if (value < low) dark |= 1 << k;
      }
      if (longRuns[bright] || longRuns[dark]) corners.push({ x, y, score: harris(grey, i) });
    }
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
