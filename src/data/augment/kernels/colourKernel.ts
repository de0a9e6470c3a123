// The loops of changing colours, four pixels at a time. What is not whole is computed in float64, each step rounded by itself,
// hence the same bits on every engine.
import {
  FunctionBuilder,
  type I32Local,
  type Instance,
  type V128,
  type V128Local,
  f64x2,
  i32,
  i32x4,
  i8x16,
  instantiate,
  v128,
} from "../../../simd/index.ts";
import { type Four, fourPixels, lumaOf } from "./pixels.ts";

/** Works on its own memory; pixels are changed in place, by fours. */
interface ColourKernel {
  readonly memory: ArrayBuffer;
  /** Of pixels [pixels, end): grey + (x - grey) · share, of which 65,536 is all. */
  saturate(pixels: number, end: number, share: number): void;
  /** Turns the hue of pixels [pixels, end) by the two equal doubles at `turn`: sixths of a circle, in [0, 6]. */
  turnHue(pixels: number, end: number, turn: number): void;
}

const { add, sub, mul, shl, shrS, eq, maxS, minS } = i32x4;

const threeOfFour = [0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0];

/** Appends a loop over pixels that puts in place of four what `change` gives: numbers from 0 to 255. */
function eachFour(
  f: FunctionBuilder,
  [pixels, end]: readonly [I32Local, I32Local],
  change: (four: Four) => readonly [V128, V128, V128],
): void {
  const { four, read } = fourPixels(f);
  const all = f.local("v128");
  f.doWhile(i32.ltU(pixels, end), () => {
    read(pixels);
    const [red, green, blue] = change(four);
    f.set(all, v128.or(v128.or(red, shl(green, 8)), shl(blue, 16)));
    f.set(all, i8x16.shuffle(all, all, threeOfFour));
    for (const lane of [0, 1, 2]) f.storeLane32(pixels, all, { lane, offset: 4 * lane });
    f.advance(pixels, 12);
  });
}

function saturateFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [pixels, end, share] = f.parameters(3);
  const [grey, base, factor] = f.locals("v128", 3);
  f.set(factor, i32x4.splat(share));
  eachFour(f, [pixels, end], (four) => {
    f.set(grey, lumaOf(four));
    f.set(base, add(shl(grey, 16), 32_768));
    const away = (x: V128): V128 =>
      maxS(minS(shrS(add(base, mul(sub(x, grey), factor)), 16), i32x4.const(255)), i32x4.const(0));
    return [away(four.r), away(four.g), away(four.b)];
  });
  return f;
}

/** The last two lanes in front. */
const lastTwo = (four: V128): V128 => i32x4.shuffle(four, four, [2, 3, 2, 3]);

function turnHueFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [pixels, end, turnAt] = f.parameters(3);
  const [highest, lowest, chroma, difference, colour, isRed, isGreen] = f.locals("v128", 7);
  const [turn, place, below, span, sector] = f.locals("v128", 5);
  const sectors = f.locals("v128", 2);
  const rising = f.locals("v128", 2);
  const falling = f.locals("v128", 2);
  f.set(turn, v128.load(turnAt));

  /** Of two pixels in the first lanes: in which sixth of the circle they come to lie, and how far into it. */
  const turnTwo = (half: (four: V128) => V128, i: 0 | 1): void => {
    const double = (four: V128): V128 => f64x2.convertLowI32x4S(half(four));
    f.set(span, double(chroma));
    // Grey has no hue: any will do, and is not seen.
    f.set(place, f64x2.div(double(difference), f64x2.pmax(f64x2.const(1), span)));
    f.set(place, f64x2.add(f64x2.add(place, double(colour)), turn));
    // At most 13. Taking whole circles away is exact.
    for (let circle = 0; circle < 2; circle++)
      f.set(place, f64x2.sub(place, v128.and(f64x2.ge(place, 6), f64x2.const(6))));
    f.set(sector, f64x2.floor(place));
    f.set(below, f64x2.mul(span, f64x2.sub(place, sector)));
    f.set(sectors[i], i32x4.truncSatF64x2SZero(sector));
    f.set(rising[i], i32x4.truncSatF64x2SZero(f64x2.add(f64x2.add(double(lowest), below), 0.5)));
    f.set(falling[i], i32x4.truncSatF64x2SZero(f64x2.add(f64x2.sub(double(highest), below), 0.5)));
  };
  const joined = ([a, b]: readonly [V128Local, V128Local]): V128 => {
    f.set(a, i32x4.shuffle(a, b, [0, 1, 4, 5]));
    return a;
  };

  eachFour(f, [pixels, end], ({ r, g, b }) => {
    f.set(highest, maxS(maxS(r, g), b));
    f.set(lowest, minS(minS(r, g), b));
    f.set(chroma, sub(highest, lowest));
    f.set(isRed, eq(highest, r));
    f.set(isGreen, eq(highest, g));
    const byHighest = (red: V128, green: V128, blue: V128): V128 =>
      v128.bitSelect(red, v128.bitSelect(green, blue, isGreen), isRed);
    // The circle is red at 0, green at 2 and blue at 4 of 6.
    f.set(difference, byHighest(sub(g, b), sub(b, r), sub(r, g)));
    f.set(colour, byHighest(i32x4.const(6), i32x4.const(2), i32x4.const(4)));
    turnTwo((four) => four, 0);
    turnTwo(lastTwo, 1);
    const [place6, up, down] = [joined(sectors), joined(rising), joined(falling)];
    const at = (sixth: number): V128 => eq(place6, sixth);
    /** Highest in two sectors, on its way in the one after and the one before, else lowest. */
    const channel = (high: readonly [number, number], down6: number, up6: number): V128 =>
      v128.bitSelect(
        highest,
        v128.bitSelect(down, v128.bitSelect(up, lowest, at(up6)), at(down6)),
        v128.or(at(high[0]), at(high[1])),
      );
    return [channel([5, 0], 1, 4), channel([1, 2], 3, 0), channel([3, 4], 5, 2)];
  });
  return f;
}

let loops: Instance<"saturate" | "turnHue"> | undefined;

/** The kernel of this thread, whose memory has at least that many bytes. */
export function colourKernel(bytes: number): ColourKernel {
  loops ??= instantiate({ saturate: saturateFunction(), turnHue: turnHueFunction() });
  return { ...loops.call, memory: loops.room(bytes) };
}
