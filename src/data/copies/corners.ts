import type { Grey } from "./grey.ts";

/** A corner of one level of the pyramid, in that level's pixels. */
export interface Corner {
  readonly x: number;
  readonly y: number;
  readonly score: number;
}

export interface CornerOptions {
  /** Most corners to return. */
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
const leastContrast = 6;
const arc = 9;

/** Whether nine pixels in a row of the circle are all so bright, or all so dark, given as 16 bits. */
const longRuns = Uint8Array.from({ length: 65536 }, (_, bits) => {
  const twice = bits | (bits << 16);
  let run = twice;
  for (let k = 1; k < arc; k++) run &= twice >>> k;
  return run === 0 ? 0 : 1;
});

/** The strongest corners by FAST-9 and Harris's measure, spread over the picture, the strongest first (as ORB, Rublee et al. 2011). */
export function cornersOf(grey: Grey, options: CornerOptions): Corner[] {
  const found = strongestNearby(fastCorners(grey, options), grey.width);
  return spread(found, grey, options.count);
}

function fastCorners(grey: Grey, { margin, allowed }: CornerOptions): Corner[] {
  const { width, height, data } = grey;
  const offsets = Int32Array.from(circle, ([x, y]) => y * width + x);
  const [north, east, south, west] = [offsets[0]!, offsets[4]!, offsets[8]!, offsets[12]!];
  const corners: Corner[] = [];
  for (let y = margin; y < height - margin; y++) {
    for (let x = margin, i = y * width + margin; x < width - margin; x++, i++) {
      const high = data[i]! + leastContrast;
      const low = data[i]! - leastContrast;
      const [n, e, s, w] = [data[i + north]!, data[i + east]!, data[i + south]!, data[i + west]!];
      // Nine in a row hold at least two neighbours of these four.
      const bright = +(n > high) + +(e > high) + +(s > high) + +(w > high);
      const dark = +(n < low) + +(e < low) + +(s < low) + +(w < low);
      if ((bright < 2 && dark < 2) || allowed[i] === 0) continue;
      let brightBits = 0;
      let darkBits = 0;
      for (let k = 0; k < 16; k++) {
        const value = data[i + offsets[k]!]!;
        if (value > high) brightBits |= 1 << k;
        else if (value < low) darkBits |= 1 << k;
      }
      if (longRuns[brightBits] || longRuns[darkBits]) corners.push({ x, y, score: harris(grey, i) });
    }
  }
  return corners;
}

/** Harris's measure over 7x7 gradients: large where the brightness changes in two directions. */
function harris({ width, data }: Grey, centre: number): number {
  let [xx, yy, xy] = [0, 0, 0];
  for (let row = -3; row <= 3; row++) {
    for (let i = centre + row * width - 3; i <= centre + row * width + 3; i++) {
      const [a, b] = [data[i - width - 1]!, data[i - width + 1]!];
      const [c, d] = [data[i + width - 1]!, data[i + width + 1]!];
      const gx = b + 2 * data[i + 1]! + d - a - 2 * data[i - 1]! - c;
      const gy = c + 2 * data[i + width]! + d - a - 2 * data[i - width]! - b;
      xx += gx * gx;
      yy += gy * gy;
      xy += gx * gy;
    }
  }
  return xx * yy - xy * xy - 0.04 * (xx + yy) * (xx + yy);
}

/** Keeps the corners that no stronger one touches; of equal ones the first. */
function strongestNearby(corners: readonly Corner[], width: number): Corner[] {
  const scores = new Map(corners.map((corner) => [corner.y * width + corner.x, corner.score]));
  return corners.filter(({ x, y, score }) => {
    if (score <= 0) return false;
    const i = y * width + x;
    for (const before of [i - width - 1, i - width, i - width + 1, i - 1]) {
      if ((scores.get(before) ?? -1) >= score) return false;
    }
    for (const after of [i + 1, i + width - 1, i + width, i + width + 1]) {
      if ((scores.get(after) ?? -1) > score) return false;
    }
    return true;
  });
}

const tiles = 5;

/** Takes the strongest, yet from no tile of the picture more than three times its even share. */
function spread(corners: readonly Corner[], { width, height }: Grey, count: number): Corner[] {
  const most = Math.ceil((3 * count) / (tiles * tiles));
  const taken = new Uint16Array(tiles * tiles);
  const chosen: Corner[] = [];
  for (const corner of corners.toSorted((p, q) => q.score - p.score || p.y - q.y || p.x - q.x)) {
    if (chosen.length === count) break;
    const tile = Math.floor((corner.y * tiles) / height) * tiles + Math.floor((corner.x * tiles) / width);
    if (taken[tile]! >= most) continue;
    taken[tile]!++;
    chosen.push(corner);
  }
  return chosen;
}
