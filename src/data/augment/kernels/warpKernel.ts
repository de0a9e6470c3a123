// The loop of moving pixels. Places are worked out in float64, each step of them rounded by itself, and levels in whole numbers,
// hence the same bits on every engine.
import {
  FunctionBuilder,
  type Instance,
  type V128,
  type V128Local,
  f64x2,
  i32,
  i32x4,
  i8x16,
  instantiate,
  v128,
} from "../../../simd/index.ts";
import type { Homography } from "../homography.ts";
import type { FillMode } from "../types.ts";

/** Places are rounded to whole numbers, 1 being 2^16. */
const placeBits = 16;

// Weights have 11 bits: 8 of a level and 11 of each direction's weight fit 31.
const weightBits = 11;
const weightOne = 2 ** weightBits;

/** Works on its own memory, at byte addresses that the caller lays out. */
interface WarpKernel {
  readonly memory: ArrayBuffer;
  /**
   * All pixels of `height` rows of `rowBytes` bytes, from `target` on: each bilinear between four of a source whose rows stand `pitch`
   * bytes apart. The source has the pixels around it that places can reach; `limit` says which. May read 13 bytes past a pixel,
   * and writes one past the result.
   */
  rows(
    numbers: number,
    source: number,
    pitch: number,
    target: number,
    rowBytes: number,
    height: number,
  ): void;
}

/** Bytes of the numbers that `rows` takes. */
export const numbersBytes = 10 * 16;

/** A pair of numbers, for x and for y. */
type Both = readonly [x: number, y: number];

/** Where places end: the first and the last pixel, or those of one period. */
export interface PlaceEnds {
  readonly first: Both;
  readonly last: Both;
}

/** Writes what `rows` takes of a map, in pairs for x and y. */
export function writeNumbers(
  memory: ArrayBuffer,
  [a, b, c, d, e, f, g, h, i]: Homography,
  { first, last }: PlaceEnds,
): void {
  const scale = 1 / i;
  const to = new Float64Array(memory, 0, numbersBytes / 8);
  to.set([a, d, b, e, c, f, g, g, h, h, i, i, scale, scale, ...first, ...last]);
}

/** The numbers as `rows` holds them. */
interface Ends {
  readonly first: V128Local;
  readonly last: V128Local;
}

/** A place in float64, limited to where the source has pixels, and as what it is read. */
interface PlaceLimit {
  readonly limit: (place: V128Local, ends: Ends) => V128;
  /** Of places in 2^-11ths. @default as they are */
  readonly folded?: (place: V128Local, ends: Ends) => V128;
  /** Whether places may be below 0, so that cutting off is not rounding down. @default false */
  readonly hasNegatives?: boolean;
}

const between = (place: V128Local, { first, last }: Ends): V128 => f64x2.pmin(last, f64x2.pmax(first, place));
const inPeriod = (place: V128Local, { last }: Ends): V128 =>
  f64x2.sub(place, f64x2.mul(last, f64x2.floor(f64x2.div(place, last))));

const limits: { readonly [mode in FillMode]: PlaceLimit } = {
  constant: { limit: between, hasNegatives: true },
  nearest: { limit: between },
  wrap: { limit: inPeriod },
  reflect: {
    limit: inPeriod,
    // Of a period of twice the extent, the second half runs backwards.
    folded: (place, { last }) => {
      const periods = i32x4.shl(i32x4.truncSatF64x2SZero(last), weightBits);
      return i32x4.minS(place, i32x4.sub(i32x4.sub(periods, weightOne), place));
    },
  },
};

/** Red, green and blue of a pixel and of the next one, in turn, as 16-bit numbers. */
const inTurn = i8x16.const([0, 3, 1, 4, 2, 5].flatMap((byte) => [byte, 128]).concat([128, 128, 128, 128]));
const lane = (vector: V128, index: number): V128 => i32x4.shuffle(vector, vector, Array(4).fill(index));

function rowsFunction(mode: FillMode, isAffine: boolean): FunctionBuilder {
  const f = new FunctionBuilder();
  const [numbers, source, pitch, target, rowBytes, height] = f.parameters(6);
  const { end, pixel } = f.named("end", "pixel");
  const [a, b, c, g, h, i, scale, first, last] = f.locals("v128", 9);
  const [u, v, ofRow, divisorOfRow, place] = f.locals("v128", 5);
  const [weights, across, upper, lower] = f.locals("v128", 4);
  const { limit, folded, hasNegatives = false } = limits[mode];
  const ends = { first, last };
  f.loadAll([a, b, c, g, h, i, scale, first, last], numbers);
  f.set(v, f64x2.const(0.5));
  f.loop({ to: height }, () => {
    f.set(ofRow, f64x2.mul(b, v));
    if (!isAffine) f.set(divisorOfRow, f64x2.mul(h, v));
    f.set(u, f64x2.const(0.5));
    f.set(end, i32.add(target, rowBytes));
    f.doWhile(i32.ltU(target, end), () => {
      if (!isAffine) f.set(scale, f64x2.div(1, f64x2.add(f64x2.add(f64x2.mul(g, u), divisorOfRow), i)));
      f.set(place, f64x2.mul(f64x2.add(f64x2.add(f64x2.mul(a, u), ofRow), c), scale));
      // From edges of pixels to their middles.
      f.set(place, f64x2.sub(place, 0.5));
      f.set(place, limit(place, ends));
      f.set(place, f64x2.add(f64x2.mul(place, 2 ** placeBits), 0.5));
      f.set(place, i32x4.truncSatF64x2SZero(hasNegatives ? f64x2.floor(place) : place));
      f.set(place, i32x4.shrS(place, placeBits - weightBits));
      if (folded) f.set(place, folded(place, ends));
      f.set(weights, v128.and(place, i32x4.const(weightOne - 1)));
      f.set(place, i32x4.shrS(place, weightBits));
      f.set(pixel, i32.mul(i32x4.extractLane(place, 1), pitch));
      f.set(pixel, i32.add(pixel, i32.mul(i32x4.extractLane(place, 0), 3), source));
      // weightOne - x below, x above: the weights of two neighbours side by side.
      f.set(across, i32x4.add(i32x4.mul(lane(weights, 0), 65_535), weightOne));
      f.set(upper, i32x4.dotI16x8S(i8x16.swizzle(v128.load(pixel), inTurn), across));
      f.set(lower, i32x4.dotI16x8S(i8x16.swizzle(v128.load(i32.add(pixel, pitch)), inTurn), across));
      f.set(lower, i32x4.mul(i32x4.sub(lower, upper), lane(weights, 1)));
      f.set(upper, i32x4.add(i32x4.shl(upper, weightBits), lower));
      f.set(upper, i32x4.add(upper, 1 << (2 * weightBits - 1)));
      f.storeBytes(target, i32x4.shrS(upper, 2 * weightBits), {});
      f.set(u, f64x2.add(u, 1));
      f.advance(target, 3);
    });
    f.set(v, f64x2.add(v, 1));
  });
  return f;
}

let loops: Instance<FillMode | `${FillMode} projective`> | undefined;

/** The kernel of this thread for such maps, whose memory has at least that many bytes. */
export function warpKernel(mode: FillMode, [, , , , , , g, h]: Homography, bytes: number): WarpKernel {
  loops ??= instantiate({
    constant: rowsFunction("constant", true),
    nearest: rowsFunction("nearest", true),
    wrap: rowsFunction("wrap", true),
    reflect: rowsFunction("reflect", true),
    "constant projective": rowsFunction("constant", false),
    "nearest projective": rowsFunction("nearest", false),
    "wrap projective": rowsFunction("wrap", false),
    "reflect projective": rowsFunction("reflect", false),
  });
  const memory = loops.room(bytes);
  return { memory, rows: loops.call[g === 0 && h === 0 ? mode : (`${mode} projective` as const)] };
}
