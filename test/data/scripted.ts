import type { Random } from "../../src/base/index.ts";
import type { Raster } from "../../src/data/index.ts";

/** A stream that gives the listed numbers in [0, 1), then fails. */
export function scripted(...numbers: readonly number[]): Random {
  let at = 0;
  const next = (): number => {
    const number = numbers[at++];
    if (number === undefined) throw new Error(`only ${numbers.length} numbers were expected to be drawn`);
    return number;
  };
  const none = (): never => {
    throw new Error("not expected to be drawn");
  };
  return {
    next,
    integer: (below) => Math.floor(next() * below),
    fillUniform: none,
    normal: none,
    shuffle: none,
    fork: none,
  };
}

/** An image whose every byte is different from its neighbours'. */
export function numbered(width: number, height: number): Raster {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + (i >> 3) * 11) % 256);
  return { width, height, data };
}

/** Red, green and blue at a pixel. */
export const pixelAt = ({ width, data }: Raster, x: number, y: number): readonly number[] =>
  Array.from(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3));

/** An image from the colour of each pixel. */
export function painted(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => readonly number[],
): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set(colourAt(x, y), (y * width + x) * 3);
  return { width, height, data };
}
