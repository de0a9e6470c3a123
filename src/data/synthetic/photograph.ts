import type { Random } from "../../base/index.ts";
import type { CellType } from "./atlas.ts";
import { type Outline, type Point, anyDirection, anyPoint, between, distance, offset } from "./geometry.ts";
import { type Colour, type Stain, anyStain, stained } from "./stain.ts";
import { type WhiteCell, anyOutline, anyWhiteCell } from "./whiteCell.ts";

/** One red blood cell: a disc that is thinner in the middle. */
export interface RedCell {
  readonly outline: Outline;
  readonly body: Colour;
  readonly rim: Colour;
  /** How much of the dye the thin middle lacks, in [0, 1]. */
  readonly pallor: number;
  /** Size of the thin middle, as a fraction of the radius. */
  readonly pallorSize: number;
  /** How sharply the thin middle ends, as a fraction of the radius. */
  readonly pallorEdge: number;
  /** A bright spot where a bubble breaks the light. */
  readonly glint?: Point;
}

/** One platelet, a crumb of a cell. */
export interface Platelet {
  readonly outline: Outline;
  readonly colour: Colour;
}

/** All that is on one photograph, whichever way it is looked at later; plain data, lengths in micrometres. */
export interface Photograph {
  readonly cellType: CellType;
  readonly stain: Stain;
  readonly whiteCell: WhiteCell;
  readonly redCells: readonly RedCell[];
  readonly platelets: readonly Platelet[];
  /** Seed of the textures, so that every view of the photograph shows the same ones. */
  readonly texture: number;
  /** Direction in which the lamp is off centre, times its fall in brightness over the field. */
  readonly tilt: Point;
  /** Loss of light from the middle to the field's edge, in [0, 1]. */
  readonly vignette: number;
  /** Radius of the disc that the lens makes of a point. */
  readonly blur: number;
  /** Standard deviation of the sensor's noise, in levels of 255. */
  readonly noise: number;
}

/** Radius of the disc that the cells fill; views stay inside it. */
export const fieldRadius = 30;

const redBody: Colour = [0.92, 0.76, 0.73];
const redRim: Colour = [0.84, 0.7, 0.77];
const plateletColour: Colour = [0.64, 0.54, 0.84];

/** Lays out one photograph of a stained blood smear with one white cell of a kind near its middle. */
export function drawPhotograph(cellType: CellType, random: Random): Photograph {
  const stain = anyStain(random);
  const tilt = anyDirection(random);
  const fall = between(random, 0, 0.09);
  const whiteCell = anyWhiteCell(cellType, random, { centre: anyPoint(random, 9), stain });
  const outOfFocus = random.next() < 0.2;
  return {
    cellType,
    stain,
    whiteCell,
    redCells: crowd(random, whiteCell, stain),
    platelets: crumbs(random, stain),
    texture: random.integer(0x40000000),
    tilt: [tilt[0] * fall, tilt[1] * fall],
    vignette: between(random, 0.01, 0.09),
    blur: outOfFocus ? between(random, 0.6, 1.2) : between(random, 0.15, 0.5),
    noise: between(random, 1, 4),
  };
}

/** Red cells around a white one, some in rolls, some over each other. */
function crowd(random: Random, whiteCell: WhiteCell, stain: Stain): readonly RedCell[] {
  const wanted = Math.floor(between(random, 22, 62));
  const usual = {
    radius: between(random, 3.3, 4.1),
    pallor: between(random, 0.2, 1),
    rolls: between(random, 0.1, 0.6),
  };
  const cells: RedCell[] = [];
  for (let tries = 8 * wanted; tries > 0 && cells.length < wanted; tries--) {
    const radius = usual.radius * between(random, 0.86, 1.14);
    const beside = random.next() < usual.rolls ? cells[random.integer(cells.length)] : undefined;
    const centre = beside
      ? offset(beside.outline.centre, anyDirection(random), [
          (beside.outline.radius + radius) * between(random, 0.6, 0.95),
          0,
        ])
      : anyPoint(random, fieldRadius + radius);
    const nearest = beside ? 0.58 : 0.88;
    const onWhite = distance(centre, whiteCell.outline.centre) < whiteCell.outline.radius + 0.8 * radius;
    const piled = cells.some(
      (c) => distance(c.outline.centre, centre) < nearest * (c.outline.radius + radius),
    );
    if (!onWhite && !piled) cells.push(anyRedCell(random, { centre, radius, pallor: usual.pallor }, stain));
  }
  return cells;
}

function anyRedCell(
  random: Random,
  size: { readonly centre: Point; readonly radius: number; readonly pallor: number },
  stain: Stain,
): RedCell {
  const { centre, radius } = size;
  const slide: Stain = { ...stain, intensity: stain.intensity * between(random, 0.85, 1.15) };
  const glint = offset(centre, anyDirection(random), [radius * between(random, 0, 0.4), 0]);
  return {
    outline: anyOutline(random, { centre, radius, squeeze: between(random, 0.74, 1), corners: 0.045 }),
    body: stained(redBody, slide),
    rim: stained(redRim, slide),
    pallor: size.pallor * between(random, 0.6, 1),
    pallorSize: between(random, 0.35, 0.7),
    pallorEdge: between(random, 0.12, 0.4),
    ...(random.next() < 0.05 ? { glint } : {}),
  };
}

function crumbs(random: Random, stain: Stain): readonly Platelet[] {
  return Array.from({ length: random.integer(9) }, () => ({
    outline: anyOutline(random, {
      centre: anyPoint(random, fieldRadius),
      radius: between(random, 0.6, 1.3),
      squeeze: between(random, 0.55, 1),
      corners: 0.15,
    }),
    colour: stained(plateletColour, stain),
  }));
}
