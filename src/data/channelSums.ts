import { type Tuple, at } from "../base/index.ts";
import {
  FunctionBuilder,
  type Instance,
  type V128,
  i16x8,
  i32x4,
  i8x16,
  instantiate,
  i32,
  v128,
} from "../simd/index.ts";

// Sixteen pixels at a time, so that each channel fills a register.
const group = 48;
// Fewer than 16,512 groups: a lane of 32 bits takes four squares of bytes from each.
const partBytes = group * 2048;
const tableBytes = 6 * 16;

/** Sixteen values of one channel from three registers of pixels. */
function channelOf(channel: number, [v0, v1, v2]: Tuple<V128, 3>): V128 {
  const positions = Array.from({ length: 16 }, (_, i) => 3 * i + channel);
  const early = i8x16.shuffle(
    v0,
    v1,
    positions.map((position) => Math.min(position, 31)),
  );
  return i8x16.shuffle(
    early,
    v2,
    positions.map((position, i) => (position < 32 ? i : position - 16)),
  );
}

/** (from, end, target): adds up bytes [from, end), a multiple of 48; writes four partial sums of each of R, G, B, R², G², B² to `target`. */
function sumsFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [from, end, target] = f.parameters(3);
  const pixels = f.locals("v128", 3);
  const value = f.local("v128");
  const sums = pixels.map(() => ({ sum: f.local("v128"), squares: f.local("v128") }));
  const square = (half: V128): V128 => i32x4.dotI16x8S(half, half);
  f.doWhile(i32.ltU(from, end), () => {
    for (const [i, register] of pixels.entries()) f.set(register, v128.load(from, 16 * i));
    for (const [channel, { sum, squares }] of sums.entries()) {
      f.set(value, channelOf(channel, pixels));
      f.set(sum, i32x4.add(sum, i32x4.extaddPairwiseI16x8U(i16x8.extaddPairwiseI8x16U(value))));
      f.set(squares, i32x4.add(squares, square(i16x8.extendLowI8x16U(value))));
      f.set(squares, i32x4.add(squares, square(i16x8.extendHighI8x16U(value))));
    }
    f.advance(from, group);
  });
  for (const sum of [...sums.map(({ sum }) => sum), ...sums.map(({ squares }) => squares)]) {
    f.store(target, sum);
    f.advance(target, 16);
  }
  return f;
}

let kernel: Instance<"sums"> | undefined;

/** Sums and sums of squares of R, G, B of an image: [ΣR, ΣG, ΣB, ΣR², ΣG², ΣB²], exact. */
export function channelSumsOf(bytes: Uint8Array): Float64Array {
  kernel ??= instantiate({ sums: sumsFunction() });
  const buffer = kernel.room(tableBytes + partBytes);
  const memory = new Uint8Array(buffer);
  const table = new Uint32Array(buffer, 0, tableBytes / 4);
  const totals = new Float64Array(6);
  for (let from = 0; from < bytes.length; from += partBytes) {
    const part = bytes.subarray(from, from + partBytes);
    const whole = Math.ceil(part.length / group) * group;
    memory.set(part, tableBytes);
    memory.fill(0, tableBytes + part.length, tableBytes + whole);
    kernel.call.sums(tableBytes, tableBytes + whole, 0);
    for (const channel of totals.keys())
      for (const sum of table.subarray(4 * channel, 4 * channel + 4))
        totals[channel] = at(totals, channel) + sum;
  }
  return totals;
}
