import {
  FunctionBuilder,
  type Instance,
  type V128,
  i16x8,
  i32,
  i8x16,
  instantiate,
  upTo16,
  v128,
} from "../../../simd/index.ts";

/** Pixels at a time. */
const lanes = 8;

let opened: Instance<"blur"> | undefined;

/** Each byte as [1 2 3 4 3 2 1] / 16, to the nearest, of those up to 3 steps before and after it; beyond the ends lies nothing of meaning. */
export function blurAlong(data: Uint8Array, step: number): Uint8Array {
  opened ??= instantiate({ blur: blurFunction() });
  const border = upTo16(3 * step);
  const out = upTo16(2 * border + data.length + lanes);
  const buffer = opened.room(out + data.length + lanes);
  new Uint8Array(buffer, border, data.length).set(data);
  opened.call.blur(border, border + data.length, step, out);
  return new Uint8Array(buffer, out, data.length).slice();
}

/** (from, end, step, out): eight bytes at a time from `from` to `end`. */
function blurFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [from, end, step, out] = f.parameters(4);
  const two = f.keep(i32.mul(step, 2));
  const three = f.keep(i32.mul(step, 3));
  const [middle, near, sum] = f.locals("v128", 3);
  const both = (distance: typeof step): V128 =>
    i16x8.add(v128.load8x8U(i32.sub(from, distance)), v128.load8x8U(i32.add(from, distance)));
  f.doWhile(i32.ltU(from, end), () => {
    f.set(near, both(step));
    f.set(middle, both(two));
    f.set(sum, i16x8.add(both(three), i16x8.shl(i16x8.add(middle, near), 1)));
    f.set(sum, i16x8.add(i16x8.add(sum, near), i16x8.shl(v128.load8x8U(from), 2)));
    f.set(sum, i16x8.shrU(i16x8.add(sum, i16x8.const(8)), 4));
    f.storeLane64(out, i8x16.narrowI16x8U(sum, sum), { lane: 0 });
    f.advance(from, lanes);
    f.advance(out, lanes);
  });
  return f;
}
