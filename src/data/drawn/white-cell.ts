import type { Random } from "../../base/index.ts";
import {
  type Outline,
  type Point,
  type Stroke,
  anyDirection,
  anyPlace,
  between,
  distance,
  meltedDistance,
  offset,
  onCurve,
  outlineDistance,
} from "./geometry.ts";
import { type Colour, type Stain, blended, stained } from "./stain.ts";

/** The four kinds of white blood cell that are drawn. */
export type CellKind = "EOSINOPHIL" | "LYMPHOCYTE" | "MONOCYTE" | "NEUTROPHIL";

/** Every kind, in code-unit order. */
export const cellKinds: readonly CellKind[] = ["EOSINOPHIL", "LYMPHOCYTE", "MONOCYTE", "NEUTROPHIL"];

/** A granule or a vacuole. */
export interface Speck {
  readonly centre: Point;
  readonly radius: number;
  /** How much of what lies below it covers, in [0, 1]. */
  readonly strength: number;
}

/** One white blood cell, lengths in micrometres. */
export interface WhiteCell {
  readonly outline: Outline;
  readonly nucleus: readonly Stroke[];
  /** How far the parts of the nucleus melt into each other. */
  readonly blend: number;
  /** How far the edge frays. */
  readonly fray: number;
  /** Contrast of the clumps in the nucleus, in [0, 1]. */
  readonly lace: number;
  /** Contrast of the cytoplasm's mottling, in [0, 1]. */
  readonly mottle: number;
  readonly granules: readonly Speck[];
  readonly vacuoles: readonly Speck[];
  readonly chromatin: Colour;
  readonly cytoplasm: Colour;
  readonly granule: Colour;
}

type Range = readonly [low: number, high: number];

/** What a haematology atlas says of one kind; every cell draws its own values from the ranges. */
interface Anatomy {
  readonly radius: Range;
  readonly squeeze: Range;
  /** Size of the outline's corners. */
  readonly corners: number;
  readonly fray: Range;
  readonly lace: Range;
  readonly mottle: Range;
  readonly blend: number;
  /** From dense and dark (0) to loose and light (1). */
  readonly lightness: Range;
  readonly cytoplasm: Colour;
  readonly granule: Colour;
  readonly granules: { readonly count: Range; readonly radius: Range; readonly strength: Range };
  readonly vacuoles: Range;
  readonly nucleus: (random: Random, frame: Frame) => readonly Stroke[];
}

/** Where a nucleus stands: all its lengths are in cell radii from here. */
interface Frame {
  readonly centre: Point;
  readonly axis: Point;
  readonly radius: number;
}

const place = ({ centre, axis, radius }: Frame, [along, across]: Point): Point =>
  offset(centre, axis, [along * radius, across * radius]);

/** A bow from end to end, `bend` deep and centred on the frame. */
function bow(frame: Frame, reach: number, bend: number): readonly [Point, Point, Point] {
  return [place(frame, [-reach, -bend / 2]), place(frame, [0, 1.5 * bend]), place(frame, [reach, -bend / 2])];
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
    const [jx, jy] = anyPlace(random, 0.07 * frame.radius);
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

function lymphocyteNucleus(random: Random, frame: Frame): readonly Stroke[] {
  const radius = frame.radius * between(random, 0.74, 0.88);
  const from = place(frame, [between(random, -0.08, 0.08), between(random, -0.08, 0.08)]);
  const to = offset(from, frame.axis, [radius * between(random, 0, 0.18), 0]);
  return [{ from, to, fromRadius: radius, toRadius: radius * between(random, 0.9, 1) }];
}

function monocyteNucleus(random: Random, frame: Frame): readonly Stroke[] {
  const bend = between(random, 0.25, 0.8);
  const thick = between(random, 0.4, 0.48) - 0.15 * bend;
  return bentRod(random, frame, [between(random, 0.36, 0.46), bend, thick]);
}

function neutrophilNucleus(random: Random, frame: Frame): readonly Stroke[] {
  // A young one, a "band", has not formed its lobes yet.
  if (random.next() < 0.1) return bentRod(random, frame, [0.46, between(random, 0.5, 0.85), 0.21]);
  const lobes = 3 + Math.floor(2.4 * random.next());
  const bend = between(random, 0.35, 0.95);
  const thick: Range = lobes === 3 ? [0.26, 0.34] : [0.2, 0.27];
  return chain(random, frame, { lobes, reach: between(random, 0.46, 0.56), bend, thick });
}

function eosinophilNucleus(random: Random, frame: Frame): readonly Stroke[] {
  const lobes = random.next() < 0.12 ? 3 : 2;
  const thick: Range = lobes === 2 ? [0.34, 0.42] : [0.27, 0.33];
  const aside: Frame = { ...frame, centre: place(frame, [0, between(random, 0, 0.22)]) };
  return chain(random, aside, {
    lobes,
    reach: between(random, 0.38, 0.47),
    bend: between(random, 0, 0.4),
    thick,
  });
}

const noGranules = { count: [0, 1], radius: [0.2, 0.3], strength: [0, 0] } as const;

const atlas: Readonly<Record<CellKind, Anatomy>> = {
  EOSINOPHIL: {
    radius: [5.2, 6.9],
    squeeze: [0.86, 1],
    corners: 0.025,
    fray: [0.1, 0.3],
    lace: [0.1, 0.25],
    mottle: [0.05, 0.12],
    blend: 0.7,
    lightness: [0.3, 0.85],
    cytoplasm: [0.93, 0.7, 0.77],
    granule: [0.9, 0.52, 0.55],
    granules: { count: [120, 210], radius: [0.28, 0.46], strength: [0.4, 0.8] },
    vacuoles: [0, 1.2],
    nucleus: eosinophilNucleus,
  },
  LYMPHOCYTE: {
    radius: [3.9, 5.8],
    squeeze: [0.88, 1],
    corners: 0.025,
    fray: [0.1, 0.5],
    lace: [0.06, 0.18],
    mottle: [0.04, 0.1],
    blend: 0.8,
    lightness: [0, 0.6],
    cytoplasm: [0.66, 0.74, 0.93],
    granule: [0.7, 0.5, 0.75],
    granules: noGranules,
    vacuoles: [0, 1],
    nucleus: lymphocyteNucleus,
  },
  MONOCYTE: {
    radius: [6, 8],
    squeeze: [0.76, 0.98],
    corners: 0.06,
    fray: [0.15, 0.6],
    lace: [0.2, 0.4],
    mottle: [0.08, 0.18],
    blend: 1.1,
    lightness: [0.4, 1],
    cytoplasm: [0.77, 0.79, 0.91],
    granule: [0.72, 0.6, 0.8],
    granules: { count: [0, 40], radius: [0.12, 0.2], strength: [0.1, 0.25] },
    vacuoles: [2, 9],
    nucleus: monocyteNucleus,
  },
  NEUTROPHIL: {
    radius: [4.9, 6.7],
    squeeze: [0.84, 1],
    corners: 0.035,
    fray: [0.1, 0.35],
    lace: [0.12, 0.3],
    mottle: [0.05, 0.14],
    blend: 0.5,
    lightness: [0.1, 0.7],
    cytoplasm: [0.92, 0.83, 0.91],
    granule: [0.76, 0.56, 0.74],
    granules: { count: [90, 220], radius: [0.12, 0.22], strength: [0.2, 0.5] },
    vacuoles: [0, 1.5],
    nucleus: neutrophilNucleus,
  },
};

const denseChromatin: Colour = [0.37, 0.25, 0.68];
const looseChromatin: Colour = [0.68, 0.49, 0.88];

/** Draws one cell of a kind around a centre. */
export function anyWhiteCell(
  kind: CellKind,
  random: Random,
  slide: { centre: Point; stain: Stain },
): WhiteCell {
  const { centre, stain } = slide;
  const anatomy = atlas[kind];
  const pick = (range: Range): number => between(random, ...range);
  const outline = anyOutline(random, {
    centre,
    radius: pick(anatomy.radius),
    squeeze: pick(anatomy.squeeze),
    corners: anatomy.corners,
  });
  const nucleus = anatomy.nucleus(random, {
    centre: offset(centre, anyDirection(random), [outline.radius * between(random, 0, 0.1), 0]),
    axis: anyDirection(random),
    radius: outline.radius * Math.sqrt(outline.squeeze),
  });
  const { granules, blend } = anatomy;
  const strength = pick(granules.strength);
  const inCytoplasm = { outline, nucleus, blend };
  return {
    outline,
    nucleus,
    blend,
    fray: pick(anatomy.fray),
    lace: pick(anatomy.lace),
    mottle: pick(anatomy.mottle),
    granules: specks(random, inCytoplasm, {
      count: pick(granules.count),
      radius: granules.radius,
      strength,
      apart: 1.1,
    }),
    vacuoles: specks(random, inCytoplasm, {
      count: pick(anatomy.vacuoles),
      radius: [0.25, 0.6],
      strength: 0.7,
      apart: 2.2,
    }),
    chromatin: stained(blended(denseChromatin, looseChromatin, pick(anatomy.lightness)), stain),
    cytoplasm: stained(anatomy.cytoplasm, stain),
    granule: stained(anatomy.granule, stain),
  };
}

/** Draws an outline of a given size; `corners` is the size of its corners, as a fraction of the radius. */
export function anyOutline(
  random: Random,
  size: {
    readonly centre: Point;
    readonly radius: number;
    readonly squeeze: number;
    readonly corners: number;
  },
): Outline {
  const corner = (scale: number): number => between(random, -scale, scale) * size.corners;
  return { ...size, axis: anyDirection(random), corners: [corner(1), corner(1), corner(0.5), corner(0.5)] };
}

/** Specks in the cytoplasm; a few lie over the nucleus's edge, as granules above it do in a real cell. */
function specks(
  random: Random,
  cell: Pick<WhiteCell, "outline" | "nucleus" | "blend">,
  wanted: {
    readonly count: number;
    readonly radius: Range;
    readonly strength: number;
    readonly apart: number;
  },
): readonly Speck[] {
  const found: Speck[] = [];
  const { centre, radius: reach } = cell.outline;
  // Four tries for each: a full cell simply holds fewer.
  for (
    let tries = 4 * Math.floor(wanted.count);
    tries > 0 && found.length < Math.floor(wanted.count);
    tries--
  ) {
    const [dx, dy] = anyPlace(random, reach);
    const at: Point = [centre[0] + dx, centre[1] + dy];
    const radius = between(random, ...wanted.radius);
    const outside = outlineDistance(cell.outline, ...at) > -radius - 0.15;
    const onNucleus = meltedDistance(cell.nucleus, cell.blend, at) < -0.2;
    const touching = found.some(
      (other) => distance(other.centre, at) < wanted.apart * Math.min(radius, other.radius),
    );
    if (outside || onNucleus || touching) continue;
    found.push({ centre: at, radius, strength: wanted.strength * between(random, 0.6, 1.2) });
  }
  return found;
}
