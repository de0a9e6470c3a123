import type { Random } from "../../base/index.ts";

// Only +, -, *, / and Math.sqrt shape these images: IEEE 754 fixes their bits on every machine,
// which it does not for sin, cos, exp and pow. Angles are therefore unit vectors, never radians.

/** A point or a direction on the smear, in micrometres. */
export type Point = readonly [x: number, y: number];

/** A closed curve: an ellipse with soft corners. */
export interface Outline {
  readonly centre: Point;
  /** Half of the long axis, in micrometres. */
  readonly radius: number;
  /** Direction of the long axis; length 1. */
  readonly axis: Point;
  /** Short axis over long axis, in (0, 1]. */
  readonly squeeze: number;
  /** Amplitudes of cos 3θ, sin 3θ, cos 5θ and sin 5θ, as fractions of the radius. */
  readonly corners: readonly [number, number, number, number];
}

/** A thick line with round ends, whose radius changes evenly from one end to the other, in micrometres. */
export interface Stroke {
  readonly from: Point;
  readonly to: Point;
  readonly fromRadius: number;
  readonly toRadius: number;
}

/** Lowest and highest value; every cell draws its own between them. */
export type Range = readonly [low: number, high: number];

/** Uniform in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.next();
}

/** A direction of length 1, all equally likely. */
export function anyDirection(random: Random): Point {
  for (;;) {
    const x = between(random, -1, 1);
    const y = between(random, -1, 1);
    const square = x * x + y * y;
    // Directions drawn from a square would favour its corners; too near the centre they are coarse.
    if (square <= 1 && square > 0.01) return [x / Math.sqrt(square), y / Math.sqrt(square)];
  }
}

/** A point in the disc around the origin, all equally likely. */
export function anyPoint(random: Random, radius: number): Point {
  const [x, y] = anyDirection(random);
  const r = radius * Math.sqrt(random.next());
  return [x * r, y * r];
}

/** The point that is `along` in the direction of the axis and `across` at a right angle to it. */
export function offset([x, y]: Point, [ax, ay]: Point, [along, across]: Point): Point {
  return [x + ax * along - ay * across, y + ay * along + ax * across];
}

/** Distance between two points. */
export function distance(a: Point, b: Point): number {
  return Math.sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]));
}

/** A point on the quadratic Bézier curve through the first and the last point; t in [0, 1]. */
export function onCurve([a, b, c]: readonly [Point, Point, Point], t: number): Point {
  const u = 1 - t;
  return [u * u * a[0] + 2 * u * t * b[0] + t * t * c[0], u * u * a[1] + 2 * u * t * b[1] + t * t * c[1]];
}

/** 0 below `low`, 1 above `high`, 3t² - 2t³ between them. */
export function smoothstep(low: number, high: number, x: number): number {
  if (x <= low) return 0;
  if (x >= high) return 1;
  const t = (x - low) / (high - low);
  return t * t * (3 - 2 * t);
}

/** Signed distance to an outline, negative inside; exact for a circle, near enough for the rest. */
export function outlineDistance(outline: Outline, x: number, y: number): number {
  const { centre, radius, axis, squeeze, corners } = outline;
  const dx = x - centre[0];
  const dy = y - centre[1];
  const along = dx * axis[0] + dy * axis[1];
  const across = (dy * axis[0] - dx * axis[1]) / squeeze;
  const r = Math.sqrt(along * along + across * across);
  if (r < 1e-9) return -radius * squeeze;
  const c = along / r;
  const s = across / r;
  // De Moivre: c and s of 2θ, then 3θ, then 5θ.
  const c2 = c * c - s * s;
  const s2 = 2 * c * s;
  const c3 = c2 * c - s2 * s;
  const s3 = s2 * c + c2 * s;
  const wave =
    corners[0] * c3 + corners[1] * s3 + corners[2] * (c3 * c2 - s3 * s2) + corners[3] * (s3 * c2 + c3 * s2);
  // Across the squeezed axis a step in r is a smaller step on the smear.
  return (r - radius * (1 + wave)) * (c * c + squeeze * s * s);
}

/** Signed distance to a stroke, negative inside. */
export function strokeDistance({ from, to, fromRadius, toRadius }: Stroke, x: number, y: number): number {
  const lx = to[0] - from[0];
  const ly = to[1] - from[1];
  const square = lx * lx + ly * ly;
  const t = square === 0 ? 0 : ((x - from[0]) * lx + (y - from[1]) * ly) / square;
  const along = t < 0 ? 0 : t > 1 ? 1 : t;
  const dx = x - from[0] - lx * along;
  const dy = y - from[1] - ly * along;
  return Math.sqrt(dx * dx + dy * dy) - fromRadius - (toRadius - fromRadius) * along;
}

/** Signed distance to strokes melted together over `blend` micrometres (Quilez, polynomial smooth minimum). */
export function meltedDistance(strokes: readonly Stroke[], blend: number, [x, y]: Point): number {
  let nearest = Infinity;
  for (const stroke of strokes) {
    const d = strokeDistance(stroke, x, y);
    const overlap = Math.max(0, blend - Math.abs(nearest - d)) / blend;
    nearest = Math.min(nearest, d) - (overlap * overlap * blend) / 4;
  }
  return nearest;
}
