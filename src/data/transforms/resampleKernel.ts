// The two loops of scaling. Whole numbers only, hence the same bits on every engine.
import {
  type Code,
  type SimdFunction,
  add32,
  advance,
  bytes16,
  constant,
  dot,
  get,
  growTo,
  loadEightWidened,
  load,
  loadInteger,
  loadSplat,
  loopWhileBelow,
  narrowTo16,
  narrowTo8,
  plus,
  set,
  shiftLeft32,
  shiftRight32,
  shuffle,
  simdModule,
  splat,
  store,
  storeLane,
  swizzle,
} from "../simd.ts";

/** Weights are whole numbers, 1 being 2^22: 8 bits of pixel, 22 of weight and the sign fit 32 bits. */
export const fractionBits = 22;

// A weight is two halves of 16 bits, which are multiplied by twos in one instruction; the sum of both products is exact.
const lowBits = 11;

/** Lines of a picture that `lines` takes at a time. */
export const linesAtOnce = 4;

/** Works on its own memory, at byte addresses that the caller lays out. */
export interface ResampleKernel {
  readonly memory: WebAssembly.Memory;
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
      const a = weights[i + 2 * pair]!;
      const b = weights[i + 2 * pair + 1]!;
      packed[i + pair] = (a >> lowBits) | ((b >> lowBits) << 16);
      packed[i + 2 + pair] = (a & ((1 << lowBits) - 1)) | ((b & ((1 << lowBits) - 1)) << 16);
    }
  }
  return packed;
}

interface Sums {
  readonly upper: number;
  readonly lower: number;
}

const clear = ({ upper, lower }: Sums): Code => [
  set(upper, splat(0)),
  set(lower, splat(1 << (fractionBits - 1))),
];
/** Adds two products of each half. */
const addProducts = ({ upper, lower }: Sums, values: number, [high, low]: readonly [number, number]): Code =>
  [upper, lower].map((sum, i) => set(sum, add32(get(sum), dot(get(values), get(i === 0 ? high : low)))));
const whole = ({ upper, lower }: Sums): Code =>
  shiftRight32(add32(shiftLeft32(get(upper), lowBits), get(lower)), fractionBits);

/** The locals that hold a group's weights, in the order of memory. */
const loadWeights = (locals: readonly number[], address: number): Code =>
  locals.map((local, i) => set(local, loadSplat(get(address), 4 * i)));

// Red, green and blue of two neighbouring pixels side by side as 16-bit numbers.
const twoPixels = (first: number): Code =>
  bytes16([0, 3, 1, 4, 2, 5].flatMap((byte) => [byte + first, 128]).concat([128, 128, 128, 128]));

function linesBody(): Code {
  const [source, sourcePitch, offsets, offsetsEnd, weights, groupBytes, target, targetPitch] = [
    0, 1, 2, 3, 4, 5, 6, 7,
  ];
  const [pixel, weightsEnd, line] = [8, 9, 10];
  const [upper01, upper23, lower01, lower23, four, two] = [11, 12, 13, 14, 15, 16];
  const sums = [17, 19, 21, 23].map((upper) => ({ upper, lower: upper + 1 }));
  const group = sums.map((sum) => [
    set(four, load(get(line))),
    set(two, swizzle(get(four), twoPixels(0))),
    addProducts(sum, two, [upper01, lower01]),
    set(two, swizzle(get(four), twoPixels(6))),
    addProducts(sum, two, [upper23, lower23]),
    advance(line, get(sourcePitch)),
  ]);
  const [s0, s1, s2, s3] = sums.map(whole) as [Code, Code, Code, Code];
  return loopWhileBelow(offsets, offsetsEnd, [
    sums.map(clear),
    set(pixel, plus(get(source), loadInteger(get(offsets)))),
    set(weightsEnd, plus(get(weights), get(groupBytes))),
    loopWhileBelow(weights, weightsEnd, [
      loadWeights([upper01, upper23, lower01, lower23], weights),
      set(line, get(pixel)),
      group,
      advance(pixel, constant(12)),
      advance(weights, constant(16)),
    ]),
    set(four, narrowTo8(narrowTo16(s0, s1), narrowTo16(s2, s3))),
    set(line, get(target)),
    sums.map((_, lane) => [storeLane(get(line), get(four), lane), advance(line, get(targetPitch))]),
    advance(offsets, constant(4)),
    advance(target, constant(3)),
  ]);
}

// Eight numbers of two lines, by twos: the first four, the last four.
const firstPairs = [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23];
const lastPairs = firstPairs.map((byte) => byte + 8);

function columnsBody(): Code {
  const [source, pitch, weights, weightsEnd, target, end, line, next, weight] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const [upper01, upper23, lower01, lower23, above, below, pairs] = [9, 10, 11, 12, 13, 14, 15];
  const sums = [16, 18, 20, 22].map((upper) => ({ upper, lower: upper + 1 }));
  const twoLines = (halves: readonly [number, number]): Code => [
    set(next, plus(get(line), get(pitch))),
    [0, 8].map((from) => [
      set(above, loadEightWidened(get(line), from)),
      set(below, loadEightWidened(get(next), from)),
      [firstPairs, lastPairs].map((places, i) => [
        set(pairs, shuffle(get(above), get(below), places)),
        addProducts(sums[from / 4 + i]!, pairs, halves),
      ]),
    ]),
    set(line, plus(get(next), get(pitch))),
  ];
  const [s0, s1, s2, s3] = sums.map(whole) as [Code, Code, Code, Code];
  return loopWhileBelow(target, end, [
    sums.map(clear),
    set(line, get(source)),
    set(weight, get(weights)),
    loopWhileBelow(weight, weightsEnd, [
      loadWeights([upper01, upper23, lower01, lower23], weight),
      twoLines([upper01, lower01]),
      twoLines([upper23, lower23]),
      advance(weight, constant(16)),
    ]),
    store(get(target), narrowTo8(narrowTo16(s0, s1), narrowTo16(s2, s3))),
    advance(source, constant(16)),
    advance(target, constant(16)),
  ]);
}

const functions: Readonly<Record<"lines" | "columns", SimdFunction>> = {
  lines: { parameters: 8, integers: 3, vectors: 14, body: linesBody() },
  columns: { parameters: 6, integers: 3, vectors: 15, body: columnsBody() },
};

let kernel: ResampleKernel | undefined;

/** The kernel of this thread, whose memory has at least that many bytes. */
export function resampleKernel(bytes: number): ResampleKernel {
  kernel ??= simdModule(functions) as unknown as ResampleKernel;
  growTo(kernel.memory, bytes);
  return kernel;
}
