import { type Code, signed, unsigned } from "./assembler.ts";

// Typed spellings of the instructions that the emitters use (WebAssembly Core 2.0, §5.4). Loads and stores take a byte offset.

/** Operands in their order on the stack, in; the instruction after them, out. */
type Instruction = (...operands: Code[]) => Code;
type Load = (address: Code, offset?: number) => Code;
type Store = (address: Code, value: Code, offset?: number) => Code;
type StoreLane = (address: Code, value: Code, at: { lane: number; offset?: number }) => Code;

const op =
  (code: number): Instruction =>
  (...operands) => [operands, code];
const simd =
  (code: number): Instruction =>
  (...operands) => [operands, 0xfd, unsigned(code)];
const access =
  (code: number, alignment: number): Load =>
  (address, offset = 0) => [address, 0xfd, unsigned(code), alignment, unsigned(offset)];
const storing =
  (code: number, alignment: number): Store =>
  (address, value, offset = 0) => [address, value, 0xfd, unsigned(code), alignment, unsigned(offset)];
const storingLane =
  (code: number, alignment: number): StoreLane =>
  (address, value, { lane, offset = 0 }) => [
    address,
    value,
    0xfd,
    unsigned(code),
    alignment,
    unsigned(offset),
    lane,
  ];

const floatBytes = (...values: number[]): number[] => [...new Uint8Array(new Float32Array(values).buffer)];
const intBytes = (...values: number[]): number[] => [...new Uint8Array(new Int32Array(values).buffer)];

export const i32 = {
  const: (value: number): Code => [0x41, signed(value)],
  add: op(0x6a),
  sub: op(0x6b),
  mul: op(0x6c),
  divS: op(0x6d),
  divU: op(0x6e),
  remS: op(0x6f),
  remU: op(0x70),
  and: op(0x71),
  or: op(0x72),
  eqz: op(0x45),
  ne: op(0x47),
  ltS: op(0x48),
  ltU: op(0x49),
  gtS: op(0x4a),
  geU: op(0x4f),
  geS: op(0x4e),
  /** yes when condition is not 0 */
  select: (yes: Code, no: Code, condition: Code): Code => [yes, no, condition, 0x1b],
  load8u: (address: Code, offset = 0): Code => [address, 0x2d, 0, unsigned(offset)],
  store8: (address: Code, value: Code, offset = 0): Code => [address, value, 0x3a, 0, unsigned(offset)],
} as const;

/** Memory between addresses, by the byte. */
export const memory = {
  copy: (to: Code, from: Code, bytes: Code): Code => [to, from, bytes, 0xfc, unsigned(10), 0, 0],
  fill: (to: Code, byte: Code, bytes: Code): Code => [to, byte, bytes, 0xfc, unsigned(11), 0],
} as const;

export const v128 = {
  load: access(0, 2),
  /** One float, in all lanes. */
  loadSplat: access(9, 2),
  /** Four bytes, the rest zero. */
  loadFour: access(92, 0),
  store: storing(11, 2),
  storeLane32: storingLane(90, 0),
  storeLane64: storingLane(91, 0),
  const: (...four: [number, number, number, number]): Code => [0xfd, unsigned(12), floatBytes(...four)],
  splatConst: (value: number): Code => [0xfd, unsigned(12), floatBytes(value, value, value, value)],
  and: simd(78),
  andNot: simd(79),
  or: simd(80),
  xor: simd(81),
  /** Bits of yes where mask is 1. */
  bitSelect: (yes: Code, no: Code, mask: Code): Code => [yes, no, mask, 0xfd, unsigned(82)],
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code => [
    a,
    b,
    0xfd,
    unsigned(13),
    lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte)),
  ],
} as const;

export const f32x4 = {
  equal: simd(65),
  lt: simd(67),
  gt: simd(68),
  floor: simd(0x68),
  nearest: simd(0x6a),
  abs: simd(0xe0),
  neg: simd(0xe1),
  sqrt: simd(0xe3),
  add: simd(0xe4),
  sub: simd(0xe5),
  mul: simd(0xe6),
  div: simd(0xe7),
  /** b < a ? b : a */
  pmin: simd(0xea),
  /** a < b ? b : a */
  pmax: simd(0xeb),
  fromInt: simd(0xfa),
  fromUnsigned: simd(0xfb),
  /** a·b + c; rounds once or twice, as the processor likes. */
  relaxedMadd: simd(0x105),
} as const;

export const i32x4 = {
  splat: simd(17),
  equal: simd(55),
  const: (...four: [number, number, number, number]): Code => [0xfd, unsigned(12), intBytes(...four)],
  splatConst: (value: number): Code => [0xfd, unsigned(12), intBytes(value, value, value, value)],
  add: simd(0xae),
  sub: simd(0xb1),
  mul: simd(0xb5),
  shl: simd(0xab),
  shrS: simd(0xac),
  shrU: simd(0xad),
  fromFloat: simd(0xf8),
  extract: (value: Code, lane: number): Code => [value, 0xfd, unsigned(27), lane],
  /** The lowest four bytes, widened. */
  widenBytes: (value: Code): Code => [value, 0xfd, unsigned(0x89), 0xfd, unsigned(0xa9)],
  /** To 16 and then 8 bits; the result is in the lowest four bytes. */
  narrowToBytes: (value: Code): Code => {
    const halves: Code = [value, v128.splatConst(0), 0xfd, unsigned(0x86)];
    return [halves, v128.splatConst(0), 0xfd, unsigned(0x66)];
  },
} as const;
