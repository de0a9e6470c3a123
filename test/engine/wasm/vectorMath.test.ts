import { assert, float, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { type MathName, VectorMath, emitUniform } from "../../../src/engine/backends/wasm/vectorMath.ts";
import type { Arithmetic } from "../../../src/engine/index.ts";
import { type ExprBounds, uniformAt } from "../../../src/engine/kernels/index.ts";
import { prepareProcessor } from "../../../src/platform/node/index.ts";
import { FunctionBuilder, type V128, by, f32x4, i32x4, instantiate, v128 } from "../../../src/simd/index.ts";

/** Code over vectors of floats as a function of any number of them; `before` comes once, before all. */
function over(
  code: (f: FunctionBuilder, x: V128) => V128,
  before: (f: FunctionBuilder) => void = () => {},
): (numbers: Float32Array) => Float32Array {
  const f = new FunctionBuilder();
  const [count] = f.parameters(1);
  before(f);
  const address = f.keep(0);
  f.loop({ to: count, moves: [by(address, 16)] }, () => f.store(address, code(f, v128.load(address))));
  const { call, room } = instantiate({ run: f });
  return (numbers) => {
    const vectors = Math.ceil(numbers.length / 4);
    const memory = new Float32Array(room(vectors * 16));
    memory.set(numbers);
    call.run(vectors);
    return memory.slice(0, numbers.length);
  };
}

/** Distance of neighbouring float32 numbers at x. */
const unit = (x: number): number => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23);

/** The largest error in units in the last place. */
const worstUnits = (found: Float32Array, exact: (i: number) => number): number =>
  found.reduce((worst, value, i) => Math.max(worst, Math.abs(value - exact(i)) / unit(exact(i))), 0);

/** A function of four lanes, its constants in locals or where they are needed. */
function mathOver(name: MathName, arithmetic: Arithmetic, prepared: boolean) {
  let math: VectorMath | undefined;
  return over(
    (f, x) => (math ?? new VectorMath({ f, arithmetic }))[name](x),
    (f) => {
      if (!prepared) return;
      math = new VectorMath({ f, arithmetic });
      math.prepare(name);
    },
  );
}

const { arithmetic: native } = await prepareProcessor({ exact: false });
const arithmetics = [...new Set(["exact", native] as const)];

describe.each(arithmetics)("exp in %s arithmetic", (arithmetic) => {
  const exp = mathOver("exp", arithmetic, true);

  test("is the same with its constants in place", () => {
    const x = Float32Array.from({ length: 4000 }, (_, i) => -100 + i / 21);
    expect(mathOver("exp", arithmetic, false)(x)).toEqual(exp(x));
  });

  test.each<ExprBounds>([
    { low: -87, high: 88 },
    { low: -104, high: 89 },
    { low: -86, high: 0 },
    { low: -Infinity, high: 0 },
  ])("is the same where %o is known of the argument, a NaN too", (known) => {
    const [low, high] = [Math.max(known.low, -110), Math.min(known.high, 100)];
    const x = Float32Array.from({ length: 4001 }, (_, i) => low + ((high - low) * i) / 4000);
    x[7] = NaN;
    const math = (f: FunctionBuilder): VectorMath => new VectorMath({ f, arithmetic });
    expect(over((f, v) => math(f).exp(v, known))(x)).toEqual(exp(x));
  });

  test("is within two units in the last place from where results are normal to where they overflow", () => {
    const x = Float32Array.from({ length: 40_001 }, (_, i) => -87 + (i * 175.7) / 40_000);
    expect(worstUnits(exp(x), (i) => Math.exp(x[i] ?? 0))).toBeLessThan(2);
  });

  test("is exact at 0, passes a NaN on, and is Infinity and 0 beyond the numbers of float32", () => {
    const found = exp(Float32Array.of(0, -0, NaN, Infinity, -Infinity, 1e30, -1e30, 88.73, -104));
    expect([...found]).toEqual([1, 1, NaN, Infinity, 0, Infinity, 0, Infinity, 0]);
  });

  test("passes every NaN on", () => {
    const bits = Uint32Array.from({ length: 2048 }, (_, i) => (i % 2 ? 0xffc00000 : 0x7fc00000) + i * 2047);
    expect(exp(new Float32Array(bits.buffer)).every(Number.isNaN)).toBe(true);
  });

  test("is within half of the smallest number and two units of 2^-126 below the normal numbers", () => {
    const x = Float32Array.from({ length: 20_001 }, (_, i) => -104 + (i * 16.6) / 20_000);
    for (const [i, value] of exp(x).entries()) {
      const exact = Math.exp(x[i] ?? 0);
      expect(Math.abs(value - exact)).toBeLessThan(2 ** -150 * 1.01 + 2 * 2 ** -24 * exact);
    }
  });

  test("never falls where its argument grows", () => {
    const x = Float32Array.from({ length: 20_000 }, (_, i) => -3 + i * 3e-4);
    const found = exp(x);
    expect(found.every((value, i) => i === 0 || value >= (found[i - 1] ?? 0))).toBe(true);
  });
});

describe.each(arithmetics)("log in %s arithmetic", (arithmetic) => {
  const log = mathOver("log", arithmetic, true);

  test("is the same with its constants in place", () => {
    const x = Float32Array.from({ length: 4000 }, (_, i) => 2 ** (i / 20 - 100));
    expect(mathOver("log", arithmetic, false)(x)).toEqual(log(x));
  });

  test("is within two units in the last place, all over the normal numbers and around 1", () => {
    const wide = Float32Array.from({ length: 20_000 }, (_, i) => 2 ** (-126 + (i * 253.9) / 20_000));
    expect(worstUnits(log(wide), (i) => Math.log(wide[i] ?? 0))).toBeLessThan(2);
    const near = Float32Array.from({ length: 4000 }, (_, i) => 0.5 + i / 2500);
    expect(worstUnits(log(near), (i) => Math.log(near[i] ?? 0))).toBeLessThan(2);
  });

  test("gives the limits at 0 and infinity, and NaN where there is none", () => {
    const found = log(Float32Array.of(1, 0, -0, Infinity, -1, -Infinity, NaN, -1e-30));
    expect([...found]).toEqual([0, -Infinity, -Infinity, Infinity, NaN, NaN, NaN, NaN]);
  });

  test("is as exact below the normal numbers", () => {
    const tiny = new Float32Array(Uint32Array.from({ length: 20_000 }, (_, i) => 1 + i * 419).buffer);
    expect(worstUnits(log(tiny), (i) => Math.log(tiny[i] ?? 0))).toBeLessThan(2);
  });

  test("undoes exp to a few units", () => {
    const exp = mathOver("exp", arithmetic, true);
    assert(
      property(float({ min: -80, max: 80, noNaN: true }), (x) => {
        const [back = NaN] = log(exp(Float32Array.of(x)));
        expect(Math.abs(back - x)).toBeLessThan(4e-7 * Math.max(1, Math.abs(x)));
      }),
    );
  });
});

test.each(arithmetics)("in %s arithmetic a product and a sum are rounded as it says", (arithmetic) => {
  const x = 1 + 2 ** -13;
  const rest = over((f, one) =>
    new VectorMath({ f, arithmetic }).multiplyAdd(one, one, f32x4.const(-(1 + 2 ** -12))),
  );
  expect([...rest(Float32Array.of(x))]).toEqual([arithmetic === "fused" ? 2 ** -26 : 0]);
});

test("uniform numbers are those that every backend draws, bit for bit", () => {
  const seedOf = integer({ min: 0, max: 2 ** 24 - 1 });
  assert(
    property(seedOf, integer(), integer(), (seed, salt, index) => {
      const draw = over((f, x) =>
        emitUniform(f, { seed: x, salt, index: i32x4.constLanes(index, index + 1, -index, 0) }),
      );
      const expected = [index, index + 1, -index, 0].map((one) => uniformAt(seed, salt, one));
      expect([...draw(Float32Array.of(seed, seed, seed, seed))]).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});
