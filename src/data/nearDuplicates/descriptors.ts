import { seeded } from "../../base/index.ts";
import type { Corner } from "./corners.ts";
import type { Grey } from "./grey.ts";

/** Words of 32 bits in a descriptor. */
export const words = 8;
/** Pixels around a corner that its descriptor sees. */
export const patchRadius = 13;

const half = (words * 32) / 2;

/**
 * Pairs of points to compare, [256, 4] (along, across, along, across) in pixels along and across the corner's direction.
 * The second half mirrors the first, so that a mirrored patch has the same descriptor with its halves exchanged.
 */
const pattern = drawPattern();

function drawPattern(): Float64Array {
  const random = seeded(0x0b5e55ed);
  const pairs = new Float64Array(half * 8);
  const drawPoint = (): readonly [number, number] => {
    for (;;) {
      const [x, y] = [random.normal() * patchRadius * 0.45, random.normal() * patchRadius * 0.45];
      if (x * x + y * y < (patchRadius - 1) * (patchRadius - 1)) return [x, y];
    }
  };
  for (let i = 0; i < half; i++) {
    const [[u, v], [s, t]] = [drawPoint(), drawPoint()];
    pairs.set([u, v, s, t], i * 4);
    pairs.set([u, -v, s, -t], (half + i) * 4);
  }
  return pairs;
}

/** Half of the patch's chord at each row, for the direction. */
const chords = Int32Array.from({ length: patchRadius + 1 }, (_, row) =>
  Math.floor(Math.sqrt(patchRadius * patchRadius - row * row)),
);

/** Direction from the corner to the patch's centre of brightness (Rosin 1999), as a unit vector. */
function directionOf({ width, data }: Grey, centre: number): readonly [number, number] {
  let [x, y] = [0, 0];
  for (let row = -patchRadius; row <= patchRadius; row++) {
    const reach = chords[row < 0 ? -row : row] ?? 0;
    let sum = 0;
    for (let column = -reach, i = centre + row * width - reach; column <= reach; column++, i++) {
      const brightness = data[i] ?? 0;
      sum += brightness;
      x += column * brightness;
    }
    y += row * sum;
  }
  const length = Math.sqrt(x * x + y * y);
  return length > 0 ? [x / length, y / length] : [1, 0];
}

/** Writes the rotated BRIEF descriptors (Rublee et al. 2011) of corners, [corners, 8], to target[at …]. */
export function writeDescriptors(
  level: { readonly grey: Grey; readonly blurred: Grey },
  corners: readonly Corner[],
  { target, at }: { readonly target: Uint32Array; readonly at: number },
): void {
  const { data, width } = level.blurred;
  corners.forEach((corner, n) => {
    const centre = corner.y * width + corner.x;
    const [cos, sin] = directionOf(level.grey, centre);
    // Rounds to the nearest: below zero a cut would go the other way, hence the detour through positive numbers.
    const first = centre - away * width - away;
    for (let word = 0, p = 0; word < words; word++) {
      let bits = 0;
      for (let bit = 0; bit < 32; bit++, p += 4) {
        const u = pattern[p] ?? 0;
        const v = pattern[p + 1] ?? 0;
        const s = pattern[p + 2] ?? 0;
        const t = pattern[p + 3] ?? 0;
        const one = ((u * sin + v * cos + shift) | 0) * width + ((u * cos - v * sin + shift) | 0);
        const other = ((s * sin + t * cos + shift) | 0) * width + ((s * cos - t * sin + shift) | 0);
        if ((data[first + one] ?? 0) < (data[first + other] ?? 0)) bits |= 1 << bit;
      }
      target[at + n * words + word] = bits;
    }
  });
}

const away = 2 * patchRadius;
const shift = away + 0.5;
