// The loop of changing stains, two pixels at a time. Densities are worked out in float64, each step rounded by itself, hence the
// same bits on every engine.
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

/** Works on its own memory, of which the caller lays out what follows the tables and factors. */
interface StainKernel {
  readonly memory: ArrayBuffer;
  /** Changes pixels [pixels, end), by twos. */
  change(pixels: number, end: number): void;
}

/** Levels are looked up by densities of 1 / perDensity, from 0 to under the last of them; beyond it is 0. */
export const perDensity = 1024;
export const levelCount = 8 * perDensity;

const densitiesAt = 0;
const levelsAt = 256 * 8;
/** Where three times four doubles begin: of the new density of each channel the factors of the old ones, and a constant. */
export const factorsAt = levelsAt + levelCount + 16;
/** Where the caller's part begins. */
export const stainStart = factorsAt + 12 * 8;

const channels = [0, 1, 2] as const;

function changeFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [pixels, end] = f.parameters(2);
  const old = f.locals("v128", 3);
  const places = f.locals("v128", 3);
  const rows = channels.map(() => f.locals("v128", 4));
  for (const [channel, row] of rows.entries())
    for (const [i, factor] of row.entries())
      // Counted in steps of the table, which are of a power of two: no rounding is another one.
      f.set(factor, f64x2.mul(v128.load64Splat(0, factorsAt + (channel * 4 + i) * 8), perDensity));
  const densityAt = (offset: number): I32 => i32.mul(i32.load8U(pixels, offset), 8);
  f.doWhile(i32.ltU(pixels, end), () => {
    for (const channel of channels) {
      f.set(old[channel], v128.load64Splat(densityAt(channel), densitiesAt));
      f.set(
        old[channel],
        v128.load64Lane(densityAt(channel + 3), old[channel], { lane: 1, offset: densitiesAt }),
      );
    }
    for (const [channel, row] of rows.entries()) f.set(places[channel] ?? old[0], placesOf(old, row));
    // Red and green of both pixels: one vector.
    f.set(places[0], i32x4.shuffle(places[0], places[1], [0, 4, 1, 5]));
    for (const [channel, from, lane] of [
      [0, places[0], 0],
      [1, places[0], 1],
      [2, places[2], 0],
      [3, places[0], 2],
      [4, places[0], 3],
      [5, places[2], 1],
    ] as const)
      f.store8(pixels, i32.load8U(i32x4.extractLane(from, lane), levelsAt), channel);
    f.advance(pixels, 6);
  });
  return f;
}

/** Where in the table of levels the new densities of two pixels are, in the first lanes. */
function placesOf(
  [r, g, b]: readonly [V128Local, V128Local, V128Local],
  [red, green, blue, constant]: readonly [V128Local, V128Local, V128Local, V128Local],
): V128 {
  const { add, mul } = f64x2;
  const density = add(add(add(mul(red, r), mul(green, g)), mul(blue, b)), constant);
  const place = i32x4.truncSatF64x2SZero(add(density, 0.5));
  return i32x4.maxS(i32x4.minS(place, i32x4.const(levelCount)), i32x4.const(0));
}

let loops: Instance<"change"> | undefined;

/** What the kernel looks up: the density of each level, and levels by density. */
interface StainTables {
  readonly densities: Float64Array;
  readonly levels: Uint8Array;
}

/** The kernel of this thread, whose memory has at least that many bytes; it begins with the tables. */
export function stainKernel({ densities, levels }: StainTables, bytes: number): StainKernel {
  if (!loops) {
    loops = instantiate({ change: changeFunction() });
    const memory = loops.room(stainStart);
    new Float64Array(memory, densitiesAt, 256).set(densities);
    new Uint8Array(memory, levelsAt, levelCount).set(levels);
  }
  return { ...loops.call, memory: loops.room(bytes) };
}
