import { assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import {
  FunctionBuilder,
  type V128,
  assemble,
  f32x4,
  i32,
  i32x4,
  instantiate,
  v128,
} from "../../src/simd/index.ts";
import { memoryAfter } from "./run.ts";

const PAGE = 65_536;

/** Runs a function over one page that holds 0, 1, 2 … 255, 0, 1 …, and gives the page. */
function pageAfter(build: (f: FunctionBuilder) => void): Uint8Array {
  const f = new FunctionBuilder();
  build(f);
  const { call, room } = instantiate({ run: f });
  const page = new Uint8Array(room(PAGE)).map((_, i) => i);
  new Uint8Array(room(PAGE)).set(page);
  call.run();
  return new Uint8Array(room(PAGE));
}

const numbered = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (from + i) & 255);

// Immediates around the ends of one, two and three bytes of LEB128, and the last place of the page.
describe.each([0, 1, 63, 64, 127, 128, 8191, 8192, 16_383, 16_384, PAGE - 16])("at offset %i", (offset) => {
  test("loads and stores reach the address plus the offset, aligned or not", () => {
    const page = pageAfter((f) => {
      const value = f.keep(v128.load(0, offset));
      const [integerThere, byteThere] = [f.keep(i32.load(0, offset)), f.keep(i32.load8U(0, offset))];
      const splat = f.keep(v128.load32Splat(0, offset));
      const splat64 = f.keep(v128.load64Splat(0, offset));
      const zero = f.keep(v128.load32Zero(0, offset));
      const lane32 = f.keep(v128.load32Lane(0, zero, { lane: 2, offset }));
      const lane64 = f.keep(v128.load64Lane(0, zero, { lane: 1, offset }));
      const bytes = f.keep(v128.load8x8U(0, offset));
      f.store(100, value);
      f.store(116, splat);
      f.store(132, zero);
      f.store(148, bytes);
      f.store(164, i32x4.splat(integerThere));
      f.store8(180, byteThere);
      f.store(181, splat64);
      f.store(197, lane32);
      f.store(213, lane64);
    });
    const there = numbered(offset, 16);
    const word = there.slice(0, 4);
    const found = (from: number, count = 16): number[] => Array.from(page.slice(from, from + count));
    expect(found(100)).toEqual(there);
    expect(found(116)).toEqual([...word, ...word, ...word, ...word]);
    expect(found(132)).toEqual([...word, ...numbered(0, 12).fill(0)]);
    expect(found(148)).toEqual(there.slice(0, 8).flatMap((byte) => [byte, 0]));
    expect(found(164)).toEqual([...word, ...word, ...word, ...word]);
    expect(page[180]).toBe(there[0]);
    const pair = there.slice(0, 8);
    const zeros = numbered(0, 4).fill(0);
    expect(found(181)).toEqual([...pair, ...pair]);
    expect(found(197)).toEqual([...word, ...zeros, ...word, ...zeros]);
    expect(found(213)).toEqual([...word, ...zeros, ...pair]);
  });

  test("stores write there and nowhere else", () => {
    const vector = i32x4.constLanes(0x01010101, 0x02020202, 0x03030303, 0x04040404);
    const written = (build: (f: FunctionBuilder) => void): number[] => {
      const page = pageAfter(build);
      return [...page.keys()].filter((i) => page[i] !== (i & 255)).map((i) => i - offset);
    };
    // Stored bytes that stood there before show as unwritten: 1 to 4 stand at 1 to 4 of each 256.
    const isNew = (i: number, byte: number): boolean => ((offset + i) & 255) !== byte;
    const whole = numbered(0, 16).filter((i) => isNew(i, (i >> 2) + 1));
    expect(written((f) => f.store(0, vector, offset))).toEqual(whole);
    const lane = numbered(0, 4).filter((i) => isNew(i, 3));
    expect(written((f) => f.storeLane32(0, vector, { lane: 2, offset }))).toEqual(lane);
    const two = numbered(0, 8).filter((i) => isNew(i, (i >> 2) + 3));
    expect(written((f) => f.storeLane64(0, vector, { lane: 1, offset }))).toEqual(two);
    const integer = numbered(0, 4).filter((i) => isNew(i, 0xe0 + i));
    expect(written((f) => f.store32(0, 0xe3e2_e1e0, offset))).toEqual(integer);
    expect(written((f) => f.store8(0, 0x1ee, offset))).toEqual(isNew(0, 0xee) ? [0] : []);
  });
});

test.each<readonly [name: string, build: (f: FunctionBuilder, address: number) => void, bytes: number]>([
  ["load of a vector", (f, address) => f.store(0, v128.load(address)), 16],
  ["load of eight bytes", (f, address) => f.store(0, v128.load8x8U(address)), 8],
  ["load of one double", (f, address) => f.store(0, v128.load64Splat(address)), 8],
  [
    "load of one lane of 64 bits",
    (f, address) => f.store(0, v128.load64Lane(address, i32x4.const(0), { lane: 1 })),
    8,
  ],
  ["load of one float", (f, address) => f.store(0, v128.load32Splat(address)), 4],
  ["load of one integer", (f, address) => f.store8(0, i32.load(address)), 4],
  ["load of one byte", (f, address) => f.store8(0, i32.load8U(address)), 1],
  ["store of a vector", (f, address) => f.store(address, f32x4.const(1)), 16],
  ["store of a lane", (f, address) => f.storeLane32(address, f32x4.const(1), { lane: 1 }), 4],
  ["store of two lanes", (f, address) => f.storeLane64(address, f32x4.const(1), { lane: 1 }), 8],
  ["store of a byte", (f, address) => f.store8(address, 1), 1],
  ["copy to", (f, address) => f.copyMemory(address, 0, 9), 9],
  ["copy from", (f, address) => f.copyMemory(0, address, 9), 9],
  ["fill", (f, address) => f.fillMemory(address, 7, 9), 9],
])("a %s ends with the memory: one byte further it traps", (_, build, bytes) => {
  const runAt = (address: number): void => {
    pageAfter((f) => build(f, address));
  };
  expect(() => runAt(PAGE - bytes)).not.toThrow();
  expect(() => runAt(PAGE - bytes + 1)).toThrow(WebAssembly.RuntimeError);
  expect(() => runAt(-1)).toThrow(WebAssembly.RuntimeError);
});

/** Vectors whose lanes count on from 1. */
const counting = (count: number): V128[] =>
  Array.from({ length: count }, (_, n) => i32x4.constLanes(4 * n + 1, 4 * n + 2, 4 * n + 3, 4 * n + 4));

describe("several vectors side by side", () => {
  test("of the last ones only the wanted lanes are stored, and what lies behind them stays", () => {
    assert(
      property(integer({ min: 0, max: 14 }), integer({ min: 0, max: 3 }), (lanes, offset) => {
        const before = numbered(1, 64).fill(0xaa);
        const memory = memoryAfter((f) => f.storeAll(0, counting(3), offset, lanes), before);
        const expected = Uint8Array.from(before);
        const words = Int32Array.from({ length: Math.min(12, lanes) }, (_, i) => i + 1);
        expected.set(new Uint8Array(words.buffer), offset);
        expect(memory).toEqual(expected);
      }),
    );
  });

  test("all lanes are stored where no number is given, and loaded again", () => {
    const memory = memoryAfter((f) => {
      f.storeAll(0, counting(2));
      const locals = f.locals("v128", 2);
      f.loadAll(locals, 0);
      f.storeAll(28, locals, 4);
    });
    expect([...new Int32Array(memory.slice(32, 64).buffer)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test.each([1, 2, 3, 4, 7])("of %i lanes, the lowest bytes are stored, four at most", (lanes) => {
    const before = numbered(0, 64).fill(0xaa);
    const memory = memoryAfter(
      (f) => f.storeBytes(1, i32x4.constLanes(0, 255, 7, 128), { lanes, offset: 2 }),
      before,
    );
    const stored = [0, 255, 7, 128].slice(0, lanes);
    expect(Array.from(memory.slice(0, 8))).toEqual(
      [0xaa, 0xaa, 0xaa, ...stored, 0xaa].concat(before).slice(0, 8),
    );
  });
});

test("a copy onto itself moves the old bytes, forwards and backwards", () => {
  const forwards = memoryAfter((f) => f.copyMemory(2, 0, 6), numbered(1, 8));
  expect(Array.from(forwards.slice(0, 8))).toEqual([1, 2, 1, 2, 3, 4, 5, 6]);
  const backwards = memoryAfter((f) => f.copyMemory(0, 2, 6), numbered(1, 8));
  expect(Array.from(backwards.slice(0, 8))).toEqual([3, 4, 5, 6, 7, 8, 7, 8]);
});

test("a fill takes the lowest byte, and none where the count is 0", () => {
  const memory = memoryAfter((f) => {
    f.fillMemory(1, 0x1ff, 2);
    f.fillMemory(4, 9, 0);
  });
  expect(Array.from(memory.slice(0, 6))).toEqual([0, 255, 255, 0, 0, 0]);
});

describe("code that a module may not hold is refused when it is compiled", () => {
  const isValid = (build: (f: FunctionBuilder) => void): boolean => {
    const f = new FunctionBuilder();
    build(f);
    return WebAssembly.validate(assemble({ run: f }, "own"));
  };
  test.each<readonly [string, (f: FunctionBuilder) => void, (f: FunctionBuilder) => void]>([
    [
      "a lane beyond the third",
      (f) => f.store8(0, i32x4.extractLane(f32x4.const(0), 3)),
      (f) => f.store8(0, i32x4.extractLane(f32x4.const(0), 4)),
    ],
    [
      "a shuffled byte beyond the thirty-first",
      (f) => f.store(0, i32x4.shuffle(f32x4.const(0), f32x4.const(0), [7, 7, 7, 7])),
      (f) => f.store(0, i32x4.shuffle(f32x4.const(0), f32x4.const(0), [8, 7, 7, 7])),
    ],
    [
      "a local that another function declared",
      (f) => f.set(f.local("i32"), 1),
      (f) => f.set(new FunctionBuilder().locals("i32", 3)[2], f.keep(1)),
    ],
  ])("%s", (_, right, wrong) => {
    expect([isValid(right), isValid(wrong)]).toEqual([true, false]);
  });
});
