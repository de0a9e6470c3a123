import type { Raster } from "../../../data/index.ts";

/** Sets white around a first frame smaller than the GIF's screen, as browsers on a white page do: nothing is drawn there. */
export function whiteAroundFrame({ width, height, data }: Raster, bytes: Uint8Array): Raster {
  const frame = firstFrame(bytes);
  if (!frame) return { width, height, data };
  const { left, top, right, bottom } = frame;
  for (let y = 0; y < height; y++) {
    const row = y * width * 3;
    const isInside = y >= top && y < bottom;
    if (isInside) {
      data.fill(255, row, row + Math.min(left, width) * 3);
      data.fill(255, row + Math.min(right, width) * 3, row + width * 3);
    } else data.fill(255, row, row + width * 3);
  }
  return { width, height, data };
}

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const blocks = { extension: 0x21, image: 0x2c } as const;

/** Where the first frame lies on the screen (GIF89a, §20); nothing where the file has none. */
function firstFrame(bytes: Uint8Array): Frame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = bytes[10] ?? 0;
  let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  while (bytes[at] === blocks.extension) {
    // Its sub-blocks begin with their lengths; an empty one ends them.
    for (at += 2; (bytes[at] ?? 0) > 0;) at += 1 + (bytes[at] ?? 0);
    at++;
  }
  if (bytes[at] !== blocks.image || at + 9 > bytes.length) return undefined;
  const [left, top] = [view.getUint16(at + 1, true), view.getUint16(at + 3, true)];
  return {
    left,
    top,
    right: left + view.getUint16(at + 5, true),
    bottom: top + view.getUint16(at + 7, true),
  };
}
