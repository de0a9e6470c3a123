// The two loops of blurring. Whole numbers only, hence the same bits on every engine.
import {
  FunctionBuilder,
  type I32Local,
  type Instance,
  type V128,
  i16x8,
  i32,
  i32x4,
  i8x16,
  instantiate,
  v128,
} from "../../../simd/index.ts";
import { storeEight } from "./pixels.ts";

/** Weights are whole numbers, 1 being 2^14. */
export const weightBits = 14;

/** Bits after the point between the two passes. */
const middleBits = 8;

// Sums of the first pass fill 16 bits without a sign; half of the range is taken away, so that they fit the signed product.
const middleOffset = 2 ** 15;

/** Works on its own memory, at byte addresses that the caller lays out. Weights are a list of pairs, [weights, weightsEnd). */
interface BlurKernel {
  readonly memory: ArrayBuffer;
  /** 16-bit numbers [target, targetEnd), by eights: weighted sums of the bytes from `source` on, of which taps stand 3 apart. */
  across(source: number, target: number, targetEnd: number, weights: number, weightsEnd: number): void;
  /** Bytes [target, targetEnd), by eights: weighted sums of rows of such numbers that stand `pitch` bytes apart. */
  down(
    source: number,
    pitch: number,
    target: number,
    targetEnd: number,
    weights: number,
    weightsEnd: number,
  ): void;
}

// Eight numbers of two vectors, in turn: the first four of each, the last four.
const firstFour = [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23];
const lastFour = firstFour.map((byte) => byte + 8);

interface Taps {
  /** Bytes between two taps. */
  readonly step: I32Local | number;
  readonly load: (address: I32Local) => V128;
  readonly weights: I32Local;
  readonly weightsEnd: I32Local;
  /** What the sums start with. */
  readonly start: number;
}

/** Appends eight weighted sums over taps from an address on, 32 bits each; two at a time. */
function weightedSums(
  f: FunctionBuilder,
  { step, load, weights, weightsEnd, start }: Taps,
): (from: I32Local) => readonly [V128, V128] {
  const { tap, weight } = f.named("tap", "weight");
  const [one, next, pair, first, last] = f.locals("v128", 5);
  return (from) => {
    f.set(tap, from);
    f.set(weight, weights);
    f.set(first, i32x4.const(start));
    f.set(last, i32x4.const(start));
    f.doWhile(i32.ltU(weight, weightsEnd), () => {
      f.set(pair, v128.load32Splat(weight));
      f.set(one, load(tap));
      f.set(tap, i32.add(tap, step));
      f.set(next, load(tap));
      f.set(tap, i32.add(tap, step));
      f.set(first, i32x4.add(first, i32x4.dotI16x8S(i8x16.shuffle(one, next, firstFour), pair)));
      f.set(last, i32x4.add(last, i32x4.dotI16x8S(i8x16.shuffle(one, next, lastFour), pair)));
      f.advance(weight, 4);
    });
    return [first, last];
  };
}

function acrossFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [source, target, targetEnd, weights, weightsEnd] = f.parameters(5);
  const bits = weightBits - middleBits;
  const load = (address: I32Local): V128 => v128.load8x8U(address);
  const sums = weightedSums(f, { step: 3, load, weights, weightsEnd, start: 1 << (bits - 1) });
  f.doWhile(i32.ltU(target, targetEnd), () => {
    const [first, last] = sums(source);
    const middle = (sum: V128): V128 => i32x4.sub(i32x4.shrS(sum, bits), middleOffset);
    f.store(target, i16x8.narrowI32x4S(middle(first), middle(last)));
    f.advance(source, 8);
    f.advance(target, 16);
  });
  return f;
}

function downFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [source, pitch, target, targetEnd, weights, weightsEnd] = f.parameters(6);
  const bytes = f.local("v128");
  const bits = weightBits + middleBits;
  const load = (address: I32Local): V128 => v128.load(address);
  const start = middleOffset * 2 ** weightBits + 2 ** (bits - 1);
  const sums = weightedSums(f, { step: pitch, load, weights, weightsEnd, start });
  f.doWhile(i32.ltU(target, targetEnd), () => {
    const [first, last] = sums(source);
    f.set(bytes, i16x8.narrowI32x4S(i32x4.shrS(first, bits), i32x4.shrS(last, bits)));
    storeEight(f, target, bytes);
    f.advance(source, 16);
    f.advance(target, 8);
  });
  return f;
}

let loops: Instance<"across" | "down"> | undefined;

/** The kernel of this thread, whose memory has at least that many bytes. */
export function blurKernel(bytes: number): BlurKernel {
  loops ??= instantiate({ across: acrossFunction(), down: downFunction() });
  return { ...loops.call, memory: loops.room(bytes) };
}
