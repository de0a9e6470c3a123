import {
  FunctionBuilder,
  type Instance,
  type V128,
  i16x8,
  i32,
  i32x4,
  i8x16,
  instantiate,
  upTo16,
  v128,
} from "../../../simd/index.ts";
import { words } from "../descriptors.ts";

const bytes = words * 4;
const atATime = 4;
/** Bytes of a vector. */
const lanes = 16;
/**
 * Bits of 256 in which the descriptors of one corner may differ: 97% of the corners that two views of a photograph share differ by fewer.
 * So do 97% of the nearest ones in an unlike image (8 synthetic photographs, one-off): the common map tells them apart, not this limit.
 */
const maxBits = 72;
const limit = maxBits + 1;

/** Closeness of every descriptor to every other. */
export interface Closeness {
  /** Bytes from the start of a row to the next one. */
  readonly stride: number;
  /** [rows, stride]: by how many bits fewer than `maxBits` + 1 they differ, 0 where by more. Good until the next call. */
  readonly bytes: Uint8Array;
}

let opened: Instance<"closeness" | "nearest"> | undefined;

/** Where descriptors lie in the memory of the kernels, in bytes. */
interface Layout {
  readonly memory: ArrayBuffer;
  readonly rows: number;
  /** Closeness: [rows, stride], a byte each. */
  readonly out: number;
  /** Bytes of a row. */
  readonly stride: number;
}

function compare(rows: Uint32Array, columns: Uint32Array, flip: boolean): Layout {
  opened ??= instantiate({ closeness: closenessFunction(), nearest: nearestFunction() });
  const stride = upTo16(columns.length / words);
  const second = rows.byteLength;
  const out = second + stride * bytes;
  const count = rows.length / words;
  const buffer = opened.room(out + count * stride + 2 * (stride + count * lanes));
  const memory = new Uint32Array(buffer, 0, out / 4);
  memory.set(rows);
  const start = second / 4;
  if (flip) for (let i = 0; i < columns.length; i++) memory[start + (i ^ (words / 2))] = columns[i] ?? 0;
  else memory.set(columns, start);
  if (count > 0 && stride > 0) opened.call.closeness(0, second, second, out);
  // Columns that only fill up a vector are near to nothing.
  const closeness = new Uint8Array(buffer, out, count * stride);
  const end = columns.length / words;
  if (end < stride) for (let i = 0; i < count; i++) closeness.fill(0, i * stride + end, (i + 1) * stride);
  return { memory: buffer, rows: count, out, stride };
}

/** Compares descriptors [rows, 8] and [columns, 8]; `flip` exchanges the halves of the second. */
export function hammingCloseness(
  rows: Uint32Array,
  columns: Uint32Array,
  { flip }: { readonly flip: boolean },
): Closeness {
  const { memory, rows: count, out, stride } = compare(rows, columns, flip);
  return { stride, bytes: new Uint8Array(memory, out, count * stride) };
}

/** The nearest descriptor of each, by its index: -1 where none is near, the first of equally near ones. */
export interface Nearest {
  readonly ofRow: Int32Array;
  readonly ofColumn: Int32Array;
}

/** The nearest column of each row and the nearest row of each column, of at most 256 each; `flip` exchanges the halves of the columns. */
export function nearestDescriptors(
  rows: Uint32Array,
  columns: Uint32Array,
  { flip }: { readonly flip: boolean },
): Nearest {
  const { memory, rows: count, out, stride } = compare(rows, columns, flip);
  const ofColumn = new Int32Array(columns.length / words).fill(-1);
  const ofRow = new Int32Array(count).fill(-1);
  if (count === 0 || stride === 0) return { ofRow, ofColumn };
  const columnsOut = out + count * stride;
  const rowsOut = columnsOut + 2 * stride;
  const best = new Uint8Array(memory, columnsOut, 2 * stride + 2 * count * lanes);
  best.fill(0, 0, 2 * stride);
  opened?.call.nearest(out, columnsOut, stride, rowsOut);
  for (let j = 0; j < ofColumn.length; j++) if (best[j] !== 0) ofColumn[j] = best[stride + j] ?? 0;
  for (let i = 0; i < count; i++) ofRow[i] = firstClosest(best, 2 * stride + 2 * lanes * i);
  return { ofRow, ofColumn };
}

/** The first column of the highest closeness, from that of each lane and the number of its vector; -1 where all are 0. */
function firstClosest(best: Uint8Array, start: number): number {
  let [closest, first] = [0, -1];
  for (let lane = 0; lane < lanes; lane++) {
    const closeness = best[start + lane] ?? 0;
    const column = (best[start + lanes + lane] ?? 0) * lanes + lane;
    if (closeness > closest || (closeness === closest && column < first))
      [closest, first] = [closeness, column];
  }
  return first;
}

/** (closeness, columns, stride, rowsOut): the best of each column and its row, [2, stride], from `columns` on, and of each lane of each row, [rows, 2, 16]. */
function nearestFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [closeness, columns, stride, rowsOut] = f.parameters(4);
  const end = f.keep(columns);
  const [row, vector, column, columnsEnd] = f.locals("i32", 4);
  const [here, isCloser, best, bestVector] = f.locals("v128", 4);
  f.set(columnsEnd, i32.add(columns, stride));
  f.doWhile(i32.ltU(closeness, end), () => {
    f.set(best, i32x4.const(0));
    f.set(bestVector, i32x4.const(0));
    f.set(vector, 0);
    f.set(column, columns);
    f.doWhile(i32.ltU(column, columnsEnd), () => {
      f.set(here, v128.load(closeness));
      f.set(isCloser, i8x16.gtU(here, best));
      f.set(best, i8x16.maxU(here, best));
      f.set(bestVector, v128.bitSelect(i8x16.splat(vector), bestVector, isCloser));
      f.set(isCloser, i8x16.gtU(here, v128.load(column)));
      f.store(column, i8x16.maxU(here, v128.load(column)));
      const rowOfBest = i32.add(column, stride);
      f.store(rowOfBest, v128.bitSelect(i8x16.splat(row), v128.load(rowOfBest), isCloser));
      f.advance(vector, 1);
      f.advance(column, lanes);
      f.advance(closeness, lanes);
    });
    f.store(rowsOut, best);
    f.store(rowsOut, bestVector, lanes);
    f.advance(rowsOut, 2 * lanes);
    f.advance(row, 1);
  });
  return f;
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
