// The loops of adding noise, eight levels at a time. Amounts are worked out in float64, each step rounded by itself, and levels in
// whole numbers, hence the same bits on every engine.
import {
  FunctionBuilder,
  type I32,
  type Instance,
  type V128,
  type V128Local,
  f64x2,
  i32,
  i32x4,
  instantiate,
  v128,
} from "../../../simd/index.ts";
import { storeEight } from "./pixels.ts";

/** How many quantiles a normal number is drawn of. */
export const quantileCount = 4096;

const quantilesAt = 0;
const amountsAt = quantileCount * 8;
/** Where a pair of standard deviations begins, two doubles. */
export const deviationAt = amountsAt + quantileCount * 4;
/** Where the caller's part begins. */
export const noiseStart = deviationAt + 16;

/** Works on its own memory, of which the caller lays out what follows the tables. */
interface NoiseKernel {
  readonly memory: ArrayBuffer;
  /** Makes the amounts of the standard deviation, a fraction of the range of levels. */
  scale(): void;
  /** Adds amounts to levels [pixels, end), by eights; which ones follows from the seed and from each pair's number. */
  add(pixels: number, end: number, seed: number): void;
}

/** Amounts are in 256ths of a level. */
const amountBits = 8;

function scaleFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const { place } = f.named("place");
  const [deviation, first, second] = f.locals("v128", 3);
  f.set(deviation, v128.load(0, deviationAt));
  const amount = (from: number): V128 => {
    const levels = f64x2.mul(f64x2.mul(v128.load(place, quantilesAt + from), deviation), 255);
    return i32x4.truncSatF64x2SZero(f64x2.floor(f64x2.add(f64x2.mul(levels, 2 ** amountBits), 0.5)));
  };
  const target = f.local("i32");
  f.doWhile(i32.ltU(target, quantileCount * 4), () => {
    f.set(first, amount(0));
    f.set(second, amount(16));
    f.store(target, i32x4.shuffle(first, second, [0, 1, 4, 5]), amountsAt);
    f.advance(place, 32);
    f.advance(target, 16);
  });
  return f;
}

/** What the number of a place is multiplied with: 2^32 over the golden ratio. */
const golden = 0x9e37_79b9;

/** `mixBits` of four numbers, in place. */
function mix(f: FunctionBuilder, bits: V128Local): void {
  const step = (shift: number): V128 => v128.xor(bits, i32x4.shrU(bits, shift));
  f.set(bits, i32x4.mul(step(16), 0x85eb_ca6b));
  f.set(bits, i32x4.mul(step(13), 0xc2b2_ae35));
  f.set(bits, step(16));
}

function addFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [pixels, end, seed] = f.parameters(3);
  const [seeds, numbers, bits, levels, even, odd, picked] = f.locals("v128", 7);
  f.set(seeds, i32x4.splat(seed));
  const multiple = (i: number): number => Math.imul(i, golden);
  f.set(numbers, i32x4.constLanes(multiple(1), multiple(3), multiple(5), multiple(7)));
  /** The amounts at four places, which are counted in bytes. */
  const pick = (places: V128): V128 => {
    f.set(bits, places);
    const placeOf = (lane: number): I32 => i32x4.extractLane(bits, lane);
    f.set(picked, v128.load32Zero(placeOf(0), amountsAt));
    for (const lane of [1, 2, 3])
      f.set(picked, v128.load32Lane(placeOf(lane), picked, { lane, offset: amountsAt }));
    return picked;
  };
  /** Levels in 32-bit lanes with their amounts, as levels again. */
  const noisy = (lanes: V128, amounts: V128): V128 => {
    const sum = i32x4.add(i32x4.add(i32x4.shl(lanes, amountBits), amounts), 1 << (amountBits - 1));
    return i32x4.maxS(i32x4.minS(i32x4.shrS(sum, amountBits), i32x4.const(255)), i32x4.const(0));
  };
  f.doWhile(i32.ltU(pixels, end), () => {
    f.set(bits, v128.xor(numbers, seeds));
    f.set(numbers, i32x4.add(numbers, multiple(8)));
    mix(f, bits);
    f.set(levels, v128.load8x8U(pixels));
    f.set(odd, v128.and(bits, i32x4.const(quantileCount - 1)));
    f.set(even, noisy(v128.and(levels, i32x4.const(0xffff)), pick(i32x4.shl(i32x4.shrU(bits, 20), 2))));
    f.set(odd, noisy(i32x4.shrU(levels, 16), pick(i32x4.shl(odd, 2))));
    f.set(levels, v128.or(even, i32x4.shl(odd, 16)));
    storeEight(f, pixels, levels);
    f.advance(pixels, 8);
  });
  return f;
}

let loops: Instance<"scale" | "add"> | undefined;

/** The kernel of this thread, whose memory has at least that many bytes; it begins with the quantiles. */
export function noiseKernel(quantiles: Float64Array, bytes: number): NoiseKernel {
  if (!loops) {
    loops = instantiate({ scale: scaleFunction(), add: addFunction() });
    new Float64Array(loops.room(noiseStart), quantilesAt, quantileCount).set(quantiles);
  }
  return { ...loops.call, memory: loops.room(bytes) };
}
