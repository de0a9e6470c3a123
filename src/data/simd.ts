// Small loops as WebAssembly SIMD (WebAssembly Core 2.0, §5.4), written down in its binary form.

/** Instructions in their binary form, nested as they were composed. */
export type Code = readonly (number | Code)[];

/** Its parameters are 32-bit integers and take the first locals; `integers` more follow, then `vectors` of 128 bits. It returns nothing. */
export interface SimdFunction {
  readonly parameters: number;
  readonly integers: number;
  readonly vectors: number;
  readonly body: Code;
}

/** Signed LEB128. */
function leb(value: number): number[] {
  const low = value & 127;
  const rest = value >> 7;
  return (rest === 0 && low < 64) || (rest === -1 && low >= 64) ? [low] : [low | 128, ...leb(rest)];
}

/** Unsigned LEB128 of a number below 2^14. */
const index = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, value >> 7]);

export const get = (local: number): Code => [0x20, local];
export const set = (local: number, value: Code): Code => [value, 0x21, local];
export const constant = (value: number): Code => [0x41, leb(value)];
export const plus = (a: Code, b: Code): Code => [a, b, 0x6a];
export const advance = (local: number, by: Code): Code => set(local, plus(get(local), by));
export const loadInteger = (address: Code): Code => [address, 0x28, 0, 0];
/** Runs at least once, and again while local a < local b. */
export const loopWhileBelow = (a: number, b: number, body: Code): Code => [
  [0x03, 0x40, body],
  [get(a), get(b), 0x49, 0x0d, 0, 0x0b],
];

const vector = (code: number, ...operands: Code[]): Code => [operands, 0xfd, index(code)];
const access = (code: number, address: Code, offset: number): Code => [
  address,
  0xfd,
  index(code),
  0,
  index(offset),
];

export const load = (address: Code, offset = 0): Code => access(0x00, address, offset);
/** Eight bytes as 16-bit numbers. */
export const loadEightWidened = (address: Code, offset = 0): Code => access(0x02, address, offset);
/** One 32-bit number in all four lanes. */
export const loadSplat = (address: Code, offset = 0): Code => access(0x09, address, offset);
export const store = (address: Code, value: Code): Code => [address, value, 0xfd, 0x0b, 0, 0];
/** Writes one of four 32-bit lanes. */
export const storeLane = (address: Code, value: Code, lane: number): Code => [
  [address, value, 0xfd, index(0x5a)],
  [0, 0, lane],
];
export const splat = (value: number): Code => vector(0x11, constant(value));
/** The 16 bytes themselves. */
export const bytes16 = (bytes: readonly number[]): Code => [0xfd, 0x0c, bytes];
/** Bytes of a, 0 to 15, and of b, 16 to 31. */
export const shuffle = (a: Code, b: Code, bytes: readonly number[]): Code => [a, b, 0xfd, 0x0d, bytes];
/** Bytes of `value` by place; 0 for a place of 128 or more. */
export const swizzle = (value: Code, places: Code): Code => vector(0x0e, value, places);
/** 32-bit lanes, modulo 2^32. */
export const add32 = (a: Code, b: Code): Code => vector(0xae, a, b);
export const shiftLeft32 = (value: Code, bits: number): Code => [value, constant(bits), 0xfd, index(0xab)];
export const shiftRight32 = (value: Code, bits: number): Code => [value, constant(bits), 0xfd, index(0xac)];
export const exclusiveOr = (a: Code, b: Code): Code => vector(0x51, a, b);
/** Bits set in each byte. */
export const bitsOfBytes = (bytes: Code): Code => vector(0x62, bytes);
/** Bytes, modulo 256. */
export const addBytes = (a: Code, b: Code): Code => vector(0x6e, a, b);
/** Unsigned bytes, 0 where the second is larger. */
export const subtractBytes = (a: Code, b: Code): Code => vector(0x73, a, b);
/** Signed 16-bit lanes, multiplied and added by twos to 32 bits. */
export const dot = (a: Code, b: Code): Code => vector(0xba, a, b);
export const lowerWidened = (bytes: Code): Code => vector(0x89, bytes);
export const upperWidened = (bytes: Code): Code => vector(0x8a, bytes);
/** Unsigned 16-bit lanes added by twos to 32 bits. */
export const addPairs16 = (value: Code): Code => vector(0x7f, value);
/** Unsigned bytes added by twos to 16 bits. */
export const addPairs8 = (bytes: Code): Code => vector(0x7d, bytes);
/** Signed 32 bits to signed 16, the nearest that fits. */
export const narrowTo16 = (a: Code, b: Code): Code => vector(0x85, a, b);
/** Signed 16 bits to unsigned 8, the nearest that fits. */
export const narrowTo8 = (a: Code, b: Code): Code => vector(0x66, a, b);

const flat = (code: Code): number[] =>
  code.flatMap((part) => (typeof part === "number" ? [part] : flat(part)));

const sized = (content: Code): Code => {
  const bytes = flat(content);
  return [index(bytes.length), bytes];
};
const text = (name: string): Code => sized(Array.from(name, (letter) => letter.charCodeAt(0)));
const section = (id: number, content: Code): Code => [id, sized(content)];

/** A module that exports the functions by name and a `memory` of its own, one page at first. */
export function simdModule(functions: Readonly<Record<string, SimdFunction>>): WebAssembly.Exports {
  const list = Object.values(functions);
  const [integer, v128] = [0x7f, 0x7b];
  const types = list.map(({ parameters }) => [
    [0x60, parameters],
    Array.from({ length: parameters }, () => integer),
    0,
  ]);
  const exported = Object.keys(functions).map((name, i) => [text(name), 0, i]);
  const bodies = list.map(({ integers, vectors, body }) =>
    sized([2, integers, integer, vectors, v128, body, 0x0b]),
  );
  const code = [
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(1, [list.length, types]),
    section(3, [list.length, list.map((_, i) => i)]),
    section(5, [1, 0, 1]),
    section(7, [list.length + 1, text("memory"), 2, 0, exported]),
    section(10, [list.length, bodies]),
  ];
  return new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(flat(code)))).exports;
}

/** Makes room for so many bytes. */
export function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
}
