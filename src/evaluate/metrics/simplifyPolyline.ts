import { at, float64At } from "../../base/index.ts";

interface Line {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A segment between two kept points, and the point between them farthest from it. */
interface Segment {
  readonly from: number;
  readonly to: number;
  readonly farthest: number;
  /** Twice the area of the triangle that dropping the point would cut off. */
  readonly area: number;
}

// Chosen, not measured: smaller areas are rounding errors of a straight line.
const minArea = 1e-12;

/**
 * Simplifies a polyline to at most `limit` points: starts from both ends and adds, one at a time, the point
 * with the largest triangle area (Douglas & Peucker 1973, with the area of Visvalingam & Whyatt 1993). Rounded to 5 decimals.
 */
export function simplifyPolyline(
  x: readonly number[],
  y: readonly number[],
  limit: number,
): { readonly x: readonly number[]; readonly y: readonly number[] } {
  const last = x.length - 1;
  const kept = new Set([0, last]);
  const line: Line = { x: Float64Array.from(x), y: Float64Array.from(y) };
  let segments = [segment(line, 0, last)];
  while (kept.size < limit) {
    const next = segments.reduce((a, b) => (b.area > a.area ? b : a));
    if (next.area <= minArea) break;
    kept.add(next.farthest);
    segments = segments.filter((one) => one !== next);
    segments.push(segment(line, next.from, next.farthest), segment(line, next.farthest, next.to));
  }
  const indices = [...kept].toSorted((a, b) => a - b);
  const rounded = (values: readonly number[]): readonly number[] =>
    indices.map((index) => Math.round(at(values, index) * 1e5) / 1e5);
  return { x: rounded(x), y: rounded(y) };
}

function segment({ x, y }: Line, from: number, to: number): Segment {
  const x0 = float64At(x, from);
  const y0 = float64At(y, from);
  const dx = float64At(x, to) - x0;
  const dy = float64At(y, to) - y0;
  let farthest = from;
  let area = 0;
  for (let i = from + 1; i < to; i++) {
    const twiceArea = Math.abs(dx * (float64At(y, i) - y0) - dy * (float64At(x, i) - x0));
    if (twiceArea <= area) continue;
    area = twiceArea;
    farthest = i;
  }
  return { from, to, farthest, area };
}
