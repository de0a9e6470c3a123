import type { Random } from "../../base/index.ts";
import { type CellType, atlas } from "./atlas.ts";
import {
  type Outline,
  type Point,
  type Range,
  type Stroke,
  anyDirection,
  anyPoint,
  between,
  distance,
  meltedDistance,
  offset,
  outlineDistance,
} from "./geometry.ts";
import { type Colour, type Stain, blended, stained } from "./stain.ts";

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

// Dyes take so unevenly that any kind may look as pale as this one.
const paleCytoplasm: Colour = [0.86, 0.78, 0.88];
const denseChromatin: Colour = [0.37, 0.25, 0.68];
const looseChromatin: Colour = [0.68, 0.49, 0.88];

/** Draws one cell of a type around a centre. */
export function anyWhiteCell(
  cellType: CellType,
  random: Random,
  slide: { readonly centre: Point; readonly stain: Stain },
): WhiteCell {
  const { centre, stain } = slide;
  const anatomy = atlas[cellType];
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
    cytoplasm: stained(blended(anatomy.cytoplasm, paleCytoplasm, between(random, 0, 0.8)), stain),
    chromatin: stained(blended(denseChromatin, looseChromatin, pick(anatomy.lightness)), stain),
    granule: stained(blended(anatomy.granule, paleCytoplasm, between(random, 0, 0.55)), stain),
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
    const [dx, dy] = anyPoint(random, reach);
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
