import { describe, expect, test } from "vitest";
import { type V128, elementAt, f32x4, i16x8, i32, i32x4, i8x16, v128 } from "../../src/simd/index.ts";
import { bytesOf, floatsOf, integerOf, integersOf } from "./run.ts";

// Results follow from the definitions in WebAssembly Core 2.0, §4.3.

const bytes = (first: number): V128 => i8x16.const(Array.from({ length: 16 }, (_, i) => first + i));
const range = (length: number, from = 0): number[] => Array.from({ length }, (_, i) => from + i);
const floats = (...values: readonly number[]): V128 =>
  i8x16.const([...new Uint8Array(Float32Array.from(values).buffer)]);

test.each([
  ["add", i32.add(2 ** 31 - 1, 1), -(2 ** 31)],
  ["add of several", i32.add(1, 2, 3, 4), 10],
  ["sub", i32.sub(3, 5), -2],
  ["mul", i32.mul(-7, 6), -42],
  ["divS", i32.divS(-7, 2), -3],
  ["divU", i32.divU(-2, 2), 2 ** 31 - 1],
  ["remS", i32.remS(-7, 3), -1],
  ["remU", i32.remU(-1, 10), 5],
  ["and", i32.and(12, 10), 8],
  ["eqz of 0", i32.eqz(0), 1],
  ["eqz of 5", i32.eqz(5), 0],
  ["ltS", i32.ltS(-1, 0), 1],
  ["ltU", i32.ltU(-1, 0), 0],
  ["gtS", i32.gtS(-1, 0), 0],
  ["geS of equals", i32.geS(4, 4), 1],
  ["geU", i32.geU(-1, 0), 1],
  ["select", i32.select(7, 8, 0), 8],
  ["min", i32.min(-1, 1), -1],
  ["max", i32.max(-1, 1), 1],
  ["an element's address", elementAt(100, 3), 112],
  ["an element's address among bytes", elementAt(100, 3, 1), 103],
  ["extractLane", i32x4.extractLane(i32x4.constLanes(5, 6, 7, 8), 2), 7],
])("i32: %s", (_, code, expected) => {
  expect(integerOf(code)).toBe(expected);
});

test.each([
  ["load", i32.load(4), 0x07060504],
  ["load at an offset", i32.load(2, 6), 0x0b0a0908],
  ["load8U", i32.load8U(3, 40), 200],
])("i32: %s", (_, code, expected) => {
  const memory = range(64);
  memory[43] = 200;
  expect(integerOf(code, memory)).toBe(expected);
});

describe("vectors from memory", () => {
  const memory = range(64, 100);
  test.each([
    ["load", v128.load(16), range(16, 116)],
    ["load at an offset", v128.load(16, 3), range(16, 119)],
    ["load8x8U", v128.load8x8U(8), range(8, 108).flatMap((byte) => [byte, 0])],
    ["load32Splat", v128.load32Splat(4), [0, 1, 2, 3].flatMap(() => range(4, 104))],
    ["load32Zero", v128.load32Zero(4), [...range(4, 104), ...range(12).map(() => 0)]],
  ])("%s", (_, code, expected) => {
    expect([...bytesOf(code, memory)]).toEqual(expected);
  });
});

test.each([
  ["const", f32x4.const(-0), [-0, -0, -0, -0]],
  ["add of a constant", f32x4.add(floats(1, 2, 3, 4), 0.5), [1.5, 2.5, 3.5, 4.5]],
  ["sub", f32x4.sub(1, floats(1, 2, 3, 4)), [0, -1, -2, -3]],
  ["mul", f32x4.mul(floats(1, -2, 3, 4), 2), [2, -4, 6, 8]],
  ["div", f32x4.div(1, floats(1, 2, 4, 0)), [1, 0.5, 0.25, Infinity]],
  ["floor", f32x4.floor(floats(1.5, -1.5, 2, -0.5)), [1, -2, 2, -1]],
  ["nearest, halves to even", f32x4.nearest(floats(0.5, 1.5, 2.5, -1.7)), [0, 2, 2, -2]],
  ["abs", f32x4.abs(floats(-1, 1, -2, 2)), [1, 1, 2, 2]],
  ["neg", f32x4.neg(floats(-1, 1, -2, 2)), [1, -1, 2, -2]],
  ["sqrt", f32x4.sqrt(floats(1, 4, 9, 16)), [1, 2, 3, 4]],
  ["pmin, which keeps a NaN in front", f32x4.pmin(floats(NaN, 2, 3, 4), 3), [NaN, 2, 3, 3]],
  ["pmax, which keeps a NaN in front", f32x4.pmax(floats(NaN, 2, 3, 4), 3), [NaN, 3, 3, 4]],
  ["convertI32x4S", f32x4.convertI32x4S(i32x4.constLanes(1, -2, 3, 0)), [1, -2, 3, 0]],
])("f32x4: %s", (_, code, expected) => {
  expect(floatsOf(code)).toEqual(expected);
});

test.each([
  ["eq", f32x4.eq(floats(1, 2, NaN, 0), 1), [-1, 0, 0, 0]],
  ["lt", f32x4.lt(floats(1, 2, NaN, 0), 1), [0, 0, 0, -1]],
  ["gt", f32x4.gt(floats(1, 2, NaN, 0), 1), [0, -1, 0, 0]],
  ["i32x4.const", i32x4.const(-3), [-3, -3, -3, -3]],
  ["i32x4.splat", i32x4.splat(9), [9, 9, 9, 9]],
  ["i32x4.eq", i32x4.eq(i32x4.constLanes(1, 2, 3, 2), 2), [0, -1, 0, -1]],
  ["i32x4.add", i32x4.add(i32x4.constLanes(1, 2, 3, 4), 10), [11, 12, 13, 14]],
  ["i32x4.sub", i32x4.sub(i32x4.constLanes(1, 2, 3, 4), 10), [-9, -8, -7, -6]],
  ["i32x4.mul", i32x4.mul(i32x4.constLanes(1, 2, 3, 2 ** 30), 4), [4, 8, 12, 0]],
  ["i32x4.shl", i32x4.shl(i32x4.constLanes(1, 2, 3, -4), 2), [4, 8, 12, -16]],
  ["i32x4.shrS", i32x4.shrS(i32x4.constLanes(4, 8, 12, -4), 2), [1, 2, 3, -1]],
  ["i32x4.shrU", i32x4.shrU(i32x4.constLanes(4, 8, 12, -4), 2), [1, 2, 3, 2 ** 30 - 1]],
  ["i32x4.truncSatF32x4S", i32x4.truncSatF32x4S(floats(1.9, -1.9, NaN, 1e20)), [1, -1, 0, 2 ** 31 - 1]],
  [
    "i32x4.shuffle",
    i32x4.shuffle(i32x4.constLanes(0, 1, 2, 3), i32x4.constLanes(4, 5, 6, 7), [7, 0, 5, 2]),
    [7, 0, 5, 2],
  ],
  ["i32x4.dotI16x8S", i32x4.dotI16x8S(i32x4.const(0x0003_0002), 0x0005_0004), [23, 23, 23, 23]],
  [
    "i32x4.extaddPairwiseI16x8U",
    i32x4.extaddPairwiseI16x8U(i32x4.const(-1)),
    [131_070, 131_070, 131_070, 131_070],
  ],
  [
    "i32x4.extendLowI16x8U",
    i32x4.extendLowI16x8U(i32x4.constLanes(0x0002_ffff, 0x0004_0003, 9, 9)),
    [65_535, 2, 3, 4],
  ],
  ["v128.and", v128.and(i32x4.const(12), i32x4.const(10)), [8, 8, 8, 8]],
  ["v128.or", v128.or(i32x4.const(12), i32x4.const(10)), [14, 14, 14, 14]],
  ["v128.xor", v128.xor(i32x4.const(12), i32x4.const(10)), [6, 6, 6, 6]],
  ["v128.bitSelect", v128.bitSelect(i32x4.const(12), i32x4.const(3), i32x4.const(10)), [9, 9, 9, 9]],
])("lanes of 32 bits: %s", (_, code, expected) => {
  expect(integersOf(code)).toEqual(expected);
});

const wide = i32x4.constLanes(-70_000, 70_000, -3, 300);

test.each([
  [
    "i16x8.extaddPairwiseI8x16U",
    i16x8.extaddPairwiseI8x16U(bytes(200)),
    range(8).flatMap((i) => [(401 + 4 * i) & 255, 1]),
  ],
  ["i16x8.extendLowI8x16U", i16x8.extendLowI8x16U(bytes(200)), range(8, 200).flatMap((x) => [x, 0])],
  ["i16x8.extendHighI8x16U", i16x8.extendHighI8x16U(bytes(200)), range(8, 208).flatMap((x) => [x, 0])],
  [
    "i16x8.narrowI32x4S",
    i16x8.narrowI32x4S(wide, wide),
    [...Array(2)].flatMap(() => [0, 128, 255, 127, 253, 255, 44, 1]),
  ],
  [
    "i16x8.narrowI32x4U",
    i16x8.narrowI32x4U(wide, wide),
    [...Array(2)].flatMap(() => [0, 0, 255, 255, 0, 0, 44, 1]),
  ],
  ["i8x16.add", i8x16.add(bytes(0), bytes(250)), range(16).map((i) => (250 + 2 * i) & 255)],
  [
    "i8x16.subSatU",
    i8x16.subSatU(i32x4.const(0x05050505), bytes(0)),
    range(16).map((i) => Math.max(0, 5 - i)),
  ],
  ["i8x16.splat", i8x16.splat(0x1234), range(16).map(() => 0x34)],
  ["i8x16.popcnt", i8x16.popcnt(bytes(0)), [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4]],
  [
    "i8x16.narrowI16x8U",
    i8x16.narrowI16x8U(i32x4.const(0x012c_fffd), i32x4.const(7)),
    [...range(4).flatMap(() => [0, 255]), ...range(4).flatMap(() => [7, 0])],
  ],
  [
    "i8x16.shuffle",
    i8x16.shuffle(
      bytes(0),
      bytes(100),
      range(16).map((i) => 2 * i),
    ),
    [...range(8).map((i) => 2 * i), ...range(8).map((i) => 100 + 2 * i)],
  ],
  ["i8x16.swizzle", i8x16.swizzle(bytes(10), bytes(8)), [...range(8, 18), ...range(8).map(() => 0)]],
])("bytes: %s", (_, code, expected) => {
  expect([...bytesOf(code)]).toEqual(expected);
});
