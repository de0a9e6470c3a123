import { colourKernel } from "./colourKernel.ts";

type Kernel = ReturnType<typeof colourKernel>;

/** Where pixels stand in the kernel's memory, behind a pair of doubles. */
const start = 16;

/** Runs a loop of the kernel over pixels, which are then changed. */
function inKernel(pixels: Uint8Array, run: (kernel: Kernel, end: number) => void): void {
  // Pixels are read by sixteen bytes and written by twelve.
  const kernel = colourKernel(start + pixels.length + 32);
  const bytes = new Uint8Array(kernel.memory, start, pixels.length);
  bytes.set(pixels);
  run(kernel, start + pixels.length);
  pixels.set(bytes);
}

/** Grey + (x - grey) · factor, pixel by pixel. */
export const saturation = (pixels: Uint8Array, factor: number): void =>
  inKernel(pixels, (kernel, end) => kernel.saturate(start, end, Math.floor(factor * 65_536 + 0.5)));

export const grayscale = (pixels: Uint8Array): void => saturation(pixels, 0);

/** Turns the hue of HSV by full circles; value and saturation stay. */
export const hue = (pixels: Uint8Array, shift: number): void =>
  inKernel(pixels, (kernel, end) => {
    new Float64Array(kernel.memory, 0, 2).fill((shift - Math.floor(shift)) * 6);
    kernel.turnHue(start, end, 0);
  });
