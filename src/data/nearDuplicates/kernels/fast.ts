import { at } from "../../../base/index.ts";
import {
  FunctionBuilder,
  type Instance,
  type V128,
  i32,
  i32x4,
  i8x16,
  instantiate,
  upTo16,
  v128,
} from "../../../simd/index.ts";
import type { Grey } from "../grey.ts";

/** The circle of 16 pixels around the tested one (Rosten & Drummond 2006), clockwise from above. */
export const circle: readonly (readonly [x: number, y: number])[] = [
  [0, -3],
  [1, -3],
  [2, -2],
  [3, -1],
  [3, 0],
  [3, 1],
  [2, 2],
  [1, 3],
  [0, 3],
  [-1, 3],
  [-2, 2],
  [-3, 1],
  [-3, 0],
  [-3, -1],
  [-2, -2],
  [-1, -3],
];
/** Grey levels; chosen, not measured: above sensor noise of 3 levels, so that faint cells still have corners. */
const minContrast = 6;
/** Pixels and bytes of a vector. */
const lanes = 16;
/** Room around the image for the circles of pixels at its edges, and of the last vector. */
const reach = 4;

let opened: Instance<"corners"> | undefined;

/**
 * Not 0 for each pixel with nine in a row of its circle (FAST-9, the most repeatable of its kind, Rosten & Drummond 2006) that are all
 * brighter, or all darker, by more than `minContrast`. Of pixels less than 3 from the edge it says nothing. Good until the next call.
 */
export function fastCorners({ width, height, data }: Grey): Uint8Array {
  opened ??= instantiate({ corners: cornersFunction() });
  const border = upTo16(reach * width + lanes);
  const out = upTo16(2 * border + data.length);
  const buffer = opened.room(out + data.length + lanes);
  new Uint8Array(buffer, border, data.length).set(data);
  opened.call.corners(border, border + width * height, width, out);
  return new Uint8Array(buffer, out, data.length);
}

/** (from, end, width, out): 16 pixels at a time from `from` to `end`, of rows of `width` bytes. */
function cornersFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [from, end, width, out] = f.parameters(4);
  const rows = [width, f.keep(i32.mul(width, 2)), f.keep(i32.mul(width, 3))];
  const [high, low, found] = f.locals("v128", 3);
  const beyond = f.locals("v128", circle.length);
  const saved = f.locals("v128", 4);
  const pixel = ([x, y]: readonly [number, number]): V128 => {
    // Offsets of loads are not negative, so the columns are counted from the left.
    const left = i32.sub(from, reach);
    const row = at(rows, Math.max(Math.abs(y), 1) - 1);
    return v128.load(y === 0 ? left : (y < 0 ? i32.sub : i32.add)(left, row), x + reach);
  };
  const brighter = (value: V128): V128 => i8x16.subSatU(value, high);
  const darker = (value: V128): V128 => i8x16.subSatU(low, value);
  /** Replaces each value by the least of it and the one `step` further round. */
  const least = (step: number): void => {
    for (let k = 0; k < step; k++) f.set(at(saved, k), at(beyond, k));
    for (const [k, value] of beyond.entries()) {
      const next = k + step < beyond.length ? at(beyond, k + step) : at(saved, k + step - beyond.length);
      f.set(value, i8x16.minU(value, next));
    }
  };
  const lookFor = (far: (value: V128) => V128): void => {
    for (const [k, value] of beyond.entries()) f.set(value, far(pixel(at(circle, k))));
    // Two in a row, four, eight, nine.
    for (const step of [1, 2, 4, 1]) least(step);
    for (const value of beyond) f.set(found, v128.or(found, value));
  };
  const either = (k: number): V128 => {
    const value = f.keep(pixel(at(circle, k)));
    return v128.or(brighter(value), darker(value));
  };
  f.doWhile(i32.ltU(from, end), () => {
    const centre = f.keep(v128.load(from));
    const contrast = i8x16.const(Array.from({ length: lanes }, () => minContrast));
    f.set(high, i8x16.addSatU(centre, contrast));
    f.set(low, i8x16.subSatU(centre, contrast));
    f.set(found, i32x4.const(0));
    // Nine in a row hold one of each two that face each other; on plain ground no pixel of a vector has both.
    const across = v128.or(either(4), either(12));
    const along = v128.or(either(0), either(8));
    f.when(v128.anyTrue(i8x16.minU(across, along)), () => {
      lookFor(brighter);
      lookFor(darker);
    });
    f.store(out, found);
    f.advance(from, lanes);
    f.advance(out, lanes);
  });
  return f;
}
