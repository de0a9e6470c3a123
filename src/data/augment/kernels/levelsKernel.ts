// The loops of changing levels by tables, and of measuring what the tables follow from.
import { FunctionBuilder, type Instance, i32, i32x4, instantiate } from "../../../simd/index.ts";
import { fourPixels, lumaOf } from "./pixels.ts";

/** Works on its own memory, of which the caller lays out what follows the tables, counts and sums. */
interface LevelsKernel {
  readonly memory: ArrayBuffer;
  /** Every level of pixels [pixels, end) becomes what its channel's table says. */
  lookUp(pixels: number, end: number): void;
  /** Adds to the counts of each channel's levels. */
  count(pixels: number, end: number): void;
  /** Writes four sums that together are those of the pixels' greys; reads up to three pixels past the end, which count too. */
  sumGrey(pixels: number, end: number): void;
}

/** Where three tables of 256 levels begin. */
export const tablesAt = 0;
/** Where three times 256 counts of 32 bits begin. */
export const countsAt = 3 * 256;
/** Where four sums of 32 bits begin. */
export const sumsAt = countsAt + 3 * 1024;
/** Where the caller's part begins. */
export const levelsStart = sumsAt + 16;

const channels = [0, 1, 2] as const;

function lookUpFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [pixels, end] = f.parameters(2);
  f.doWhile(i32.ltU(pixels, end), () => {
    for (const channel of channels)
      f.store8(pixels, i32.load8U(i32.load8U(pixels, channel), tablesAt + channel * 256), channel);
    f.advance(pixels, 3);
  });
  return f;
}

function countFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [pixels, end] = f.parameters(2);
  const { entry } = f.named("entry");
  f.doWhile(i32.ltU(pixels, end), () => {
    for (const channel of channels) {
      const counts = countsAt + channel * 1024;
      f.set(entry, i32.mul(i32.load8U(pixels, channel), 4));
      f.store32(entry, i32.add(i32.load(entry, counts), 1), counts);
    }
    f.advance(pixels, 3);
  });
  return f;
}

function sumGreyFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [pixels, end] = f.parameters(2);
  const { four, read } = fourPixels(f);
  const sums = f.local("v128");
  f.doWhile(i32.ltU(pixels, end), () => {
    read(pixels);
    f.set(sums, i32x4.add(sums, lumaOf(four)));
    f.advance(pixels, 12);
  });
  f.store(0, sums, sumsAt);
  return f;
}

let loops: Instance<"lookUp" | "count" | "sumGrey"> | undefined;

/** The kernel of this thread, whose memory has at least that many bytes. */
export function levelsKernel(bytes: number): LevelsKernel {
  loops ??= instantiate({ lookUp: lookUpFunction(), count: countFunction(), sumGrey: sumGreyFunction() });
  return { ...loops.call, memory: loops.room(bytes) };
}
