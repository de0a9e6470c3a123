// The loop of moving pixels. Whole numbers only, hence the same bits on every engine.
import {
  FunctionBuilder,
  type Instance,
  type I32Local,
  type V128,
  i32,
  i32x4,
  i8x16,
  instantiate,
  v128,
} from "../../../simd/index.ts";

/** Places are whole numbers, 1 being 2^16. */
const placeBits = 16;
export const fractionOne = 2 ** placeBits;

// Weights have 11 bits: 8 of a level and 11 of each direction's weight fit 31.
const weightBits = 11;
const weightOne = 2 ** weightBits;

/** Works on its own memory, at byte addresses that the caller lays out. */
interface WarpKernel {
  readonly memory: ArrayBuffer;
  /**
   * Pixels at [places, placesEnd), x and y of each: bilinear between four pixels, whose addresses are the entry of a row, which
   * holds one, plus that of a column. May read a byte past a pixel, and writes one past the result.
   */
  pixels(places: number, placesEnd: number, columns: number, rows: number, target: number): void;
}

// Red, green and blue of two pixels, in turn, as 16-bit numbers; byte 4 of a pixel that was loaded alone is 0.
const inTurn = [0, 4, 16, 4, 1, 4, 17, 4, 2, 4, 18, 4, 4, 4, 4, 4];

function pixelsFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [places, placesEnd, columns, rows, target] = f.parameters(5);
  const { x, y, column, row, left, right } = f.named("x", "y", "column", "row", "left", "right");
  const [across, upper, lower] = f.locals("v128", 3);
  const fractionOf = (place: I32Local) => i32.and(i32.shrS(place, placeBits - weightBits), weightOne - 1);
  const entry = (table: I32Local, place: I32Local) => i32.add(table, i32.mul(i32.shrS(place, placeBits), 4));
  const pair = (line: number): V128 => {
    const start = i32.load(row, line * 4);
    return i32x4.dotI16x8S(
      i8x16.shuffle(v128.load32Zero(i32.add(start, left)), v128.load32Zero(i32.add(start, right)), inTurn),
      across,
    );
  };
  f.doWhile(i32.ltU(places, placesEnd), () => {
    f.set(x, i32.load(places));
    f.set(y, i32.load(places, 4));
    f.set(column, entry(columns, x));
    f.set(row, entry(rows, y));
    f.set(left, i32.load(column));
    f.set(right, i32.load(column, 4));
    f.set(x, fractionOf(x));
    f.set(y, fractionOf(y));
    // weightOne - x below, x above: the weights of two neighbours side by side.
    f.set(across, i32x4.splat(i32.add(i32.mul(x, 65_535), weightOne)));
    f.set(upper, pair(0));
    f.set(lower, pair(1));
    f.set(upper, i32x4.mul(upper, i32x4.splat(i32.sub(weightOne, y))));
    f.set(lower, i32x4.mul(lower, i32x4.splat(y)));
    f.set(upper, i32x4.add(i32x4.add(upper, lower), 1 << (2 * weightBits - 1)));
    f.storeBytes(target, i32x4.shrS(upper, 2 * weightBits), {});
    f.advance(places, 8);
    f.advance(target, 3);
  });
  return f;
}

let loops: Instance<"pixels"> | undefined;

/** The kernel of this thread, whose memory has at least that many bytes. */
export function warpKernel(bytes: number): WarpKernel {
  loops ??= instantiate({ pixels: pixelsFunction() });
  return { ...loops.call, memory: loops.room(bytes) };
}
