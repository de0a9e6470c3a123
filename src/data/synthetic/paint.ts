import { type Canvas, cover, dye, eachPixelNear } from "./canvas.ts";
import { distance, meltedDistance, outlineDistance, smoothstep } from "./geometry.ts";
import { valueNoise } from "./noise.ts";
import type { Photograph, Platelet, RedCell } from "./photograph.ts";
import type { Colour } from "./stain.ts";
import type { Speck, WhiteCell } from "./whiteCell.ts";

/** Micrometres over which the sharpest edge fades: light waves allow no less. */
const resolution = 0.25;

const clear: Colour = [1, 1, 1];

/** Paints everything on a photograph, from the bottom up. */
export function paintPhotograph(canvas: Canvas, photograph: Photograph): void {
  for (const cell of photograph.redCells) paintRedCell(canvas, cell);
  for (const platelet of photograph.platelets) paintPlatelet(canvas, platelet, photograph.texture);
  paintWhiteCell(canvas, photograph.whiteCell, photograph.texture);
}

/** Share of a pixel inside an edge at signed distance d; edges are as wide as a pixel or the optics' limit. */
function inside(canvas: Canvas, d: number): number {
  const half = Math.max(canvas.pixel, resolution) * 0.7;
  return smoothstep(-half, half, -d);
}

function paintRedCell(canvas: Canvas, cell: RedCell): void {
  const { outline, body, rim, pallor, pallorSize, pallorEdge, glint } = cell;
  const { centre, radius } = outline;
  eachPixelNear(canvas, centre, radius * 1.15 + 1, (x, y, at) => {
    const d = outlineDistance(outline, x, y);
    if (d > 0.9) return;
    const amount = inside(canvas, d);
    const depth = 1 + d / radius;
    const thickness = 1 - pallor * (1 - smoothstep(pallorSize - pallorEdge, pallorSize + pallorEdge, depth));
    dye(canvas, at, body, amount * thickness);
    dye(canvas, at, rim, amount * 0.5 * smoothstep(-1.3, -0.1, d));
    if (glint) dye(canvas, at, rim, 1 - smoothstep(0.5, 0.75, distance(glint, [x, y])));
  });
  if (glint) paintSpeck(canvas, { centre: glint, radius: 0.35, strength: 0.9 }, clear);
}

function paintPlatelet(canvas: Canvas, { outline, colour }: Platelet, texture: number): void {
  const grain = valueNoise(texture ^ 0x51, 0.4);
  eachPixelNear(canvas, outline.centre, outline.radius * 1.4 + 0.5, (x, y, at) => {
    const d = outlineDistance(outline, x, y) + 0.2 * grain(x, y);
    dye(canvas, at, colour, smoothstep(-0.4, 0.5, -d) * (0.8 + 0.2 * grain(y, x)));
  });
}

function paintWhiteCell(canvas: Canvas, cell: WhiteCell, texture: number): void {
  const { outline, nucleus, blend, fray, lace, mottle, chromatin, cytoplasm } = cell;
  const coarse = valueNoise(texture, 1.1);
  const fine = valueNoise(texture ^ 0x33, 0.5);
  eachPixelNear(canvas, outline.centre, outline.radius * 1.2 + 1, (x, y, at) => {
    const frayed = outlineDistance(outline, x, y) + fray * (0.6 * coarse(x, y) + 0.4 * fine(x, y));
    const amount = inside(canvas, frayed);
    if (amount === 0) return;
    const clumps = 0.6 * coarse(y + 40, x) + 0.4 * fine(y + 40, x);
    const edge = smoothstep(-0.9, 0, frayed);
    cover(canvas, at, cytoplasm, { amount, shade: 1 + mottle * clumps - 0.07 * edge });
    const inNucleus = Math.max(meltedDistance(nucleus, blend, [x, y]) + 0.12 * coarse(x, y), frayed + 0.3);
    const core = inside(canvas, inNucleus);
    if (core === 0) return;
    const membrane = smoothstep(-0.8, -0.1, inNucleus);
    cover(canvas, at, chromatin, { amount: core * 0.96, shade: 1 + lace * clumps - 0.1 * membrane });
  });
  for (const granule of cell.granules) paintSpeck(canvas, granule, cell.granule);
  for (const vacuole of cell.vacuoles) paintSpeck(canvas, vacuole, clear);
}

/** A small disc; one smaller than a pixel keeps its weight by being fainter. */
function paintSpeck(canvas: Canvas, { centre, radius, strength }: Speck, colour: Colour): void {
  const amount = strength * Math.min(1, (2 * radius) / canvas.pixel);
  eachPixelNear(canvas, centre, radius + canvas.pixel, (x, y, at) => {
    cover(canvas, at, colour, {
      amount: amount * inside(canvas, distance(centre, [x, y]) - radius),
      shade: 1,
    });
  });
}
