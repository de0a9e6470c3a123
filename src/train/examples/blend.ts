import { type Random, portableExp, portableLog } from "../../base/index.ts";

/** An area of an image, in pixels: from top and left to before bottom and right. */
export interface PastedBox {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** From Beta(alpha, alpha), in [0, 1]: small alphas give mostly nearly 0 or 1, the alpha 1 everything alike. */
export function drawShare(random: Random, alpha: number): number {
  const distance = drawLogGamma(random, alpha) - drawLogGamma(random, alpha);
  if (Math.abs(distance) > 700) return distance > 0 ? 1 : 0;
  return 1 / (1 + portableExp(-distance));
}

/** The logarithm of a variate from Gamma(alpha, 1), which is itself too small for a number where alpha is (Marsaglia & Tsang 2000). */
function drawLogGamma(random: Random, alpha: number): number {
  const d = alpha + 2 / 3;
  for (;;) {
    const z = random.normal();
    const root = 1 + z / (3 * Math.sqrt(d));
    const uniform = 1 - random.next();
    if (root <= 0) continue;
    const v = root * root * root;
    if (portableLog(uniform) < z * z * 0.5 + d * (1 - v + portableLog(v)))
      return portableLog(d * v) + portableLog(1 - random.next()) / alpha;
  }
}

/** A box around any pixel that covers 1 - share of an image, less what lies outside (Yun et al. 2019, as torchvision rounds it). */
export function drawBox(random: Random, { height, width }: ImageSize, share: number): PastedBox {
  const [x, y] = [random.integer(width), random.integer(height)];
  return boxAround({ x, y }, { height, width }, share);
}

/** The box around a pixel. */
export function boxAround(
  { x, y }: { readonly x: number; readonly y: number },
  { height, width }: ImageSize,
  share: number,
): PastedBox {
  const half = Math.sqrt(1 - share) / 2;
  const [halfWidth, halfHeight] = [Math.trunc(half * width), Math.trunc(half * height)];
  return {
    top: Math.max(y - halfHeight, 0),
    bottom: Math.min(y + halfHeight, height),
    left: Math.max(x - halfWidth, 0),
    right: Math.min(x + halfWidth, width),
  };
}

/** Part of an image that lies outside of a box. */
export const shareOutside = ({ top, bottom, left, right }: PastedBox, { height, width }: ImageSize): number =>
  1 - ((bottom - top) * (right - left)) / (height * width);

/** Each of n rows becomes its share of itself and the rest of the row before it; before the first stands the last. */
export function blendRows(rows: Float32Array, count: number, shareOf: (row: number) => number): void {
  const width = rows.length / count;
  const last = rows.slice(rows.length - width);
  // From the end, so that the row before still holds its own numbers.
  for (let row = count - 1; row >= 0; row--) {
    const share = shareOf(row);
    const start = row * width;
    const before = row > 0 ? rows.subarray(start - width, start) : last;
    for (let i = 0; i < width; i++)
      rows[start + i] = share * (rows[start + i] ?? 0) + (1 - share) * (before[i] ?? 0);
  }
}

/** Each of n images gets the box of the image before it; before the first stands the last. */
export function pasteBoxes(
  images: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  { top, bottom, left, right }: PastedBox,
): void {
  const size = height * width * channels;
  const last = images.slice(images.length - size);
  for (let start = images.length - size; start >= 0; start -= size) {
    const before = start > 0 ? images.subarray(start - size, start) : last;
    for (let y = top; y < bottom; y++) {
      const [from, to] = [(y * width + left) * channels, (y * width + right) * channels];
      images.set(before.subarray(from, to), start + from);
    }
  }
}
