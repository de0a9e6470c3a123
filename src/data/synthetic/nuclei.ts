import type { Random } from "../../base/index.ts";
import {
  type Point,
  type Range,
  type Stroke,
  anyDirection,
  anyPoint,
  between,
  offset,
  onCurve,
} from "./geometry.ts";

/** Where a nucleus stands: all its lengths are in cell radii from here. */
export interface Frame {
  readonly centre: Point;
  readonly axis: Point;
  readonly radius: number;
}

const pointIn = ({ centre, axis, radius }: Frame, [along, across]: Point): Point =>
  offset(centre, axis, [along * radius, across * radius]);

/** A bow from end to end, `bend` deep and centred on the frame. */
function bow(frame: Frame, reach: number, bend: number): readonly [Point, Point, Point] {
  return [
    pointIn(frame, [-reach, -bend / 2]),
    pointIn(frame, [0, 1.5 * bend]),
    pointIn(frame, [reach, -bend / 2]),
  ];
}

/** A bent rod of even thickness: kidney where thick and nearly straight, horseshoe where thin and bent. */
function bentRod(
  random: Random,
  frame: Frame,
  [reach, bend, thick]: readonly [number, number, number],
): Stroke[] {
  const curve = bow(frame, reach, bend);
  const radii = [0, 1, 2, 3, 4].map(() => thick * frame.radius * between(random, 0.88, 1.12));
  return radii.slice(1).map((radius, i) => ({
    from: onCurve(curve, i / 4),
    to: onCurve(curve, (i + 1) / 4),
    fromRadius: radii[i] ?? radius,
    toRadius: radius,
  }));
}

/** Measures of a chain of lobes, in cell radii. */
interface Chain {
  readonly lobes: number;
  readonly reach: number;
  readonly bend: number;
  readonly thick: Range;
}

/** Lobes on a bow, each joined to the next by a thread. */
function chain(random: Random, frame: Frame, shape: Chain): readonly Stroke[] {
  const { lobes, reach, bend, thick } = shape;
  const curve = bow(frame, reach, bend);
  const centres = Array.from({ length: lobes }, (_, i): Point => {
    const [x, y] = onCurve(curve, i / (lobes - 1));
    const [jx, jy] = anyPoint(random, 0.07 * frame.radius);
    return [x + jx, y + jy];
  });
  const bodies = centres.map((centre): Stroke => {
    const radius = frame.radius * between(random, ...thick);
    const to = offset(centre, anyDirection(random), [radius * between(random, 0.1, 0.7), 0]);
    return { from: centre, to, fromRadius: radius, toRadius: radius * between(random, 0.75, 1) };
  });
  const threads = centres.slice(1).map((to, i): Stroke => {
    const radius = frame.radius * between(random, 0.05, 0.1);
    return { from: centres[i] ?? to, to, fromRadius: radius, toRadius: radius };
  });
  return [...bodies, ...threads];
}

/** One round mass. */
export function lymphocyteNucleus(random: Random, frame: Frame): readonly Stroke[] {
  const radius = frame.radius * between(random, 0.66, 0.88);
  const from = pointIn(frame, [between(random, -0.08, 0.08), between(random, -0.08, 0.08)]);
  const to = offset(from, frame.axis, [radius * between(random, 0, 0.18), 0]);
  return [{ from, to, fromRadius: radius, toRadius: radius * between(random, 0.9, 1) }];
}

/** A kidney or a horseshoe. */
export function monocyteNucleus(random: Random, frame: Frame): readonly Stroke[] {
  const bend = between(random, 0.25, 0.8);
  const thick = between(random, 0.4, 0.48) - 0.15 * bend;
  return bentRod(random, frame, [between(random, 0.36, 0.46), bend, thick]);
}

/** Three to five lobes on threads, at times two or none yet. */
export function neutrophilNucleus(random: Random, frame: Frame): readonly Stroke[] {
  // A young one, a "band", has not formed its lobes yet.
  if (random.next() < 0.15) return bentRod(random, frame, [0.46, between(random, 0.5, 0.85), 0.21]);
  const lobes = 2 + Math.floor(0.85 + 2.4 * random.next());
  const bend = between(random, 0.35, 0.95);
  const thick: Range = lobes <= 3 ? [0.26, 0.35] : [0.2, 0.27];
  return chain(random, frame, { lobes, reach: between(random, 0.46, 0.56), bend, thick });
}

/** Two large lobes off the middle, at times three. */
export function eosinophilNucleus(random: Random, frame: Frame): readonly Stroke[] {
  const lobes = random.next() < 0.2 ? 3 : 2;
  const thick: Range = lobes === 2 ? [0.34, 0.42] : [0.27, 0.33];
  const aside: Frame = { ...frame, centre: pointIn(frame, [0, between(random, 0, 0.22)]) };
  return chain(random, aside, {
    lobes,
    reach: between(random, 0.38, 0.47),
    bend: between(random, 0, 0.4),
    thick,
  });
}
