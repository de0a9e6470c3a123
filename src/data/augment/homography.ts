import { portableSinCos } from "./turns.ts";
import type { Size } from "../transforms/types.ts";

/**
 * A projective map of the plane, row by row: (x, y) becomes ((a·x + b·y + c) / w, (d·x + e·y + f) / w), w = g·x + h·y + i.
 * Here always from a place in the result to the one in the source that it shows; places count from the upper left corner, in
 * pixels, whose middles lie at halves.
 */
export type Homography = readonly [
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
  i: number,
];

/** A point of the plane, pixels. */
export type PixelPoint = readonly [x: number, y: number];

/** The map that runs `second` first: the source of the source. */
export function composed(first: Homography, second: Homography): Homography {
  const [a, b, c, d, e, f, g, h, i] = first;
  const [A, B, C, D, E, F, G, H, I] = second;
  return [
    a * A + b * D + c * G,
    a * B + b * E + c * H,
    a * C + b * F + c * I,
    d * A + e * D + f * G,
    d * B + e * E + f * H,
    d * C + e * F + f * I,
    g * A + h * D + i * G,
    g * B + h * E + i * H,
    g * C + h * F + i * I,
  ];
}

/** A linear map about a point. */
const about = ([x, y]: PixelPoint, [a, b, d, e]: readonly [number, number, number, number]): Homography => [
  a,
  b,
  x - a * x - b * y,
  d,
  e,
  y - d * x - e * y,
  0,
  0,
  1,
];

const centreOf = ({ height, width }: Size): PixelPoint => [width / 2, height / 2];

/** Rotates the image counter-clockwise about its centre, by a number of full turns. */
export function rotation(size: Size, turns: number): Homography {
  const [sine, cosine] = portableSinCos(turns);
  return about(centreOf(size), [cosine, -sine, sine, cosine]);
}

/** Moves the image by so many pixels. */
export const translation = (down: number, right: number): Homography => [1, 0, -right, 0, 1, -down, 0, 0, 1];

/** Shows so many times the height and width, about the centre. */
export const zoom = (size: Size, height: number, width: number): Homography =>
  about(centreOf(size), [width, 0, 0, height]);

/** Slants the image about a point: x to the right for each pixel down, y down for each pixel to the right. */
export function shear(point: PixelPoint, x: number, y: number): Homography {
  const scale = 1 / (1 - x * y);
  return about(point, [scale, -x * scale, -y * scale, scale]);
}

export const shearAtCentre = (size: Size, x: number, y: number): Homography => shear(centreOf(size), x, y);

/** Shows a window of the image in full size. */
export const windowOf = (
  size: Size,
  { left, top, width, height }: Size & { readonly left: number; readonly top: number },
): Homography => [width / size.width, 0, left, 0, height / size.height, top, 0, 0, 1];

/** Four corners: upper left, upper right, lower right, lower left. */
export type Corners = readonly [PixelPoint, PixelPoint, PixelPoint, PixelPoint];

/** From the unit square to four corners (Heckbert 1989, §2.2.3). */
function fromSquare([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: Corners): Homography {
  const [dx1, dy1, dx2, dy2] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2];
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / area;
  const h = (dx1 * sy - sx * dy1) / area;
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1];
}

/** The inverse up to a factor, which a map does not depend on. */
const inverse = ([a, b, c, d, e, f, g, h, i]: Homography): Homography => [
  e * i - f * h,
  c * h - b * i,
  b * f - c * e,
  f * g - d * i,
  a * i - c * g,
  c * d - a * f,
  d * h - e * g,
  b * g - a * h,
  a * e - b * d,
];

/** Moves the corners of the source to other places in the result. */
export const perspective = (source: Corners, result: Corners): Homography =>
  composed(fromSquare(source), inverse(fromSquare(result)));
