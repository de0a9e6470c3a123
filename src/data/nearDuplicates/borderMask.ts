import type { Grey } from "./grey.ts";

/**
 * Levels by which neighbours in a border may differ: JPEG leaves ripples. At qualities 30 to 90, nine of ten pixels of a black border
 * differ by 1 at most; one in a hundred, next to the content, by 7 to 22 (24 rotated synthetic images, one-off).
 */
const step = 6;
/** Levels by which a run may leave its first shade; chosen, not measured. */
const drift = 16;
/** Of the area of its own convex hull; chosen, not measured: a rotated frame reaches 1 but for the steps of its edges. */
const convexShare = 0.96;

/**
 * Mask of the content: 1 for pixels of the image, 0 for the border around it: the wedges
 * that rotating and shearing leave. Runs of one shade from the frame inwards are border where what remains is
 * convex, as an image rotated in its frame is; an object on a plain background is not, and stays whole.
 */
export function contentMask(grey: Grey): Uint8Array {
  const { width, height } = grey;
  const shown = new Uint8Array(width * height).fill(1);
  const sides: readonly Side[] = [
    { count: height, length: width, start: 0, across: width, along: 1 },
    { count: height, length: width, start: width - 1, across: width, along: -1 },
    { count: width, length: height, start: 0, across: 1, along: width },
    { count: width, length: height, start: (height - 1) * width, across: 1, along: -width },
  ];
  for (const side of sides) clearRuns(grey.data, shown, side);
  return isConvex(shown, width, height) ? shown : shown.fill(1);
}

/** One side of the frame: where its lines begin, and which way they lead inwards. */
interface Side {
  readonly count: number;
  readonly length: number;
  readonly start: number;
  readonly across: number;
  readonly along: number;
}

/** Shorter runs of one shade are common in the content itself; chosen, not measured. */
const shortestRun = 3;

function clearRuns(data: Uint8Array, shown: Uint8Array, side: Side): void {
  const { count, length, start, across, along } = side;
  for (let line = 0; line < count; line++) {
    const from = start + line * across;
    const shade = data[from] ?? 0;
    let run = 1;
    let before = shade;
    for (let k = from + along; run < length; run++, k += along) {
      const here = data[k] ?? 0;
      if (Math.abs(here - before) > step || Math.abs(here - shade) > drift) break;
      before = here;
    }
    if (run < shortestRun) continue;
    for (let n = 0, k = from; n < run; n++, k += along) shown[k] = 0;
  }
}

/** Whether the marked pixels fill nearly all of their convex hull. */
function isConvex(shown: Uint8Array, width: number, height: number): boolean {
  const ends: [number, number][] = [];
  let area = 0;
  for (let y = 0; y < height; y++) {
    const row = shown.subarray(y * width, (y + 1) * width);
    const left = row.indexOf(1);
    if (left < 0) continue;
    const right = row.lastIndexOf(1);
    ends.push([left, y], [right + 1, y], [left, y + 1], [right + 1, y + 1]);
    for (let x = left; x <= right; x++) area += row[x] ?? 0;
  }
  return area >= convexShare * hullArea(ends);
}

/** Andrew's monotone chain; the points come sorted by y. */
function hullArea(points: readonly (readonly [number, number])[]): number {
  const sorted = points.toSorted((p, q) => p[1] - q[1] || p[0] - q[0]);
  const chain = [...halfHull(sorted), ...halfHull(sorted.toReversed())];
  let twice = 0;
  let [x, y] = chain.at(-1) ?? [0, 0];
  for (const [nextX, nextY] of chain) {
    twice += x * nextY - nextX * y;
    [x, y] = [nextX, nextY];
  }
  return Math.abs(twice) / 2;
}

function halfHull(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const hull: (readonly [number, number])[] = [];
  for (const p of points) {
    for (;;) {
      const [o, q] = [hull.at(-2), hull.at(-1)];
      if (!o || !q || (q[0] - o[0]) * (p[1] - o[1]) - (q[1] - o[1]) * (p[0] - o[0]) < 0) break;
      hull.pop();
    }
    hull.push(p);
  }
  return hull;
}

/** Erodes the mask: 1 for what lies further than `reach` pixels, along rows and columns, from the border. */
export function erodeMask(
  shown: Uint8Array,
  width: number,
  { height, reach }: { readonly height: number; readonly reach: number },
): Uint8Array {
  // Most images have no border.
  if (!shown.includes(0)) return shown;
  const rows = erodeLines(shown, { count: height, length: width, across: width, along: 1 }, reach);
  return erodeLines(rows, { count: width, length: height, across: 1, along: width }, reach);
}

function erodeLines(source: Uint8Array, lines: Omit<Side, "start">, reach: number): Uint8Array {
  const out = new Uint8Array(source);
  const { count, length, across, along } = lines;
  for (let line = 0; line < count; line++) {
    const from = line * across;
    let last = -reach - 1;
    for (let k = 0; k < length; k++) {
      if (source[from + k * along] === 0) last = k;
      else if (k - last <= reach) out[from + k * along] = 0;
    }
    last = length + reach;
    for (let k = length - 1; k >= 0; k--) {
      if (source[from + k * along] === 0) last = k;
      else if (last - k <= reach) out[from + k * along] = 0;
    }
  }
  return out;
}
