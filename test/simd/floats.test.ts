import { assert, constant, double, float, integer, oneof, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { type V128, f32x4, f64x2, i32x4, v128 } from "../../src/simd/index.ts";
import { prepareProcessor } from "../../src/platform/node/index.ts";
import { ofVectors } from "./compiled.ts";

// JavaScript's double results rounded to float32 are IEEE 754's float32 results for + - · / and √ (Figueroa 1995): 53 bits are
// more than twice 24 and two.

const { fround } = Math;
const edges = [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  2 ** -149,
  2 ** -126,
  1.5,
  2.5,
  -0.5,
  2 ** 31,
  -(2 ** 31),
  3e38,
];
const number = oneof(float(), ...edges.map((edge) => constant(fround(edge))));
const four = tuple(number, number, number, number);

const floatsOf = (bytes: ArrayBuffer): number[] => [...new Float32Array(bytes)];
const integersOf = (bytes: ArrayBuffer): number[] => [...new Int32Array(bytes)];
const pick = (numbers: readonly number[], lane: number): number => numbers[lane] ?? NaN;

const saturated = (x: number): number =>
  Number.isNaN(x) ? 0 : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x))) | 0;

const roundedToEven = (x: number): number => {
  const below = Math.floor(x);
  const rounded = x - below < 0.5 || (x - below === 0.5 && below % 2 === 0) ? below : below + 1;
  return rounded === 0 ? (Object.is(x, -0) || x < 0 ? -0 : 0) : rounded;
};

type Binary = readonly [
  name: string,
  code: (a: V128, b: V128) => V128,
  definition: (a: number, b: number) => number,
];

describe("each lane is what JavaScript computes, rounded to float32, for any two numbers:", () => {
  test.each<Binary>([
    ["add", f32x4.add, (a, b) => fround(a + b)],
    ["sub", f32x4.sub, (a, b) => fround(a - b)],
    ["mul", f32x4.mul, (a, b) => fround(a * b)],
    ["div", f32x4.div, (a, b) => fround(a / b)],
    ["pmin, where a NaN or a zero in front stays", f32x4.pmin, (a, b) => (b < a ? b : a)],
    ["pmax, where a NaN or a zero in front stays", f32x4.pmax, (a, b) => (a < b ? b : a)],
  ])("%s", (_, code, definition) => {
    const run = ofVectors(code);
    assert(
      property(four, four, (a, b) => {
        const found = floatsOf(run(Float32Array.from(a), Float32Array.from(b)));
        expect(found).toEqual(a.map((x, lane) => definition(x, pick(b, lane))));
      }),
    );
  });

  test.each<Binary>([
    ["eq", f32x4.eq, (a, b) => (a === b ? -1 : 0)],
    ["ne, so of a NaN", f32x4.ne, (a, b) => (a === b ? 0 : -1)],
    ["lt", f32x4.lt, (a, b) => (a < b ? -1 : 0)],
    ["le", f32x4.le, (a, b) => (a <= b ? -1 : 0)],
    ["gt", f32x4.gt, (a, b) => (a > b ? -1 : 0)],
  ])("%s, all bits of a lane or none", (_, code, definition) => {
    const run = ofVectors(code);
    assert(
      property(four, four, (a, b) => {
        const mixed = a.map((x, lane) => (lane % 2 ? x : pick(b, lane)));
        const found = integersOf(run(Float32Array.from(mixed), Float32Array.from(b)));
        expect(found).toEqual(mixed.map((x, lane) => definition(x, pick(b, lane))));
      }),
    );
  });

  test.each<readonly [name: string, code: (x: V128) => V128, definition: (x: number) => number]>([
    ["floor", f32x4.floor, Math.floor],
    ["nearest, halves to even", f32x4.nearest, (x) => (Number.isFinite(x) ? roundedToEven(x) : x)],
    ["abs", f32x4.abs, Math.abs],
    ["neg", f32x4.neg, (x) => -x],
    ["sqrt", f32x4.sqrt, (x) => fround(Math.sqrt(x))],
  ])("%s", (_, code, definition) => {
    const run = ofVectors(code);
    assert(
      property(four, (x) => {
        expect(floatsOf(run(Float32Array.from(x)))).toEqual(x.map((one) => definition(one)));
      }),
    );
  });
});

test("neg and abs touch the sign bit alone, of a NaN too", () => {
  const payload = Int32Array.of(0x7fc0_1234, -1, 0x8000_0000, 0x0000_0001);
  expect(integersOf(ofVectors(f32x4.neg)(payload))).toEqual([...payload].map((bits) => bits ^ 0x8000_0000));
  expect(integersOf(ofVectors(f32x4.abs)(payload))).toEqual([...payload].map((bits) => bits & 0x7fff_ffff));
});

test("truncSat cuts towards zero, ends at the ends of 32 bits and makes a NaN 0", () => {
  const run = ofVectors(i32x4.truncSatF32x4S);
  assert(
    property(four, (x) => {
      expect(integersOf(run(Float32Array.from(x)))).toEqual(x.map((one) => saturated(one)));
    }),
  );
});

describe("both lanes are what JavaScript computes, for any two doubles:", () => {
  const one = oneof(double(), ...edges.map((edge) => constant(edge)));
  const two = tuple(one, one);
  const doublesOf = (bytes: ArrayBuffer): number[] => [...new Float64Array(bytes)];

  test.each<Binary>([
    ["add", f64x2.add, (a, b) => a + b],
    ["sub", f64x2.sub, (a, b) => a - b],
    ["mul", f64x2.mul, (a, b) => a * b],
    ["div", f64x2.div, (a, b) => a / b],
    ["pmin, where a NaN or a zero in front stays", f64x2.pmin, (a, b) => (b < a ? b : a)],
    ["pmax, where a NaN or a zero in front stays", f64x2.pmax, (a, b) => (a < b ? b : a)],
    ["floor", (a) => f64x2.floor(a), (a) => Math.floor(a)],
    ["a number as an operand", (a) => f64x2.add(a, 0.1), (a) => a + 0.1],
  ])("%s", (_, code, definition) => {
    const run = ofVectors(code);
    assert(
      property(two, two, (a, b) => {
        const found = doublesOf(run(Float64Array.from(a), Float64Array.from(b)));
        expect(found).toEqual(a.map((x, lane) => definition(x, pick(b, lane))));
      }),
    );
  });

  test("ge, all bits of a lane or none, none beside a NaN", () => {
    const run = ofVectors((a, b) => v128.and(f64x2.ge(a, b), f64x2.const(1)));
    assert(
      property(two, one, ([a, b], c) => {
        const found = doublesOf(run(Float64Array.of(a, b), Float64Array.of(c, b)));
        expect(found).toEqual([Number(a >= c), Number(!Number.isNaN(b))]);
      }),
    );
  });

  test("conversion of the first two of four integers is exact", () => {
    const run = ofVectors(f64x2.convertLowI32x4S);
    assert(
      property(integer(), integer(), (a, b) => {
        expect(doublesOf(run(Int32Array.of(a, b, 7, 8)))).toEqual([a, b]);
      }),
    );
  });

  test("truncSat, in the first two of four lanes", () => {
    const run = ofVectors(i32x4.truncSatF64x2SZero);
    assert(
      property(two, (x) => {
        expect(integersOf(run(Float64Array.from(x)))).toEqual([...x.map((each) => saturated(each)), 0, 0]);
      }),
    );
  });
});

test("conversion of integers rounds to the nearest float32", () => {
  const run = ofVectors(f32x4.convertI32x4S);
  assert(
    property(integer(), integer(), (a, b) => {
      const found = floatsOf(run(Int32Array.of(a, b, 2 ** 24 + 1, -(2 ** 31))));
      expect(found).toEqual([fround(a), fround(b), 2 ** 24, -(2 ** 31)]);
    }),
  );
});

test("a number as an operand is that constant in all lanes, on either side", () => {
  const x = Float32Array.of(1, 2, 3, -4);
  expect(floatsOf(ofVectors((a) => f32x4.sub(a, 0.1))(x))).toEqual(
    [...x].map((one) => fround(one - fround(0.1))),
  );
  expect(floatsOf(ofVectors((a) => f32x4.div(-1, a))(x))).toEqual([...x].map((one) => fround(-1 / one)));
});

test("a relaxed multiply-add rounds once or twice, the same way in every lane", async () => {
  await prepareProcessor({ exact: false });
  const run = ofVectors((a, b, c) => f32x4.relaxedMadd(a, b, c));
  // Products and sums of such whole numbers are exact in float64, so that both roundings can be told apart.
  const whole = integer({ min: -(2 ** 24), max: 2 ** 24 });
  let [once, twice] = [true, true];
  assert(
    property(tuple(whole, whole, whole, whole), whole, whole, (a, b, c) => {
      const found = floatsOf(
        run(Float32Array.from(a), Float32Array.of(b, b, b, b), Float32Array.of(c, c, c, c)),
      );
      for (const [lane, x] of a.entries()) {
        once &&= found[lane] === fround(x * b + c);
        twice &&= found[lane] === fround(fround(x * b) + c);
      }
      return once || twice;
    }),
  );
  expect(once).not.toBe(twice);
});
