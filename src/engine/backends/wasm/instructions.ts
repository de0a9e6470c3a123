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
    address, value, 0xfd, unsigned(code), alignment, unsigned(offset), lane,
  ];

const floatBytes = (...values: number[]): number[] => [...new Uint8Array(new Float32Array(values).buffer)];
const intBytes = (...values: number[]): number[] => [...new Uint8Array(new Int32Array(values).buffer)];

export const i32 = {
  const: (value: number): Code => [0x41, signed(value)],
  add: op(0x6a) as Instruction, sub: op(0x6b) as Instruction, mul: op(0x6c) as Instruction, divS: op(0x6d) as Instruction, divU: op(0x6e) as Instruction, remS: op(0x6f) as Instruction, remU: op(0x70) as Instruction,
  and: op(0x71) as Instruction, or: op(0x72) as Instruction, eqz: op(0x45) as Instruction, ne: op(0x47) as Instruction, ltS: op(0x48) as Instruction, ltU: op(0x49) as Instruction, gtS: op(0x4a) as Instruction, geU: op(0x4f) as Instruction, geS: op(0x4e) as Instruction,
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
  load: access(0, 2) as Load,
  /** One float, in all lanes. */
  loadSplat: access(9, 2) as Load,
  /** Four bytes, the rest zero. */
  loadFour: access(92, 0) as Load,
  store: storing(11, 2) as Store,
  storeLane32: storingLane(90, 0) as StoreLane,
  storeLane64: storingLane(91, 0) as StoreLane,
  const: (...four: [number, number, number, number]): Code => [0xfd, unsigned(12), floatBytes(...four)],
  splatConst: (value: number): Code => [0xfd, unsigned(12), floatBytes(value, value, value, value)],
  and: simd(78) as Instruction, andNot: simd(79) as Instruction, or: simd(80) as Instruction, xor: simd(81) as Instruction,
  /** Bits of yes where mask is 1. */
  bitSelect: (yes: Code, no: Code, mask: Code): Code => [yes, no, mask, 0xfd, unsigned(82)],
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code => [a, b, 0xfd, unsigned(13), lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte))],
} as const;

export const f32x4 = {
  equal: simd(65) as Instruction, lt: simd(67) as Instruction, gt: simd(68) as Instruction,
  floor: simd(0x68) as Instruction, nearest: simd(0x6a) as Instruction, abs: simd(0xe0) as Instruction, neg: simd(0xe1) as Instruction, sqrt: simd(0xe3) as Instruction,
  add: simd(0xe4) as Instruction, sub: simd(0xe5) as Instruction, mul: simd(0xe6) as Instruction, div: simd(0xe7) as Instruction,
  /** b < a ? b : a */
  pmin: simd(0xea) as Instruction,
  /** a < b ? b : a */
  pmax: simd(0xeb) as Instruction,
  fromInt: simd(0xfa) as Instruction,
  fromUnsigned: simd(0xfb) as Instruction,
  /** a·b + c; rounds once or twice, as the processor likes. */
  relaxedMadd: simd(0x105) as Instruction,
} as const;

export const i32x4 = {
  splat: simd(17) as Instruction,
  const: (...four: [number, number, number, number]): Code => [0xfd, unsigned(12), intBytes(...four)],
  splatConst: (value: number): Code => [0xfd, unsigned(12), intBytes(value, value, value, value)],
  add: simd(0xae) as Instruction, sub: simd(0xb1) as Instruction, mul: simd(0xb5) as Instruction,
  shl: simd(0xab) as Instruction, shrS: simd(0xac) as Instruction, shrU: simd(0xad) as Instruction,
  fromFloat: simd(0xf8) as Instruction,
  extract: (value: Code, lane: number): Code => [value, 0xfd, unsigned(27), lane],
  /** The lowest four bytes, widened. */
  widenBytes: (value: Code): Code => [value, 0xfd, unsigned(0x89), 0xfd, unsigned(0xa9)],
  /** To 16 and then 8 bits; the result is in the lowest four bytes. */
  narrowToBytes: (value: Code): Code => {
    const halves: Code = [value, v128.splatConst(0), 0xfd, unsigned(0x86)];
    return [halves, v128.splatConst(0), 0xfd, unsigned(0x66)];
  },
} as const;
