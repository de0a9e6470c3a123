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
  exclusiveOr,
} from "../simd.ts";
import { words } from "./descriptors.ts";

const bytes = words * 4;
const atATime = 4;

/** Distances of every descriptor to every other. */
export interface Distances {
  /** Bytes from the start of a row to the next one. */
  readonly stride: number;
  /** Bits that differ, at most 255: [rows, stride]; what stands behind a row's last column has no meaning. Good until the next call. */
  readonly bits: Uint8Array;
}

let opened: Loops | undefined;

/** Counts the bits that differ between descriptors [rows, 8] and [columns, 8]; `flip` exchanges the halves of the second. */
export function hammingDistances(
  rows: Uint32Array,
  columns: Uint32Array,
  { flip }: { readonly flip: boolean },
): Distances {
  const loops = (opened ??= distanceLoops());
  const count = columns.length / words;
  const stride = Math.ceil(count / atATime) * atATime;
  const second = rows.byteLength;
  const out = second + stride * bytes;
  const size = (rows.length / words) * stride;
  growTo(loops.memory, out + size);
  const memory = new Uint32Array(loops.memory.buffer);
  memory.set(rows);
  const start = second / 4;
  if (flip) for (let i = 0; i < columns.length; i++) memory[start + (i ^ (words / 2))] = columns[i]!;
  else memory.set(columns, start);
  if (size > 0) loops.distances(0, second, second, out);
  return { stride, bits: new Uint8Array(loops.memory.buffer, out, size) };
}

interface Loops {
  readonly memory: WebAssembly.Memory;
  distances(rows: number, rowsEnd: number, columns: number, out: number): void;
}

/** The rows stand from `rows` to `rowsEnd`, the columns, a multiple of four, from there to `out`. */
function distanceLoops(): Loops {
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
        storeLane(get(out), narrowTo8(packed, packed), 0),
        advance(out, constant(atATime)),
        advance(column, constant(atATime * bytes)),
      ]),
      advance(row, constant(bytes)),
    ]),
  ];
  const exported = simdModule({ distances: { parameters: 4, integers: 2, vectors: 3, body } });
  return exported as unknown as Loops;
}
