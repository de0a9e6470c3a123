import {
  FunctionBuilder,
  type Instance,
  type V128,
  i16x8,
  i32,
  i32x4,
  i8x16,
  instantiate,
  v128,
} from "../../simd/index.ts";
import { words } from "./descriptors.ts";

const bytes = words * 4;
const atATime = 4;
/**
 * Bits of 256 in which the descriptors of one corner may differ: 97% of the corners that two views of a photograph share differ by fewer.
 * So do 97% of the nearest ones in an unlike image (8 synthetic photographs, one-off): the common map tells them apart, not this limit.
 */
const maxBits = 72;
const limit = maxBits + 1;

/** Closeness of every descriptor to every other. */
export interface Closeness {
  /** Numbers of 32 bits from the start of a row to the next one. */
  readonly stride: number;
  /** Bytes of four columns each, [rows, stride]: by how many bits fewer than `maxBits` + 1 they differ, 0 where by more. Good until the next call. */
  readonly fours: Uint32Array;
}

let opened: Instance<"closeness"> | undefined;

/** Compares descriptors [rows, 8] and [columns, 8]; `flip` exchanges the halves of the second. */
export function hammingCloseness(
  rows: Uint32Array,
  columns: Uint32Array,
  { flip }: { readonly flip: boolean },
): Closeness {
  opened ??= instantiate({ closeness: closenessFunction() });
  const stride = Math.ceil(columns.length / words / atATime) * atATime;
  const second = rows.byteLength;
  const out = second + stride * bytes;
  const count = rows.length / words;
  const memory = new Uint32Array(opened.room(out + count * stride));
  memory.set(rows);
  const start = second / 4;
  if (flip) for (let i = 0; i < columns.length; i++) memory[start + (i ^ (words / 2))] = columns[i] ?? 0;
  else memory.set(columns, start);
  // Columns that only fill up a four are far from everything.
  memory.fill(0, start + columns.length, out / 4);
  if (count > 0 && stride > 0) opened.call.closeness(0, second, second, out);
  return { stride: stride / 4, fours: memory.subarray(out / 4, (out + count * stride) / 4) };
}

/** (rows, rowsEnd, columns, out): the rows stand from `rows` to `rowsEnd`, the columns, a multiple of four, from there to `out`. */
function closenessFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [row, rowsEnd, columns, out] = f.parameters(4);
  const [columnsEnd, column] = f.locals("i32", 2);
  const [low, high, sum] = f.locals("v128", 3);
  // Each byte at most 16; as 16-bit numbers then at most 32.
  const difference = (n: number): V128 =>
    i16x8.extaddPairwiseI8x16U(
      i8x16.add(
        i8x16.popcnt(v128.xor(low, v128.load(column, n * bytes))),
        i8x16.popcnt(v128.xor(high, v128.load(column, n * bytes + 16))),
      ),
    );
  const halved = (a: V128, b: V128): V128 => i16x8.extaddPairwiseI8x16U(i8x16.narrowI16x8U(a, b));
  // Four pairs at a time, so that what is left of the sums fills a vector.
  const four = i32x4.dotI16x8S(
    halved(halved(difference(0), difference(1)), halved(difference(2), difference(3))),
    0x00010001,
  );
  const packed = i16x8.narrowI32x4S(sum, sum);
  f.set(columnsEnd, out);
  f.doWhile(i32.ltU(row, rowsEnd), () => {
    f.set(low, v128.load(row));
    f.set(high, v128.load(row, 16));
    f.set(column, columns);
    f.doWhile(i32.ltU(column, columnsEnd), () => {
      f.set(sum, four);
      const closeness = i8x16.subSatU(i32x4.const(limit * 0x01010101), i8x16.narrowI16x8U(packed, packed));
      f.storeLane32(out, closeness, { lane: 0 });
      f.advance(out, atATime);
      f.advance(column, atATime * bytes);
    });
    f.advance(row, bytes);
  });
  return f;
}
