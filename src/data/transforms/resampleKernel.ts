// The two loops of scaling. Whole numbers only, hence the same bits on every engine.
import type { Tuple } from "../../base/index.ts";
import {
  FunctionBuilder,
  type Instance,
  type I32Local,
  type V128,
  type V128Local,
  i16x8,
  i32,
  i32x4,
  i8x16,
  instantiate,
  v128,
} from "../../simd/index.ts";

/** Weights are whole numbers, 1 being 2^22: 8 bits of pixel, 22 of weight and the sign fit 32 bits. */
export const fractionBits = 22;

// A weight is two halves of 16 bits, which are multiplied by twos in one instruction; the sum of both products is exact.
const lowBits = 11;

/** Lines of an image that `lines` takes at a time. */
export const linesAtOnce = 4;

/** Works on its own memory, at byte addresses that the caller lays out. */
export interface ResampleKernel {
  readonly memory: ArrayBuffer;
  /**
   * Scales four lines across. Each pixel is the weighted sum of pixels from `source` + its entry of [offsets, offsetsEnd) (bytes, 32-bit integers),
   * with `groupBytes` of packed weights for each. May read 16 bytes past the four lines and writes a byte past each of their results.
   */
  lines(
    source: number,
    sourcePitch: number,
    offsets: number,
    offsetsEnd: number,
    weights: number,
    groupBytes: number,
    target: number,
    targetPitch: number,
  ): void;
  /** Bytes [target, end), in sixteens: the weighted sum of lines that stand `pitch` bytes apart, by packed weights [weights, weightsEnd). */
  columns(
    source: number,
    pitch: number,
    weights: number,
    weightsEnd: number,
    target: number,
    end: number,
  ): void;
}

/** Four weights as the kernel takes them, in 16 bytes: the upper halves of the first two and the last two, then the lower ones. */
export function packWeights(weights: Int32Array): Int32Array {
  const packed = new Int32Array(weights.length);
  for (let i = 0; i < weights.length; i += 4) {
    for (let pair = 0; pair < 2; pair++) {
      const a = weights[i + 2 * pair] ?? 0;
      const b = weights[i + 2 * pair + 1] ?? 0;
      packed[i + pair] = (a >> lowBits) | ((b >> lowBits) << 16);
      packed[i + 2 + pair] = (a & ((1 << lowBits) - 1)) | ((b & ((1 << lowBits) - 1)) << 16);
    }
  }
  return packed;
}

/** Locals of four 32-bit lanes, for the upper and the lower halves of weights or of sums of products. */
interface Halves {
  readonly upper: V128Local;
  readonly lower: V128Local;
}

const localHalves = (f: FunctionBuilder): Halves => ({ upper: f.local("v128"), lower: f.local("v128") });
const localSums = (f: FunctionBuilder): Tuple<Halves, 4> => [
  localHalves(f),
  localHalves(f),
  localHalves(f),
  localHalves(f),
];

function clear(f: FunctionBuilder, sums: readonly Halves[]): void {
  for (const { upper, lower } of sums) {
    f.set(upper, i32x4.const(0));
    f.set(lower, i32x4.const(1 << (fractionBits - 1)));
  }
}

/** Adds two products of each half. */
function addProducts(f: FunctionBuilder, sum: Halves, values: V128, weights: Halves): void {
  f.set(sum.upper, i32x4.add(sum.upper, i32x4.dotI16x8S(values, weights.upper)));
  f.set(sum.lower, i32x4.add(sum.lower, i32x4.dotI16x8S(values, weights.lower)));
}

/** The sums as 16 bytes. */
function bytesOf([a, b, c, d]: Tuple<Halves, 4>): V128 {
  const whole = ({ upper, lower }: Halves): V128 =>
    i32x4.shrS(i32x4.add(i32x4.shl(upper, lowBits), lower), fractionBits);
  return i8x16.narrowI16x8U(i16x8.narrowI32x4S(whole(a), whole(b)), i16x8.narrowI32x4S(whole(c), whole(d)));
}

/** Reads the four weights at an address, in the order of `packWeights`. */
function readWeights(f: FunctionBuilder, address: I32Local, [first, second]: Tuple<Halves, 2>): void {
  for (const [i, half] of [first.upper, second.upper, first.lower, second.lower].entries())
    f.set(half, v128.load32Splat(address, 4 * i));
}

// Red, green and blue of two neighbouring pixels side by side as 16-bit numbers.
const twoPixels = (first: number): V128 =>
  i8x16.const([0, 3, 1, 4, 2, 5].flatMap((byte) => [byte + first, 128]).concat([128, 128, 128, 128]));

function linesFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [source, sourcePitch, offsets, offsetsEnd, weights, groupBytes, target, targetPitch] =
    f.parameters(8);
  const [pixel, weightsEnd, line] = f.locals("i32", 3);
  const weightPairs = [localHalves(f), localHalves(f)] as const;
  const [four, two] = f.locals("v128", 2);
  const sums = localSums(f);
  f.doWhile(i32.ltU(offsets, offsetsEnd), () => {
    clear(f, sums);
    f.set(pixel, i32.add(source, i32.load(offsets)));
    f.set(weightsEnd, i32.add(weights, groupBytes));
    f.doWhile(i32.ltU(weights, weightsEnd), () => {
      readWeights(f, weights, weightPairs);
      f.set(line, pixel);
      for (const sum of sums) {
        f.set(four, v128.load(line));
        for (const [i, pair] of weightPairs.entries()) {
          f.set(two, i8x16.swizzle(four, twoPixels(6 * i)));
          addProducts(f, sum, two, pair);
        }
        f.set(line, i32.add(line, sourcePitch));
      }
      f.advance(pixel, 12);
      f.advance(weights, 16);
    });
    f.set(four, bytesOf(sums));
    f.set(line, target);
    for (const lane of sums.keys()) {
      f.storeLane32(line, four, { lane });
      f.set(line, i32.add(line, targetPitch));
    }
    f.advance(offsets, 4);
    f.advance(target, 3);
  });
  return f;
}

// Eight numbers of two lines, by twos: the first four, the last four.
const firstPairs = [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23];
const lastPairs = firstPairs.map((byte) => byte + 8);

function columnsFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [source, pitch, weights, weightsEnd, target, end] = f.parameters(6);
  const [line, next, weight] = f.locals("i32", 3);
  const weightPairs = [localHalves(f), localHalves(f)] as const;
  const [above, below, pairs] = f.locals("v128", 3);
  const sums = localSums(f);
  const [s0, s1, s2, s3] = sums;
  const twoLines = (weightPair: Halves): void => {
    f.set(next, i32.add(line, pitch));
    for (const [from, first, last] of [
      [0, s0, s1],
      [8, s2, s3],
    ] as const) {
      f.set(above, v128.load8x8U(line, from));
      f.set(below, v128.load8x8U(next, from));
      f.set(pairs, i8x16.shuffle(above, below, firstPairs));
      addProducts(f, first, pairs, weightPair);
      f.set(pairs, i8x16.shuffle(above, below, lastPairs));
      addProducts(f, last, pairs, weightPair);
    }
    f.set(line, i32.add(next, pitch));
  };
  f.doWhile(i32.ltU(target, end), () => {
    clear(f, sums);
    f.set(line, source);
    f.set(weight, weights);
    f.doWhile(i32.ltU(weight, weightsEnd), () => {
      readWeights(f, weight, weightPairs);
      for (const pair of weightPairs) twoLines(pair);
      f.advance(weight, 16);
    });
    f.store(target, bytesOf(sums));
    f.advance(source, 16);
    f.advance(target, 16);
  });
  return f;
}

let loops: Instance<"lines" | "columns"> | undefined;

/** The kernel of this thread, whose memory has at least that many bytes. */
export function resampleKernel(bytes: number): ResampleKernel {
  loops ??= instantiate({ lines: linesFunction(), columns: columnsFunction() });
  return { ...loops.call, memory: loops.room(bytes) };
}
