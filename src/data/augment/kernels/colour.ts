import { colourKernel } from "./colourKernel.ts";
import { inKernel } from "./pixels.ts";

/** Where pixels stand in the kernel's memory, behind a pair of doubles. */
const start = 16;

/** Grey + (x - grey) · factor, pixel by pixel. */
export const saturation = (pixels: Uint8Array, factor: number): void =>
  inKernel(pixels, colourKernel, start, (kernel, end) =>
    kernel.saturate(start, end, Math.floor(factor * 65_536 + 0.5)),
  );

export const grayscale = (pixels: Uint8Array): void => saturation(pixels, 0);

/** Turns the hue of HSV by full circles; value and saturation stay. */
export const hue = (pixels: Uint8Array, shift: number): void =>
  inKernel(pixels, colourKernel, start, (kernel, end) => {
    new Float64Array(kernel.memory, 0, 2).fill((shift - Math.floor(shift)) * 6);
    kernel.turnHue(start, end, 0);
  });
