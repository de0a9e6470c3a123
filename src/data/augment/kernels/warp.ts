import { fault } from "../../../base/index.ts";
import { upTo16 } from "../../../simd/index.ts";
import type { Size } from "../../transforms/types.ts";
import { type Rectangle, type WarpOp } from "../ops.ts";
import { type PlaceEnds, numbersBytes, warpKernel, writeNumbers } from "./warpKernel.ts";

/** What the result is made of. */
export interface Moved extends Size {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

/** Where things stand in the kernel's memory, in bytes. */
interface Layout {
  /** The source's first pixel; around it stands a border of one. */
  readonly source: number;
  readonly pitch: number;
  readonly target: number;
  readonly end: number;
}

/** What the kernel may read or write past an end. */
const slack = 16;

function layOut({ height, width }: Size): Layout {
  const pitch = (width + 2) * 3;
  const source = numbersBytes + pitch + 3;
  const target = numbersBytes + upTo16((height + 2) * pitch) + slack;
  return { source, pitch, target, end: target + upTo16(height * width * 3) + slack };
}

/** Places of reflected pixels, twice as many, have 15 bits before the point. */
const maxSide = 2 ** 14 - 1;

/** Moves every pixel as the op says, bilinear. @throws for an image whose places do not fit the kernel's numbers */
export function warp(image: Moved, op: WarpOp): void {
  const { height, width, to } = image;
  if (Math.max(height, width) > maxSide) {
    throw fault("augment", {
      expected: `images of at most ${maxSide} pixels a side, where a step moves them by parts of a pixel`,
      received: `${width} x ${height} pixels`,
      fix: "take smaller images, or steps that move none",
      exitCode: 2,
    });
  }
  const layout = layOut(image);
  const { source, pitch, target } = layout;
  const whole = { left: 0, top: 0, width, height };
  const window = op.window ?? whole;
  const kernel = warpKernel(op.fillMode, op.matrix, layout.end);
  const bytes = new Uint8Array(kernel.memory);
  writeNumbers(kernel.memory, op.matrix, placeEnds(op.fillMode, image, window));
  if (op.fillMode === "constant") {
    bytes.fill(Math.round(op.fillValue), numbersBytes, target);
    copyRows(bytes, layout, image, window);
  } else {
    copyRows(bytes, layout, image, whole);
    if (op.fillMode !== "nearest") addBorder(bytes, layout, image, op.fillMode === "reflect");
  }
  kernel.rows(0, source, pitch, target, width * 3, height);
  to.set(bytes.subarray(target, target + height * width * 3));
}

/** Where places end: what is seen beyond the edges is the last pixel before them, the border, or what repeats. */
function placeEnds(mode: WarpOp["fillMode"], { height, width }: Size, window: Rectangle): PlaceEnds {
  const { left, top } = window;
  const [right, bottom] = [left + window.width, top + window.height];
  switch (mode) {
    case "constant":
      return { first: [left - 1, top - 1], last: [right, bottom] };
    case "nearest":
      return { first: [left, top], last: [right - 1, bottom - 1] };
    case "wrap":
      return { first: [0, 0], last: [width, height] };
    case "reflect":
      return { first: [0, 0], last: [2 * width, 2 * height] };
    default:
      return mode satisfies never;
  }
}

/** Copies the window of the image to its place. */
function copyRows(
  bytes: Uint8Array,
  { source, pitch }: Layout,
  { from, width }: Moved,
  window: Rectangle,
): void {
  const { left, top } = window;
  for (let y = top; y < top + window.height; y++) {
    const row = (y * width + left) * 3;
    bytes.set(from.subarray(row, row + window.width * 3), source + y * pitch + left * 3);
  }
}

/** Repeats the edges, the near ones for reflect and the far ones for wrap, around the image. */
function addBorder(
  bytes: Uint8Array,
  { source, pitch }: Layout,
  { height, width }: Size,
  near: boolean,
): void {
  const rowBytes = width * 3;
  for (let row = source; row < source + height * pitch; row += pitch) {
    const [before, after] = near ? [row, row + rowBytes - 3] : [row + rowBytes - 3, row];
    for (let i = 0; i < 3; i++) {
      bytes[row - 3 + i] = bytes[before + i] ?? 0;
      bytes[row + rowBytes + i] = bytes[after + i] ?? 0;
    }
  }
  const start = source - 3;
  const last = start + (height - 1) * pitch;
  const [above, below] = near ? [start, last] : [last, start];
  bytes.copyWithin(start - pitch, above, above + pitch);
  bytes.copyWithin(last + pitch, below, below + pitch);
}
