// What the loops over pixels of three bytes share.
import {
  type FunctionBuilder,
  type I32,
  type I32Local,
  type V128,
  type V128Local,
  i32x4,
  i8x16,
  v128,
} from "../../../simd/index.ts";

/** Loops that read sixteen bytes for four pixels, or write up to there, may pass the end by so much. */
const slack = 32;

/** Copies pixels behind the first `start` bytes of a kernel's memory, with zeros after them, runs its loops over them and copies them back. */
export function inKernel<K extends { readonly memory: ArrayBuffer }>(
  pixels: Uint8Array,
  kernelOf: (bytes: number) => K,
  start: number,
  run: (kernel: K, end: number) => void,
): void {
  const end = start + pixels.length;
  const kernel = kernelOf(end + slack);
  const bytes = new Uint8Array(kernel.memory, start, pixels.length + slack);
  bytes.set(pixels);
  bytes.fill(0, pixels.length);
  run(kernel, end);
  pixels.set(bytes.subarray(0, pixels.length));
}

/** Red, green and blue of four pixels, a lane each. */
export interface Four {
  readonly r: V128Local;
  readonly g: V128Local;
  readonly b: V128Local;
}

/** Byte `channel` of each of four pixels of three bytes, as a number of 32 bits. */
const channelOf = (pixels: V128, channel: number): V128 =>
  i8x16.swizzle(pixels, i8x16.const([0, 3, 6, 9].flatMap((byte) => [byte + channel, 128, 128, 128])));

/** Locals for four pixels, and what reads them: sixteen bytes, of which twelve count. */
export function fourPixels(f: FunctionBuilder): {
  readonly four: Four;
  readonly read: (address: I32) => void;
} {
  const [r, g, b, all] = f.locals("v128", 4);
  return {
    four: { r, g, b },
    read: (address) => {
      f.set(all, v128.load(address));
      f.set(r, channelOf(all, 0));
      f.set(g, channelOf(all, 1));
      f.set(b, channelOf(all, 2));
    },
  };
}

/** Stores eight 16-bit numbers as bytes, the nearest that fit. */
export function storeEight(f: FunctionBuilder, target: I32Local, numbers: V128Local): void {
  f.set(numbers, i8x16.narrowI16x8U(numbers, numbers));
  for (const lane of [0, 1]) f.storeLane32(target, numbers, { lane, offset: 4 * lane });
}

const { add, mul, shrS } = i32x4;

/** Grey of a colour: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), half up. */
export const lumaOf = ({ r, g, b }: Four): V128 =>
  shrS(add(add(mul(r, 19_595), mul(g, 38_470)), add(mul(b, 7471), 32_768)), 16);
