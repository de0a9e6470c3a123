import type { Point } from "./geometry.ts";
import type { Colour } from "./stain.ts";

/** From which side a photograph is looked at. */
export interface Pose {
  /** The smear's point in the middle of the view, in micrometres. */
  readonly centre: Point;
  /** The smear's direction along the view's rows; length 1. */
  readonly axis: Point;
  /** -1 where the view is mirrored. */
  readonly mirror: 1 | -1;
}

/** A view being painted. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly pose: Pose;
  /** Micrometres per pixel. */
  readonly pixel: number;
  /** Share of the lamp's light that passes: passed[(y * width + x) * 3 + channel], in [0, 1]. */
  readonly passed: Float32Array;
}

/** An empty slide whose view spans `diagonal` micrometres from corner to corner. */
export function emptyCanvas(
  size: { readonly width: number; readonly height: number; readonly diagonal: number },
  pose: Pose,
): Canvas {
  const { width, height, diagonal } = size;
  const pixel = diagonal / Math.sqrt(width * width + height * height);
  return { width, height, pose, pixel, passed: new Float32Array(width * height * 3).fill(1) };
}

/** Calls `paint` with the smear's point and the pixel's offset for every pixel within `reach` of a centre. */
export function eachPixelNear(
  canvas: Canvas,
  centre: Point,
  reach: number,
  paint: (x: number, y: number, at: number) => void,
): void {
  const { width, height, pixel, pose } = canvas;
  const { axis, mirror } = pose;
  const dx = (centre[0] - pose.centre[0]) / pixel;
  const dy = (centre[1] - pose.centre[1]) / pixel;
  const middleX = width / 2 - 0.5;
  const middleY = height / 2 - 0.5;
  const column = middleX + mirror * (dx * axis[0] + dy * axis[1]);
  const row = middleY + dy * axis[0] - dx * axis[1];
  const span = reach / pixel;
  const left = Math.max(0, Math.ceil(column - span));
  const right = Math.min(width - 1, Math.floor(column + span));
  const bottom = Math.min(height - 1, Math.floor(row + span));
  for (let j = Math.max(0, Math.ceil(row - span)); j <= bottom; j++) {
    for (let i = left; i <= right; i++) {
      const along = mirror * (i - middleX) * pixel;
      const across = (j - middleY) * pixel;
      const x = pose.centre[0] + along * axis[0] - across * axis[1];
      const y = pose.centre[1] + along * axis[1] + across * axis[0];
      paint(x, y, (j * width + i) * 3);
    }
  }
}

/** Lays dye on top: what was there shines through. */
export function dye(canvas: Canvas, at: number, colour: Colour, amount: number): void {
  const { passed } = canvas;
  for (let c = 0; c < 3; c++) {
    passed[at + c] = (passed[at + c] ?? 0) * (1 - amount * (1 - (colour[c] ?? 0)));
  }
}

/** Covers what was there with a colour, scaled by `shade`. */
export function cover(
  canvas: Canvas,
  at: number,
  colour: Colour,
  { amount, shade }: { readonly amount: number; readonly shade: number },
): void {
  const { passed } = canvas;
  for (let c = 0; c < 3; c++) {
    const below = passed[at + c] ?? 0;
    passed[at + c] = below + amount * ((colour[c] ?? 0) * shade - below);
  }
}
