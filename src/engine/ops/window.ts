import { fault, showShape } from "../../base/index.ts";
import type { ArrayType } from "../kernels/index.ts";

/**
 * "same": the output has ceil(size / stride) windows, zeros split evenly with the odd one after. "valid": none. Or [[top, bottom], [left, right]], negative to cut the image.
 * @example
 * const padding: Padding = [
 *   [1, 0],
 *   [1, 0],
 * ];
 * const y = maxPool2d(images, { poolSize: [2, 2], strides: [1, 1], padding }); // [1, 8, 8, 3]
 */
export type Padding = "same" | "valid" | readonly [readonly [number, number], readonly [number, number]];

/** How a window slides along one axis of an image. */
export interface Slide {
  readonly size: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
}

/** @throws unless every number is a whole one, and `min` or more. @param min default: none */
export function checkWhole(who: string, numbers: readonly number[], min = -Infinity): void {
  if (numbers.every((n) => Number.isInteger(n) && n >= min)) return;
  const from = min === -Infinity ? "" : ` from ${min}`;
  throw fault(who, { expected: `whole numbers${from}`, received: showShape(numbers) });
}

/** What indices of 32 bits reach, with room for sums of two. */
const maxReach = 2 ** 30;

/** @throws where windows reach further, or stand further apart, than indices count */
function checkReach(op: string, { window, stride, dilation }: Slide): void {
  for (const [name, extent] of [
    ["strides", stride],
    ["dilation", (window - 1) * dilation + 1],
  ] as const) {
    if (extent <= maxReach) continue;
    throw fault(`${op}: ${name}`, {
      expected: `windows within ${maxReach} pixels`,
      received: `${extent}`,
      exitCode: 2,
    });
  }
}

/** Windows along one axis and the padding before the first. @throws when the window does not fit. */
export function windowsAlong(
  op: string,
  { size, window, stride, dilation }: Slide,
  padding: "same" | "valid" | readonly [number, number],
): { count: number; before: number } {
  const reach = (window - 1) * dilation + 1;
  if (padding === "same") {
    const count = Math.ceil(size / stride);
    return { count, before: Math.floor(Math.max(0, (count - 1) * stride + reach - size) / 2) };
  }
  const [before, after] = padding === "valid" ? [0, 0] : padding;
  const count = Math.floor((size + before + after - reach) / stride) + 1;
  if (count < 1) {
    throw fault(`${op}: x`, {
      expected: `at least ${reach} pixels along each axis`,
      received: `${size} with padding ${before} and ${after}`,
      fix: 'use padding "same", a smaller window, or larger images',
    });
  }
  return { count, before };
}

/** The two axes of {@link windowsAlong}. @throws on strides, a dilation or padding that are no whole numbers too. */
export function windowsOver(
  op: string,
  vertical: Slide,
  horizontal: Slide,
  padding: Padding,
): { outHeight: number; outWidth: number; padTop: number; padLeft: number } {
  checkWhole(`${op}: strides`, [vertical.stride, horizontal.stride], 1);
  checkWhole(`${op}: dilation`, [vertical.dilation, horizontal.dilation], 1);
  if (typeof padding !== "string") checkWhole(`${op}: padding`, padding.flat());
  for (const slide of [vertical, horizontal]) checkReach(op, slide);
  const [v, h] = typeof padding === "string" ? [padding, padding] : padding;
  const rows = windowsAlong(op, vertical, v);
  const columns = windowsAlong(op, horizontal, h);
  return { outHeight: rows.count, outWidth: columns.count, padTop: rows.before, padLeft: columns.before };
}

/** The four extents of an array. @throws when it has not four axes. */
export function axes4(
  who: string,
  legend: string,
  { shape }: ArrayType,
): readonly [number, number, number, number] {
  const [a, b, c, d] = shape;
  if (shape.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) {
    throw fault(who, {
      expected: `4 axes ${legend}`,
      received: `shape ${showShape(shape)}`,
      ...(shape.length === 3 && { fix: "add a batch axis" }),
    });
  }
  return [a, b, c, d];
}
