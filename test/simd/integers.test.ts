import { assert, constant, integer, oneof, property, uint8Array } from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type I32,
  type V128,
  elementAt,
  flatIndex,
  i16x8,
  i32,
  i32x4,
  i8x16,
  v128,
} from "../../src/simd/index.ts";
import { ofIntegers, ofVectors } from "./compiled.ts";

const [MIN, MAX] = [-(2 ** 31), 2 ** 31 - 1];
const whole = oneof(integer(), ...[0, 1, -1, 2, MIN, MAX].map((edge) => constant(edge)));
const bits = uint8Array({ minLength: 16, maxLength: 16 });

type Definition = (a: number, b: number) => number;

describe("an i32 is what JavaScript computes modulo 2³²:", () => {
  test.each<readonly [name: string, code: (a: I32, b: I32) => I32, definition: Definition]>([
    ["add", i32.add, (a, b) => (a + b) | 0],
    ["sub", i32.sub, (a, b) => (a - b) | 0],
    ["mul", i32.mul, Math.imul],
    ["and", i32.and, (a, b) => a & b],
    ["eqz", (a) => i32.eqz(a), (a) => Number(a === 0)],
    ["ltS", i32.ltS, (a, b) => Number(a < b)],
    ["ltU", i32.ltU, (a, b) => Number(a >>> 0 < b >>> 0)],
    ["gtS", i32.gtS, (a, b) => Number(a > b)],
    ["geS", i32.geS, (a, b) => Number(a >= b)],
    ["geU", i32.geU, (a, b) => Number(a >>> 0 >= b >>> 0)],
    ["min", i32.min, Math.min],
    ["max", i32.max, Math.max],
    ["select", (a, b) => i32.select(a, b, b), (a, b) => (b === 0 ? b : a)],
    ["an element's address", (a, b) => elementAt(a, b, 12), (a, b) => (a + Math.imul(b, 12)) | 0],
    ["a flat index", (a, b) => flatIndex(a, 7, b), (a, b) => (Math.imul(a, 7) + b) | 0],
    ["add of a constant", (a) => i32.add(a, MIN, -65, 64), (a) => (a + MIN - 1) | 0],
  ])("%s", (_, code, definition) => {
    const run = ofIntegers(code);
    assert(
      property(whole, whole, (a, b) => {
        expect(run(a, b)).toBe(definition(a, b));
      }),
    );
  });

  test.each<readonly [name: string, code: (a: I32, b: I32) => I32, definition: Definition]>([
    ["divS, towards zero", i32.divS, (a, b) => Math.trunc(a / b) | 0],
    ["divU", i32.divU, (a, b) => Math.floor((a >>> 0) / (b >>> 0)) | 0],
    ["remS, with the dividend's sign", i32.remS, (a, b) => (a % b) | 0],
    ["remU", i32.remU, (a, b) => ((a >>> 0) % (b >>> 0)) | 0],
  ])("%s; division by 0 traps", (_, code, definition) => {
    const run = ofIntegers(code);
    assert(
      property(whole, whole, (a, b) => {
        if (b !== 0 && !(a === MIN && b === -1)) expect(run(a, b)).toBe(definition(a, b));
      }),
    );
    expect(() => run(5, 0)).toThrow(WebAssembly.RuntimeError);
  });
});

test("the one quotient that does not fit traps, and its remainder is 0", () => {
  expect(() => ofIntegers(i32.divS)(MIN, -1)).toThrow(WebAssembly.RuntimeError);
  expect(ofIntegers(i32.remS)(MIN, -1)).toBe(0);
});

/** Runs code and its definition, which takes the operands' bytes, on any bits. */
function onAnyBits(
  code: (a: V128, b: V128) => V128,
  definition: (a: ArrayBuffer, b: ArrayBuffer) => ArrayBufferView<ArrayBuffer>,
): void {
  const run = ofVectors(code);
  assert(
    property(bits, bits, (a, b) => {
      const expected = definition(a.slice().buffer, b.slice().buffer);
      expect([...new Uint8Array(run(a, b))]).toEqual([...new Uint8Array(expected.buffer)]);
    }),
  );
}

const words = (a: ArrayBuffer, b: ArrayBuffer, definition: Definition): Int32Array<ArrayBuffer> => {
  const second = new Int32Array(b);
  return new Int32Array(a).map((x, lane) => definition(x, second[lane] ?? 0));
};

describe("on any bits, lanes of 32 are what JavaScript computes:", () => {
  test.each<readonly [name: string, code: (a: V128, b: V128) => V128, definition: Definition]>([
    ["add", i32x4.add, (a, b) => a + b],
    ["sub", i32x4.sub, (a, b) => a - b],
    ["mul", i32x4.mul, Math.imul],
    ["minS", i32x4.minS, Math.min],
    ["maxS", i32x4.maxS, Math.max],
    ["gtS", i32x4.gtS, (a, b) => -Number(a > b)],
    [
      "eq",
      (a, b) => i32x4.eq(v128.and(a, i32x4.const(1)), v128.and(b, i32x4.const(1))),
      (a, b) => ((a & 1) === (b & 1) ? -1 : 0),
    ],
    ["and", v128.and, (a, b) => a & b],
    ["andNot", v128.andNot, (a, b) => a & ~b],
    ["or", v128.or, (a, b) => a | b],
    ["xor", v128.xor, (a, b) => a ^ b],
    [
      "bitSelect",
      (a, b) => v128.bitSelect(a, b, i32x4.const(0x0ff0_1234)),
      (a, b) => (a & 0x0ff0_1234) | (b & ~0x0ff0_1234),
    ],
    ["shl, by the count modulo 32", (a) => i32x4.shl(a, 37), (a) => a << 5],
    ["shrS, by the count modulo 32", (a) => i32x4.shrS(a, 63), (a) => a >> 31],
    ["shrU, by the count modulo 32", (a) => i32x4.shrU(a, 33), (a) => a >>> 1],
    ["add of a constant in all lanes", (a) => i32x4.add(a, -70_000), (a) => a - 70_000],
  ])("%s", (_, code, definition) => onAnyBits(code, (a, b) => words(a, b, definition)));

  test("a count that is computed shifts too", () => {
    const run = ofVectors((a, b) => i32x4.shrU(a, i32x4.extractLane(b, 3)));
    for (const count of [0, 1, 31, 32])
      expect(new Int32Array(run(Int32Array.of(-8, 8, 1, 0), Int32Array.of(9, 9, 9, count)))[0]).toBe(
        (-8 >>> count) | 0,
      );
  });
});

/** The nearest whole number of `size` bits, signed or not. */
const clamped = (x: number, low: number, high: number): number => Math.max(low, Math.min(high, x));

describe("on any bits, narrower lanes are what their names say:", () => {
  test("narrowing keeps what fits and ends at the ends", () => {
    const both = (a: ArrayBuffer, b: ArrayBuffer): number[] => [...new Int32Array(a), ...new Int32Array(b)];
    onAnyBits(i16x8.narrowI32x4S, (a, b) => Int16Array.from(both(a, b), (x) => clamped(x, -32_768, 32_767)));
    onAnyBits(i16x8.narrowI32x4U, (a, b) => Uint16Array.from(both(a, b), (x) => clamped(x, 0, 65_535)));
    const halves = (a: ArrayBuffer, b: ArrayBuffer): number[] => [...new Int16Array(a), ...new Int16Array(b)];
    onAnyBits(i8x16.narrowI16x8U, (a, b) => Uint8Array.from(halves(a, b), (x) => clamped(x, 0, 255)));
  });

  test("widening keeps every number", () => {
    onAnyBits(i16x8.extendLowI8x16U, (a) => Uint16Array.from(new Uint8Array(a, 0, 8)));
    onAnyBits(i16x8.extendHighI8x16U, (a) => Uint16Array.from(new Uint8Array(a, 8, 8)));
    onAnyBits(i32x4.extendLowI16x8U, (a) => Uint32Array.from(new Uint16Array(a, 0, 4)));
    onAnyBits(i32x4.extendHighI16x8U, (a) => Uint32Array.from(new Uint16Array(a, 8, 4)));
    onAnyBits(i32x4.widenBytes, (a) => Uint32Array.from(new Uint8Array(a, 0, 4)));
  });

  test("narrowToBytes undoes widenBytes", () => {
    onAnyBits(
      (a) => i32x4.narrowToBytes(i32x4.widenBytes(a)),
      (a) => Uint8Array.of(...new Uint8Array(a, 0, 4), ...Array.from({ length: 12 }, () => 0)),
    );
  });

  test("sums of neighbours do not overflow", () => {
    const pairs = (numbers: Uint8Array | Uint16Array | Int32Array): number[] =>
      Array.from({ length: numbers.length / 2 }, (_, i) => (numbers[2 * i] ?? 0) + (numbers[2 * i + 1] ?? 0));
    onAnyBits(i16x8.extaddPairwiseI8x16U, (a) => Uint16Array.from(pairs(new Uint8Array(a))));
    onAnyBits(i32x4.extaddPairwiseI16x8U, (a) => Uint32Array.from(pairs(new Uint16Array(a))));
    onAnyBits(i32x4.dotI16x8S, (a, b) => {
      const second = new Int16Array(b);
      return Int32Array.from(pairs(Int32Array.from(new Int16Array(a), (x, i) => x * (second[i] ?? 0))));
    });
  });

  test("products of 16 bits fit 32", () => {
    const products = (a: ArrayBuffer, b: ArrayBuffer, from: number): Uint32Array<ArrayBuffer> => {
      const second = new Uint16Array(b);
      return Uint32Array.from({ length: 4 }, (_, i) => new Uint16Array(a)[from + i]! * second[from + i]!);
    };
    onAnyBits(i32x4.extmulLowI16x8U, (a, b) => products(a, b, 0));
    onAnyBits(i32x4.extmulHighI16x8U, (a, b) => products(a, b, 4));
  });

  test("lanes of 16 are what JavaScript computes modulo 2^16", () => {
    const halves = (a: ArrayBuffer, b: ArrayBuffer, definition: Definition): Uint16Array<ArrayBuffer> => {
      const second = new Uint16Array(b);
      return new Uint16Array(a).map((x, lane) => definition(x, second[lane] ?? 0));
    };
    onAnyBits(i16x8.add, (a, b) => halves(a, b, (x, y) => x + y));
    onAnyBits(i16x8.mul, (a, b) => halves(a, b, Math.imul));
    onAnyBits(
      (a) => i16x8.shl(a, 19),
      (a, b) => halves(a, b, (x) => x << 3),
    );
    onAnyBits(
      (a) => i16x8.shrU(a, 3),
      (a, b) => halves(a, b, (x) => x >> 3),
    );
    onAnyBits(
      (a) => i16x8.add(a, i16x8.const(-5)),
      (a, b) => halves(a, b, (x) => x - 5),
    );
  });

  test("bytes add modulo 256, subtract down to 0, and count their bits", () => {
    const bytes = (a: ArrayBuffer, b: ArrayBuffer, definition: Definition): Uint8Array<ArrayBuffer> => {
      const second = new Uint8Array(b);
      return Uint8Array.from(new Uint8Array(a), (x, i) => definition(x, second[i] ?? 0));
    };
    onAnyBits(i8x16.add, (a, b) => bytes(a, b, (x, y) => (x + y) & 255));
    onAnyBits(i8x16.subSatU, (a, b) => bytes(a, b, (x, y) => Math.max(0, x - y)));
    onAnyBits(i8x16.addSatU, (a, b) => bytes(a, b, (x, y) => Math.min(255, x + y)));
    onAnyBits(i8x16.minU, (a, b) => bytes(a, b, (x, y) => Math.min(x, y)));
    onAnyBits(i8x16.maxU, (a, b) => bytes(a, b, (x, y) => Math.max(x, y)));
    onAnyBits(i8x16.gtU, (a, b) => bytes(a, b, (x, y) => (x > y ? 255 : 0)));
    onAnyBits(i8x16.popcnt, (a, b) => bytes(a, b, (x) => x.toString(2).replaceAll("0", "").length));
    onAnyBits(i8x16.swizzle, (a, b) => {
      const table = new Uint8Array(a);
      return bytes(b, b, (index) => table[index] ?? 0);
    });
  });

  test("a shuffle picks bytes of both operands, lanes of 32 by fours", () => {
    const order = [31, 0, 16, 15, 1, 30, 17, 14, 2, 29, 18, 13, 3, 28, 19, 12];
    const all = (a: ArrayBuffer, b: ArrayBuffer): number[] => [...new Uint8Array(a), ...new Uint8Array(b)];
    onAnyBits(
      (a, b) => i8x16.shuffle(a, b, order),
      (a, b) => Uint8Array.from(order, (i) => all(a, b)[i] ?? 0),
    );
    onAnyBits(
      (a, b) => i32x4.shuffle(a, b, [7, 3, 0, 4]),
      (a, b) =>
        Int32Array.from([7, 3, 0, 4], (lane) => [...new Int32Array(a), ...new Int32Array(b)][lane] ?? 0),
    );
  });

  test.each([0, 1, 2, 3])("extractLane and splat carry lane %i everywhere", (lane) => {
    onAnyBits(
      (a) => i32x4.splat(i32x4.extractLane(a, lane)),
      (a) => new Int32Array(4).fill(new Int32Array(a)[lane] ?? 0),
    );
  });
});
