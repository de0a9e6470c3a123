// Discrete cosine transforms of 8x8 blocks in whole numbers, as libjpeg's "islow" computes them (Loeffler, Ligtenberg &
// Moschytz 1989): constants have 13 bits, and two more bits are kept between rows and columns. Four lines at a time.
import type { Tuple } from "../../../base/index.ts";
import {
  FunctionBuilder,
  type V128,
  type V128Local,
  f32x4,
  i16x8,
  i32,
  i32x4,
  i8x16,
  v128,
} from "../../../simd/index.ts";

const constBits = 13;
const passBits = 2;

const [f0298, f0390, f0541, f0765, f0899, f1175] = [2446, 3196, 4433, 6270, 7373, 9633];
const [f1501, f1847, f1961, f2053, f2562, f3072] = [12_299, 15_137, 16_069, 16_819, 20_995, 25_172];

const { add, sub, mul, shl, shrS } = i32x4;

/** Element k of four lines, in lane order of the lines. */
type Lines = Tuple<V128Local, 8>;

/** x / 2^bits, rounded. */
const descale = (x: V128, bits: number): V128 => shrS(add(x, 1 << (bits - 1)), bits);

/** Locals that the passes share. */
type Keep = (value: V128) => V128Local;

/** A pool of locals that starts anew for each pass. */
function keeper(f: FunctionBuilder): { readonly keep: Keep; readonly reset: () => void } {
  const pool: V128Local[] = [];
  let used = 0;
  return {
    keep: (value) => {
      const local = pool[used] ?? f.local("v128");
      pool[used++] = local;
      f.set(local, value);
      return local;
    },
    reset: () => {
      used = 0;
    },
  };
}

/** The odd coefficients of a forward line, or the odd half of an inverse one, of its four inputs. */
function oddHalf(keep: Keep, [a, b, c, d]: Tuple<V128Local, 4>): Tuple<V128, 4> {
  const z5 = keep(mul(add(add(a, c), add(b, d)), f1175));
  const za = keep(mul(add(a, d), -f0899));
  const zb = keep(mul(add(b, c), -f2562));
  const zc = keep(add(mul(add(a, c), -f1961), z5));
  const zd = keep(add(mul(add(b, d), -f0390), z5));
  return [
    add(add(mul(a, f0298), za), zc),
    add(add(mul(b, f2053), zb), zd),
    add(add(mul(c, f3072), zb), zc),
    add(add(mul(d, f1501), za), zd),
  ];
}

/** Four rows or columns of the transform; `isFirst` is the pass over rows. */
function forwardPass(f: FunctionBuilder, keep: Keep, v: Lines, isFirst: boolean): void {
  const [v0, v1, v2, v3, v4, v5, v6, v7] = v;
  const t0 = keep(add(v0, v7));
  const t7 = keep(sub(v0, v7));
  const t1 = keep(add(v1, v6));
  const t6 = keep(sub(v1, v6));
  const t2 = keep(add(v2, v5));
  const t5 = keep(sub(v2, v5));
  const t3 = keep(add(v3, v4));
  const t4 = keep(sub(v3, v4));
  const t10 = keep(add(t0, t3));
  const t13 = keep(sub(t0, t3));
  const t11 = keep(add(t1, t2));
  const t12 = keep(sub(t1, t2));
  const bits = isFirst ? constBits - passBits : constBits + passBits;
  const whole = (x: V128): V128 => (isFirst ? shl(x, passBits) : descale(x, passBits));
  f.set(v0, whole(add(t10, t11)));
  f.set(v4, whole(sub(t10, t11)));
  const z1 = keep(mul(add(t12, t13), f0541));
  f.set(v2, descale(add(z1, mul(t13, f0765)), bits));
  f.set(v6, descale(sub(z1, mul(t12, f1847)), bits));
  const odd = oddHalf(keep, [t4, t5, t6, t7]);
  for (const [i, to] of [v7, v5, v3, v1].entries()) f.set(to, descale(odd[i] ?? t4, bits));
}

/** Four columns or rows of the inverse; `isFirst` is the pass over columns. */
function inversePass(f: FunctionBuilder, keep: Keep, v: Lines, isFirst: boolean): void {
  const [v0, v1, v2, v3, v4, v5, v6, v7] = v;
  const even = keep(mul(add(v2, v6), f0541));
  const e2 = keep(sub(even, mul(v6, f1847)));
  const e3 = keep(add(even, mul(v2, f0765)));
  const e0 = keep(shl(add(v0, v4), constBits));
  const e1 = keep(shl(sub(v0, v4), constBits));
  const sums = [add(e0, e3), add(e1, e2), sub(e1, e2), sub(e0, e3)].map(keep);
  const odds = oddHalf(keep, [v7, v5, v3, v1]).toReversed().map(keep);
  const bits = isFirst ? constBits - passBits : constBits + passBits + 3;
  for (const [i, sum] of sums.entries()) {
    const odd = odds[i] ?? sum;
    f.set(v[i] ?? v0, descale(add(sum, odd), bits));
    f.set(v[7 - i] ?? v0, descale(sub(sum, odd), bits));
  }
}

/** A block: of each row, the left and the right half. */
type Block = readonly [left: Lines, right: Lines];

/** Swaps rows and columns of four rows of four. */
function transposeQuarter(keep: Keep, [a, b, c, d]: Tuple<V128Local, 4>): V128Local[] {
  const low = [i32x4.shuffle(a, b, [0, 4, 1, 5]), i32x4.shuffle(c, d, [0, 4, 1, 5])].map(keep);
  const high = [i32x4.shuffle(a, b, [2, 6, 3, 7]), i32x4.shuffle(c, d, [2, 6, 3, 7])].map(keep);
  return [low, high].flatMap(([x = a, y = b]) => [
    keep(i32x4.shuffle(x, y, [0, 1, 4, 5])),
    keep(i32x4.shuffle(x, y, [2, 3, 6, 7])),
  ]);
}

function transpose(
  f: FunctionBuilder,
  { keep, reset }: ReturnType<typeof keeper>,
  [left, right]: Block,
): void {
  reset();
  const [a, b, c, d, e, g, h, i] = left;
  const [p, q, r, s, t, u, v, w] = right;
  const quarters: readonly (readonly [Tuple<V128Local, 4>, Tuple<V128Local, 4>])[] = [
    [
      [a, b, c, d],
      [a, b, c, d],
    ],
    [
      [p, q, r, s],
      [e, g, h, i],
    ],
    [
      [e, g, h, i],
      [p, q, r, s],
    ],
    [
      [t, u, v, w],
      [t, u, v, w],
    ],
  ];
  const moved = quarters.map(([from, to]) => ({ to, lines: transposeQuarter(keep, from) }));
  for (const { to, lines } of moved) for (const [k, line] of lines.entries()) f.set(to[k] ?? a, line);
}

/** Bytes of a table that quantising takes: steps, half of eight times each, and that eightfold as floats; 64 of each. */
export const tableBytes = 3 * 256;

/** Writes the steps of the 64 coefficients, row by row, as quantising takes them. */
export function writeTable(memory: ArrayBuffer, address: number, steps: Int32Array): void {
  new Int32Array(memory, address, 64).set(steps);
  new Int32Array(memory, address + 256, 64).set(steps.map((step) => step * 4));
  new Float32Array(memory, address + 512, 64).set(Float32Array.from(steps, (step) => step * 8));
}

/**
 * The nearest multiples of the steps, of coefficients that are eight times as large. All are below 2^24, so that no quotient of floats
 * is rounded up to a whole number.
 */
function roundToSteps(
  f: FunctionBuilder,
  keep: Keep,
  v: V128Local,
  stepsAt: (kind: 0 | 1 | 2) => V128,
): void {
  const sign = keep(shrS(v, 31));
  f.set(v, add(i32x4.maxS(v, sub(0, v)), stepsAt(1)));
  f.set(v, i32x4.truncSatF32x4S(f32x4.div(f32x4.convertI32x4S(v), stepsAt(2))));
  f.set(v, mul(v, stepsAt(0)));
  f.set(v, sub(v128.xor(v, sign), sign));
}

/**
 * (plane, width, end, table): every block of a plane of levels [plane, end), rows of `width`, through the transform, rounded to
 * multiples of a table, and back.
 */
export function quantiseFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [plane, width, end, table] = f.parameters(4);
  const { row, place } = f.named("row", "place");
  const block: Block = [f.locals("v128", 8), f.locals("v128", 8)];
  const pool = keeper(f);
  const pass = (run: typeof forwardPass, isFirst: boolean): void => {
    for (const half of block) {
      pool.reset();
      run(f, pool.keep, half, isFirst);
    }
  };
  const eachRow = (what: (k: number, left: V128Local, right: V128Local) => void): void => {
    f.set(place, row);
    for (const [k, left] of block[0].entries()) {
      what(k, left, block[1][k] ?? left);
      f.set(place, i32.add(place, width));
    }
  };
  f.doWhile(i32.ltU(plane, end), () => {
    f.loop({ index: row, from: plane, to: i32.add(plane, width), step: 8 }, () => {
      eachRow((_, left, right) => {
        f.set(left, sub(i32x4.widenBytes(v128.load32Zero(place)), 128));
        f.set(right, sub(i32x4.widenBytes(v128.load32Zero(place, 4)), 128));
      });
      transpose(f, pool, block);
      pass(forwardPass, true);
      transpose(f, pool, block);
      pass(forwardPass, false);
      for (const [side, half] of block.entries())
        for (const [k, v] of half.entries()) {
          pool.reset();
          roundToSteps(f, pool.keep, v, (kind) => v128.load(table, kind * 256 + k * 32 + side * 16));
        }
      pass(inversePass, true);
      transpose(f, pool, block);
      pass(inversePass, false);
      transpose(f, pool, block);
      eachRow((_, left, right) => {
        const both = i16x8.narrowI32x4S(add(left, 128), add(right, 128));
        f.set(left, i8x16.narrowI16x8U(both, both));
        f.storeLane32(place, left, { lane: 0 });
        f.storeLane32(place, left, { lane: 1, offset: 4 });
      });
    });
    f.set(plane, i32.add(plane, i32.mul(width, 8)));
  });
  return f;
}
