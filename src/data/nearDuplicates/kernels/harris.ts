import { at } from "../../../base/index.ts";
import {
  FunctionBuilder,
  type Instance,
  type V128,
  i16x8,
  i32,
  i32x4,
  instantiate,
  upTo16,
  v128,
} from "../../../simd/index.ts";
import type { Grey } from "../grey.ts";

/** Bytes of a position, and of each sum. */
const word = 4;
const sums = 3;
/** Rows and columns of gradients around the corner, which need one pixel more. */
const radius = 2;
/** Bytes of the image's last load beyond its end at most. */
const beyond = 16;

let opened: Instance<"products"> | undefined;

/**
 * Sums over the 5x5 gradients (Sobel's) around each position of an image: of squares along x, along y, and of products, [positions, 3].
 * Positions are indices of pixels, 3 or more from every edge. Good until the next call.
 */
export function gradientProducts({ width, data }: Grey, positions: Int32Array): Int32Array {
  opened ??= instantiate({ products: productsFunction() });
  const list = upTo16(data.length + beyond);
  const out = list + upTo16(positions.byteLength);
  const buffer = opened.room(out + positions.length * sums * word);
  new Uint8Array(buffer, 0, data.length).set(data);
  new Int32Array(buffer, list, positions.length).set(positions);
  if (positions.length > 0) opened.call.products(list, list + positions.byteLength, width, out);
  return new Int32Array(buffer, out, positions.length * sums);
}

/** (from, end, width, out): the positions stand from `from` to `end`, the image at 0. */
function productsFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [from, end, width, out] = f.parameters(4);
  const address = f.local("i32");
  const [left, middle, right] = f.locals("v128", 3);
  const across = f.locals("v128", 2 * radius + 3);
  const along = f.locals("v128", 2 * radius + 3);
  const [gx, gy] = f.locals("v128", 2);
  const totals = f.locals("v128", sums);
  // Eight columns are loaded, of which five count.
  const columns = i16x8.constLanes(Array.from({ length: 8 }, (_, lane) => (lane <= 2 * radius ? -1 : 0)));
  const three = (a: V128, b: V128, c: V128): V128 => i16x8.add(i16x8.add(a, c), i16x8.shl(b, 1));
  const add = (n: number, product: V128): void => f.set(at(totals, n), i32x4.add(at(totals, n), product));
  f.doWhile(i32.ltU(from, end), () => {
    f.set(address, i32.sub(i32.load(from), i32.mul(width, radius + 1)));
    f.set(address, i32.sub(address, radius + 1));
    for (const row of across.keys()) {
      f.set(left, v128.load8x8U(address));
      f.set(middle, v128.load8x8U(address, 1));
      f.set(right, v128.load8x8U(address, 2));
      f.set(at(across, row), i16x8.sub(right, left));
      f.set(at(along, row), three(left, middle, right));
      f.set(address, i32.add(address, width));
    }
    for (const total of totals) f.set(total, i32x4.const(0));
    for (let row = 1; row <= 2 * radius + 1; row++) {
      f.set(gx, v128.and(three(at(across, row - 1), at(across, row), at(across, row + 1)), columns));
      f.set(gy, v128.and(i16x8.sub(at(along, row + 1), at(along, row - 1)), columns));
      add(0, i32x4.dotI16x8S(gx, gx));
      add(1, i32x4.dotI16x8S(gy, gy));
      add(2, i32x4.dotI16x8S(gx, gy));
    }
    for (const [n, total] of totals.entries()) {
      f.set(total, i32x4.add(total, i32x4.shuffle(total, total, [2, 3, 0, 1])));
      f.set(total, i32x4.add(total, i32x4.shuffle(total, total, [1, 0, 3, 2])));
      f.storeLane32(out, total, { lane: 0, offset: n * word });
    }
    f.advance(from, word);
    f.advance(out, sums * word);
  });
  return f;
}
