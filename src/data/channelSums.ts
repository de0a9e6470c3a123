import {
  type Code,
  add32,
  addPairs16,
  addPairs8,
  advance,
  constant,
  dot,
  get,
  growTo,
  load,
  loopWhileBelow,
  lowerWidened,
  set,
  shuffle,
  simdModule,
  store,
  upperWidened,
} from "./simd.ts";

interface SumsKernel {
  readonly memory: WebAssembly.Memory;
  /** Adds up bytes [from, end), a multiple of 48; writes four partial sums of each of R, G, B, R², G², B² to `target`. */
  sums(from: number, end: number, target: number): void;
}

// Sixteen pixels at a time, so that each channel fills a register.
const group = 48;
// Fewer than 16,512 groups: a lane of 32 bits takes four squares of bytes from each.
const partBytes = group * 2048;
const tableBytes = 6 * 16;

/** Sixteen values of one channel from three registers of pixels. */
function channelOf(channel: number, [v0, v1, v2]: readonly [Code, Code, Code]): Code {
  const places = Array.from({ length: 16 }, (_, i) => 3 * i + channel);
  const early = shuffle(
    v0,
    v1,
    places.map((place) => Math.min(place, 31)),
  );
  return shuffle(
    early,
    v2,
    places.map((place, i) => (place < 32 ? i : place - 16)),
  );
}

function sumsBody(): Code {
  const [from, end, target] = [0, 1, 2];
  const pixels = [3, 4, 5] as const;
  const value = 6;
  const [sums, squares] = [
    [7, 8, 9],
    [10, 11, 12],
  ] as const;
  const registers = pixels.map(get) as [Code, Code, Code];
  const squared = (half: Code): Code => dot(half, half);
  return [
    loopWhileBelow(from, end, [
      pixels.map((local, i) => set(local, load(get(from), 16 * i))),
      [0, 1, 2].map((c) => [
        set(value, channelOf(c, registers)),
        set(sums[c]!, add32(get(sums[c]!), addPairs16(addPairs8(get(value))))),
        set(squares[c]!, add32(get(squares[c]!), squared(lowerWidened(get(value))))),
        set(squares[c]!, add32(get(squares[c]!), squared(upperWidened(get(value))))),
      ]),
      advance(from, constant(group)),
    ]),
    [...sums, ...squares].map((local) => [store(get(target), get(local)), advance(target, constant(16))]),
  ];
}

let kernel: SumsKernel | undefined;

function openKernel(): SumsKernel {
  const functions = { sums: { parameters: 3, integers: 0, vectors: 10, body: sumsBody() } };
  const opened = simdModule(functions) as unknown as SumsKernel;
  growTo(opened.memory, tableBytes + partBytes);
  return opened;
}

/** Sums and sums of squares of R, G, B of a picture: [ΣR, ΣG, ΣB, ΣR², ΣG², ΣB²], exact. */
export function channelSumsOf(bytes: Uint8Array): Float64Array {
  kernel ??= openKernel();
  const memory = new Uint8Array(kernel.memory.buffer);
  const table = new Uint32Array(kernel.memory.buffer, 0, tableBytes / 4);
  const totals = new Float64Array(6);
  for (let from = 0; from < bytes.length; from += partBytes) {
    const part = bytes.subarray(from, from + partBytes);
    const whole = Math.ceil(part.length / group) * group;
    memory.set(part, tableBytes);
    memory.fill(0, tableBytes + part.length, tableBytes + whole);
    kernel.sums(tableBytes, tableBytes + whole, 0);
    table.forEach((sum, i) => (totals[Math.floor(i / 4)]! += sum));
  }
  return totals;
}
