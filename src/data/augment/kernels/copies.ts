// Moves of whole pixels: no level is new.
import type { Filled } from "../types.ts";
import type { Moved } from "./warp.ts";

/** to[y, x] = from[start + y·down + x·across], all counted in pixels. */
function copyPixels({ from, to, height, width }: Moved, start: number, down: number, across: number): void {
  let target = 0;
  for (let y = 0; y < height; y++) {
    let source = (start + y * down) * 3;
    for (let x = 0; x < width; x++) {
      to[target] = from[source] ?? 0;
      to[target + 1] = from[source + 1] ?? 0;
      to[target + 2] = from[source + 2] ?? 0;
      target += 3;
      source += across * 3;
    }
  }
}

export function flip(image: Moved, horizontal: boolean, vertical: boolean): void {
  const { height, width } = image;
  const start = (horizontal ? width - 1 : 0) + (vertical ? (height - 1) * width : 0);
  copyPixels(image, start, vertical ? -width : width, horizontal ? -1 : 1);
}

/** Turns a square counter-clockwise, by one quarter or three. */
export function quarterTurn(image: Moved, quarters: number): void {
  const { height, width } = image;
  if (quarters === 1) copyPixels(image, width - 1, -1, width);
  else copyPixels(image, (height - 1) * width, 1, -width);
}

/** The place in the source, in [0, extent), or -1 where nothing of it is shown. */
function sourceOf(x: number, extent: number, mode: Filled["fillMode"]): number {
  if (x >= 0 && x < extent) return x;
  const period = mode === "reflect" ? 2 * extent : extent;
  const inPeriod = ((x % period) + period) % period;
  switch (mode) {
    case "constant":
      return -1;
    case "nearest":
      return x < 0 ? 0 : extent - 1;
    case "wrap":
      return inPeriod;
    case "reflect":
      return inPeriod < extent ? inPeriod : period - 1 - inPeriod;
    default:
      return mode satisfies never;
  }
}

/** Moves down and to the right. */
export function shift(
  { from, to, height, width }: Moved,
  { dy, dx, fillMode, fillValue }: Filled & { readonly dy: number; readonly dx: number },
): void {
  const fill = Math.round(fillValue);
  const columns = Int32Array.from({ length: width }, (_, x) => sourceOf(x - dx, width, fillMode));
  for (let y = 0; y < height; y++) {
    const row = sourceOf(y - dy, height, fillMode);
    for (let x = 0; x < width; x++) {
      const column = columns[x] ?? -1;
      const target = (y * width + x) * 3;
      if (row < 0 || column < 0) to.fill(fill, target, target + 3);
      else {
        const source = (row * width + column) * 3;
        to[target] = from[source] ?? 0;
        to[target + 1] = from[source + 1] ?? 0;
        to[target + 2] = from[source + 2] ?? 0;
      }
    }
  }
}
