// Moves of whole pixels: no level is new.
import { upTo16 } from "../../../simd/index.ts";
import type { Filled } from "../types.ts";
import { copyKernel } from "./copyKernel.ts";
import type { Moved } from "./warp.ts";

/** to[y, x] = from[start + y·down + x·across], all counted in pixels. */
function copyPixels({ from, to, height, width }: Moved, start: number, down: number, across: number): void {
  const size = height * width * 3;
  // Behind each image there is room for the byte past its end.
  const target = upTo16(size) + 16;
  const kernel = copyKernel(2 * target);
  const bytes = new Uint8Array(kernel.memory);
  bytes.set(from);
  kernel.pixels(start * 3, across * 3, down * 3, target, width * 3, height);
  to.set(bytes.subarray(target, target + size));
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
  const columns = new Int32Array(width);
  for (let x = 0; x < width; x++) columns[x] = sourceOf(x - dx, width, fillMode);
  // These columns lie inside the image, side by side; none where it has moved out of sight.
  const first = Math.min(Math.max(dx, 0), width);
  const end = Math.max(Math.min(width + dx, width), first);
  const beyond = [
    [0, first],
    [end, width],
  ] as const;
  for (let y = 0; y < height; y++) {
    const row = sourceOf(y - dy, height, fillMode);
    const source = row * width * 3;
    const target = y * width * 3;
    if (row < 0) {
      to.fill(fill, target, target + width * 3);
      continue;
    }
    to.set(from.subarray(source + (first - dx) * 3, source + (end - dx) * 3), target + first * 3);
    for (const [start, stop] of beyond)
      for (let x = start; x < stop; x++) {
        const column = columns[x] ?? -1;
        if (column < 0) to.fill(fill, target + x * 3, target + x * 3 + 3);
        else for (let i = 0; i < 3; i++) to[target + x * 3 + i] = from[source + column * 3 + i] ?? 0;
      }
  }
}
