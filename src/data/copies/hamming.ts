import {
  type Code,
  addBytes,
  addPairs8,
  advance,
  bitsOfBytes,
  constant,
  dot,
  get,
  growTo,
  load,
  loopWhileBelow,
  narrowTo16,
  narrowTo8,
  set,
  simdModule,
  splat,
  storeLane,
  subtractBytes,
  exclusiveOr,
} from "../simd.ts";
import { words } from "./descriptors.ts";

const bytes = words * 4;
const atATime = 4;
/** Bits of 256 in which the descriptors of one corner may differ. */
const mostBits = 72;
const limit = mostBits + 1;

/** Closeness of every descriptor to every other. */
export interface Closeness {
  /** Numbers of 32 bits from the start of a row to the next one. */
  readonly stride: number;
  /** Bytes of four columns each, [rows, stride]: by how many bits fewer than `mostBits` + 1 they differ, 0 where by more. Good until the next call. */
  readonly fours: Uint32Array;
}

let opened: Loops | undefined;

/** Compares descriptors [rows, 8] and [columns, 8]; `flip` exchanges the halves of the second. */
export function hammingCloseness(
  rows: Uint32Array,
  columns: Uint32Array,
  { flip }: { readonly flip: boolean },
): Closeness {
  const loops = (opened ??= closenessLoops());
  const stride = Math.ceil(columns.length / words / atATime) * atATime;
  const second = rows.byteLength;
  const out = second + stride * bytes;
  const count = rows.length / words;
  growTo(loops.memory, out + count * stride);
  const memory = new Uint32Array(loops.memory.buffer);
  memory.set(rows);
  const start = second / 4;
  if (flip) for (let i = 0; i < columns.length; i++) memory[start + (i ^ (words / 2))] = columns[i]!;
  else memory.set(columns, start);
  // Columns that only fill up a four are far from everything.
  memory.fill(0, start + columns.length, out / 4);
  if (count > 0 && stride > 0) loops.closeness(0, second, second, out);
  return { stride: stride / 4, fours: memory.subarray(out / 4, (out + count * stride) / 4) };
}

interface Loops {
  readonly memory: WebAssembly.Memory;
  closeness(rows: number, rowsEnd: number, columns: number, out: number): void;
}

/** The rows stand from `rows` to `rowsEnd`, the columns, a multiple of four, from there to `out`. */
function closenessLoops(): Loops {
  const [row, rowsEnd, columns, out] = [0, 1, 2, 3];
  const [columnsEnd, column] = [4, 5];
  const [low, high, sum] = [6, 7, 8];
  // Each byte at most 16; as 16-bit numbers then at most 32.
  const difference = (n: number): Code =>
    addPairs8(
      addBytes(
        bitsOfBytes(exclusiveOr(get(low), load(get(column), n * bytes))),
        bitsOfBytes(exclusiveOr(get(high), load(get(column), n * bytes + 16))),
      ),
    );
  const halved = (a: Code, b: Code): Code => addPairs8(narrowTo8(a, b));
  // Four pairs at a time, so that what is left of the sums fills a vector.
  const four = dot(
    halved(halved(difference(0), difference(1)), halved(difference(2), difference(3))),
    splat(0x00010001),
  );
  const packed = narrowTo16(get(sum), get(sum));
  const body = [
    set(columnsEnd, get(out)),
    loopWhileBelow(row, rowsEnd, [
      set(low, load(get(row))),
      set(high, load(get(row), 16)),
      set(column, get(columns)),
      loopWhileBelow(column, columnsEnd, [
        set(sum, four),
        storeLane(get(out), subtractBytes(splat(limit * 0x01010101), narrowTo8(packed, packed)), 0),
        advance(out, constant(atATime)),
        advance(column, constant(atATime * bytes)),
      ]),
      advance(row, constant(bytes)),
    ]),
  ];
  const exported = simdModule({ closeness: { parameters: 4, integers: 2, vectors: 3, body } });
  return exported as unknown as Loops;
}
