/** A stretch between two points that are kept, and the point between them that the straight line misses most. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly worst: number;
  /** Twice the triangle that leaving the point out would cut off. */
  readonly miss: number;
}

// A rounding of a straight line is no corner.
const straight = 1e-12;

/**
 * The points of a line that are needed to draw it, at most `limit`: first the ends, then again and again the point
 * that changes the area most. Points on a straight line go without a change. Rounded to 5 digits after the point.
 */
export function simplifyPolyline(
  x: readonly number[],
  y: readonly number[],
  limit: number,
): { readonly x: readonly number[]; readonly y: readonly number[] } {
  const last = x.length - 1;
  const kept = new Set([0, last]);
  let stretches = [stretch(x, y, 0, last)];
  while (kept.size < limit) {
    const next = stretches.reduce((a, b) => (b.miss > a.miss ? b : a));
    if (next.miss <= straight) break;
    kept.add(next.worst);
    stretches = stretches.filter((one) => one !== next);
    stretches.push(stretch(x, y, next.from, next.worst), stretch(x, y, next.worst, next.to));
  }
  const places = [...kept].toSorted((a, b) => a - b);
  const rounded = (values: readonly number[]): readonly number[] =>
    places.map((place) => Math.round((values[place] as number) * 1e5) / 1e5);
  return { x: rounded(x), y: rounded(y) };
}

function stretch(x: readonly number[], y: readonly number[], from: number, to: number): Stretch {
  const x0 = x[from] as number;
  const y0 = y[from] as number;
  const dx = (x[to] as number) - x0;
  const dy = (y[to] as number) - y0;
  let worst = from;
  let miss = 0;
  for (let i = from + 1; i < to; i++) {
    const off = Math.abs(dx * ((y[i] as number) - y0) - dy * ((x[i] as number) - x0));
    if (off <= miss) continue;
    miss = off;
    worst = i;
  }
  return { from, to, worst, miss };
}
