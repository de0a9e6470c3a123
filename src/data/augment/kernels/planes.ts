// The loops between pixels and JPEG's planes, a row at a time. Whole numbers only, hence the same bits on every engine.
import {
  FunctionBuilder,
  type I32Local,
  type V128,
  type V128Local,
  i16x8,
  i32,
  i32x4,
  i8x16,
  v128,
} from "../../../simd/index.ts";
import { fourPixels, storeEight } from "./pixels.ts";

const { add, sub, mul, shrS } = i32x4;

const fractionBits = 16;
const half = 1 << (fractionBits - 1);
/** A factor in 65,536ths. */
const fixed = (x: number): number => Math.floor(x * 2 ** fractionBits + 0.5);

/** (pixels, end, y, cb, cr): RGB to Y, Cb and Cr (JFIF), by fours; reads to four bytes past the end. */
export function toPlanesFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [pixels, end, y, cb, cr] = f.parameters(5);
  const { four, read } = fourPixels(f);
  const centre = (128 << fractionBits) + half - 1;
  const sum = (red: number, green: number, blue: number, constant: number): V128 =>
    shrS(add(add(mul(four.r, red), mul(four.g, green)), add(mul(four.b, blue), constant)), fractionBits);
  f.doWhile(i32.ltU(pixels, end), () => {
    read(pixels);
    f.storeBytes(y, sum(fixed(0.299), fixed(0.587), fixed(0.114), half), {});
    f.storeBytes(cb, sum(-fixed(0.168735892), -fixed(0.331264108), fixed(0.5), centre), {});
    f.storeBytes(cr, sum(fixed(0.5), -fixed(0.418687589), -fixed(0.081312411), centre), {});
    f.advance(pixels, 12);
    for (const plane of [y, cb, cr]) f.advance(plane, 4);
  });
  return f;
}

/** (above, below, target, targetEnd): means of 2x2 of two rows, rounded up and down in turn, by eights. */
export function halveFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [above, below, target, targetEnd] = f.parameters(4);
  const sums = f.local("v128");
  const pairs = (row: I32Local): V128 => i16x8.extaddPairwiseI8x16U(v128.load(row));
  const rounding = i16x8.constLanes([1, 2, 1, 2, 1, 2, 1, 2]);
  f.doWhile(i32.ltU(target, targetEnd), () => {
    f.set(sums, i16x8.shrU(i16x8.add(i16x8.add(pairs(above), pairs(below)), rounding), 2));
    storeEight(f, target, sums);
    for (const row of [above, below]) f.advance(row, 16);
    f.advance(target, 8);
  });
  return f;
}

/** (near, next, sums, sumsEnd): three times the one row and once the other, 16 bits each, by eights. */
export function addRowsFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [near, next, sums, sumsEnd] = f.parameters(4);
  const three = i16x8.const(3);
  f.doWhile(i32.ltU(sums, sumsEnd), () => {
    f.store(sums, i16x8.add(i16x8.mul(v128.load8x8U(near), three), v128.load8x8U(next)));
    for (const row of [near, next]) f.advance(row, 8);
    f.advance(sums, 16);
  });
  return f;
}

/** (sums, target, targetEnd): each sum becomes two levels, three quarters of it and one of the sum beside, by sixteens. */
export function doubleFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [sums, target, targetEnd] = f.parameters(3);
  const [here, left, right] = f.locals("v128", 3);
  // The one before: no offset is below 0.
  f.advance(sums, -2);
  const level = (beside: V128, rounding: number): V128 =>
    i16x8.shrU(i16x8.add(i16x8.add(here, beside), i16x8.const(rounding)), 4);
  f.doWhile(i32.ltU(target, targetEnd), () => {
    f.set(here, i16x8.mul(v128.load(sums, 2), i16x8.const(3)));
    f.set(left, level(v128.load(sums), 8));
    f.set(right, level(v128.load(sums, 4), 7));
    f.store(target, v128.or(left, i16x8.shl(right, 8)));
    f.advance(sums, 16);
    f.advance(target, 16);
  });
  return f;
}

/** Sixteen bytes of eight reds and greens, one after the other, and eight blues, as pixels. */
const channelBytes = Array.from({ length: 24 }, (_, i) => Math.floor(i / 3) + 8 * (i % 3));

/** (y, cb, cr, pixels, end): back to RGB, by eights. */
export function toPixelsFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [y, cb, cr, pixels, end] = f.parameters(5);
  const [level, blue, red, redGreen, blues] = f.locals("v128", 5);
  const channels = f.locals("v128", 6);
  /** Four pixels, `offset` bytes on: red, green and blue of each as whole numbers that may lie beyond 0 and 255. */
  const four = (offset: number, into: readonly V128Local[]): void => {
    const widen = (plane: I32Local): V128 => i32x4.widenBytes(v128.load32Zero(plane, offset));
    f.set(level, widen(y));
    f.set(blue, sub(widen(cb), 128));
    f.set(red, sub(widen(cr), 128));
    const scaled = (sum: V128): V128 => add(level, shrS(add(sum, half), fractionBits));
    const green = add(mul(blue, -fixed(0.34414)), mul(red, -fixed(0.71414)));
    const values = [mul(red, fixed(1.402)), green, mul(blue, fixed(1.772))].map(scaled);
    for (const [i, value] of values.entries()) f.set(into[i] ?? level, value);
  };
  const [r0, g0, b0, r1, g1, b1] = channels;
  f.doWhile(i32.ltU(pixels, end), () => {
    four(0, [r0, g0, b0]);
    four(4, [r1, g1, b1]);
    f.set(redGreen, i8x16.narrowI16x8U(i16x8.narrowI32x4S(r0, r1), i16x8.narrowI32x4S(g0, g1)));
    f.set(blues, i16x8.narrowI32x4S(b0, b1));
    f.set(blues, i8x16.narrowI16x8U(blues, blues));
    f.store(pixels, i8x16.shuffle(redGreen, blues, channelBytes.slice(0, 16)));
    f.set(blues, i8x16.shuffle(redGreen, blues, [...channelBytes.slice(16), ...Array(8).fill(0)]));
    for (const lane of [0, 1]) f.storeLane32(pixels, blues, { lane, offset: 16 + 4 * lane });
    for (const plane of [y, cb, cr]) f.advance(plane, 8);
    f.advance(pixels, 24);
  });
  return f;
}
