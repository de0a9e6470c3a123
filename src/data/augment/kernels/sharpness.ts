import { upTo16 } from "../../../simd/index.ts";
import { sharpnessKernel } from "./sharpnessKernel.ts";
import type { Moved } from "./warp.ts";

/** What the kernel may read past an end. */
const slack = 32;

/** Smooth + (x - smooth) · factor; smooth is the mean over 3x3 pixels with the middle counted five times. Edge pixels stay. */
export function sharpness({ from, to, height, width }: Moved, factor: number): void {
  const row = width * 3;
  const size = height * row;
  to.set(from);
  if (height < 3 || width < 3) return;
  const target = upTo16(size) + slack;
  const kernel = sharpnessKernel(target + size + slack);
  const bytes = new Uint8Array(kernel.memory);
  bytes.set(from);
  // From the first pixel inside to the last, those of the edges between them too.
  const share = Math.floor(factor * 65_536 + 0.5);
  kernel.sharpen(row + 3, row, target + row + 3, target + size - row - 3, share);
  for (let y = 1; y < height - 1; y++) {
    const start = y * row + 3;
    const end = start + row - 6;
    to.set(bytes.subarray(target + start, target + end), start);
  }
}
