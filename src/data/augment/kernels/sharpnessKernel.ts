// The loop of sharpening, eight levels at a time. Whole numbers only, hence the same bits on every engine.
import {
  FunctionBuilder,
  type Instance,
  type V128,
  i16x8,
  i32,
  i32x4,
  instantiate,
  v128,
} from "../../../simd/index.ts";
import { storeEight } from "./pixels.ts";

/** Works on its own memory, at byte addresses that the caller lays out. */
interface SharpnessKernel {
  readonly memory: ArrayBuffer;
  /**
   * Levels [target, targetEnd), by eights: smooth + (x - smooth) · share, of which 65,536 is all; smooth is the mean over the 3x3
   * pixels around, the middle counted five times. `source` is the first level's, its rows have `rowBytes`.
   */
  sharpen(source: number, rowBytes: number, target: number, targetEnd: number, share: number): void;
}

/** Of all the weights. */
const weightSum = 13;
// x / 13 rounded down, of whole numbers below 2^18.
const inverseBits = 18;
const inverse = Math.ceil(2 ** inverseBits / weightSum);

function sharpenFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [source, rowBytes, target, targetEnd, share] = f.parameters(5);
  const { above, below } = f.named("above", "below");
  const [x, sum, smooth, factor, first] = f.locals("v128", 5);
  f.set(factor, i32x4.splat(share));
  // One pixel before: no offset is below 0.
  f.advance(source, -3);
  f.set(above, i32.sub(source, rowBytes));
  f.set(below, i32.add(source, rowBytes));
  const { add } = i16x8;
  const three = (address: typeof source): V128 =>
    add(add(v128.load8x8U(address), v128.load8x8U(address, 3)), v128.load8x8U(address, 6));
  const sharpened = (divided: V128, levels: V128): V128 => {
    f.set(smooth, i32x4.shrU(divided, inverseBits));
    const away = i32x4.mul(i32x4.sub(levels, smooth), factor);
    return i32x4.shrS(i32x4.add(i32x4.add(i32x4.shl(smooth, 16), 32_768), away), 16);
  };
  f.doWhile(i32.ltU(target, targetEnd), () => {
    f.set(x, v128.load8x8U(source, 3));
    f.set(sum, add(add(three(above), three(source)), three(below)));
    // The middle is one of the nine.
    f.set(sum, add(add(sum, i16x8.shl(x, 2)), i16x8.const(weightSum >> 1)));
    const byThirteen = i16x8.const(inverse);
    f.set(first, sharpened(i32x4.extmulLowI16x8U(sum, byThirteen), i32x4.extendLowI16x8U(x)));
    f.set(sum, sharpened(i32x4.extmulHighI16x8U(sum, byThirteen), i32x4.extendHighI16x8U(x)));
    f.set(first, i16x8.narrowI32x4S(first, sum));
    storeEight(f, target, first);
    for (const address of [above, source, below, target]) f.advance(address, 8);
  });
  return f;
}

let loops: Instance<"sharpen"> | undefined;

/** The kernel of this thread, whose memory has at least that many bytes. */
export function sharpnessKernel(bytes: number): SharpnessKernel {
  loops ??= instantiate({ sharpen: sharpenFunction() });
  return { ...loops.call, memory: loops.room(bytes) };
}
