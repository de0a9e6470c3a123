import { type Code, unsigned } from "./encode.ts";
import { type I32, type V128, type StackValue, codeOf, integer, vector128 } from "./values.ts";

// The instructions that compute a value (WebAssembly Core 2.0, §5.4), by the specification's names; loads take a byte offset.

/** Lanes of floats or of integers; a number stands for a constant in all lanes. */
type Lanes = V128 | number;
type Lift = (operand: Lanes) => Code;

const binary =
  (code: number) =>
  (a: I32, b: I32): StackValue<"i32"> =>
    integer(codeOf(a), codeOf(b), code);

const simd = (code: number, ...operands: Code[]): V128 => vector128(operands, 0xfd, unsigned(code));
const load =
  (code: number, alignment: number) =>
  (address: I32, offset = 0): V128 =>
    vector128(codeOf(address), 0xfd, unsigned(code), alignment, unsigned(offset));
const loadLane =
  (code: number, alignment: number) =>
  (address: I32, value: V128, { lane, offset = 0 }: { lane: number; offset?: number }): V128 =>
    vector128(codeOf(address), value.code, 0xfd, unsigned(code), alignment, unsigned(offset), lane);

const constant = (bytes: Iterable<number>): V128 => vector128(0xfd, unsigned(12), [...bytes]);
const floats = (...values: readonly number[]): V128 =>
  constant(new Uint8Array(Float32Array.from(values).buffer));
const doubles = (value: number): V128 => constant(new Uint8Array(Float64Array.of(value, value).buffer));
const integers = (...values: readonly number[]): V128 =>
  constant(new Uint8Array(Int32Array.from(values).buffer));
const floatLanes: Lift = (x) => codeOf(typeof x === "number" ? floats(x, x, x, x) : x);
const doubleLanes: Lift = (x) => codeOf(typeof x === "number" ? doubles(x) : x);
const integerLanes: Lift = (x) => codeOf(typeof x === "number" ? integers(x, x, x, x) : x);

const unaryOf = (code: number) => (value: V128) => simd(code, codeOf(value));
const binaryOf = (code: number, lift: Lift) => (a: Lanes, b: Lanes) => simd(code, lift(a), lift(b));
const bitsOf = (code: number) => (a: V128, b: V128) => simd(code, codeOf(a), codeOf(b));
const shiftOf = (code: number) => (value: V128, bits: I32) => simd(code, codeOf(value), codeOf(bits));

const shuffle = (a: V128, b: V128, bytes: readonly number[]): V128 =>
  vector128(codeOf(a), codeOf(b), 0xfd, unsigned(13), bytes);

const add = binary(0x6a);
const mul = binary(0x6c);
const ltS = binary(0x48);
const gtS = binary(0x4a);
/** `yes` where the condition is not 0. Both are computed. */
const select = (yes: I32, no: I32, condition: I32): StackValue<"i32"> =>
  integer(codeOf(yes), codeOf(no), codeOf(condition), 0x1b);

export const i32 = {
  add: (first: I32, second: I32, ...rest: readonly I32[]): StackValue<"i32"> =>
    rest.reduce<StackValue<"i32">>(add, add(first, second)),
  sub: binary(0x6b),
  mul,
  divS: binary(0x6d),
  divU: binary(0x6e),
  remS: binary(0x6f),
  remU: binary(0x70),
  and: binary(0x71),
  /** Keeps the sign. */
  shrS: binary(0x75),
  eqz: (value: I32): StackValue<"i32"> => integer(codeOf(value), 0x45),
  ltS,
  ltU: binary(0x49),
  gtS,
  geS: binary(0x4e),
  geU: binary(0x4f),
  select,
  /** The smaller, signed. Runs both operands twice. */
  min: (a: I32, b: I32): StackValue<"i32"> => select(a, b, ltS(a, b)),
  /** The larger, signed. Runs both operands twice. */
  max: (a: I32, b: I32): StackValue<"i32"> => select(a, b, gtS(a, b)),
  load: (address: I32, offset = 0): StackValue<"i32"> => integer(codeOf(address), 0x28, 2, unsigned(offset)),
  load8U: (address: I32, offset = 0): StackValue<"i32"> =>
    integer(codeOf(address), 0x2d, 0, unsigned(offset)),
} as const;

/** The address of element `index` of an array at `base`; elements of `bytes` bytes. */
export const elementAt = (base: I32, index: I32, bytes = 4): StackValue<"i32"> =>
  add(base, mul(index, bytes));

/** The number of element [row, column] of a matrix whose rows have `width` elements. */
export const flatIndex = (row: I32, width: I32, column: I32): StackValue<"i32"> =>
  add(mul(row, width), column);

export const v128 = {
  load: load(0, 2),
  /** Eight bytes as 16-bit lanes. */
  load8x8U: load(2, 0),
  /** One 32-bit number in all lanes. */
  load32Splat: load(9, 2),
  /** One 64-bit number in both lanes. */
  load64Splat: load(10, 3),
  /** Four bytes, the rest zero. */
  load32Zero: load(92, 0),
  /** `value` with one of its 32-bit lanes loaded. */
  load32Lane: loadLane(86, 2),
  /** `value` with one of its 64-bit lanes loaded. */
  load64Lane: loadLane(87, 3),
  and: bitsOf(78),
  /** Bits of the first where the second has none. */
  andNot: bitsOf(79),
  or: bitsOf(80),
  xor: bitsOf(81),
  /** 1 where any bit is set, else 0. */
  anyTrue: (value: V128): StackValue<"i32"> => integer(value.code, 0xfd, unsigned(83)),
  /** Bits of yes where mask is 1. */
  bitSelect: (yes: V128, no: V128, mask: V128): V128 => simd(82, codeOf(yes), codeOf(no), codeOf(mask)),
} as const;

export const f32x4 = {
  const: (value: number): V128 => floats(value, value, value, value),
  eq: binaryOf(65, floatLanes),
  ne: binaryOf(66, floatLanes),
  lt: binaryOf(67, floatLanes),
  gt: binaryOf(68, floatLanes),
  le: binaryOf(69, floatLanes),
  floor: unaryOf(0x68),
  nearest: unaryOf(0x6a),
  abs: unaryOf(0xe0),
  neg: unaryOf(0xe1),
  sqrt: unaryOf(0xe3),
  add: binaryOf(0xe4, floatLanes),
  sub: binaryOf(0xe5, floatLanes),
  mul: binaryOf(0xe6, floatLanes),
  div: binaryOf(0xe7, floatLanes),
  /** b < a ? b : a */
  pmin: binaryOf(0xea, floatLanes),
  /** a < b ? b : a */
  pmax: binaryOf(0xeb, floatLanes),
  convertI32x4S: unaryOf(0xfa),
  /** a·b + c; rounds once or twice, as the processor likes. */
  relaxedMadd: (a: Lanes, b: Lanes, c: Lanes): V128 =>
    simd(0x105, floatLanes(a), floatLanes(b), floatLanes(c)),
} as const;

/** Two lanes of float64. */
export const f64x2 = {
  const: doubles,
  floor: unaryOf(0x75),
  /** All bits of a lane or none. */
  ge: binaryOf(0x4c, doubleLanes),
  add: binaryOf(0xf0, doubleLanes),
  sub: binaryOf(0xf1, doubleLanes),
  mul: binaryOf(0xf2, doubleLanes),
  div: binaryOf(0xf3, doubleLanes),
  /** b < a ? b : a */
  pmin: binaryOf(0xf6, doubleLanes),
  /** a < b ? b : a */
  pmax: binaryOf(0xf7, doubleLanes),
  /** The first two of four lanes. */
  convertLowI32x4S: unaryOf(0xfe),
} as const;

export const i32x4 = {
  const: (value: number): V128 => integers(value, value, value, value),
  constLanes: (a: number, b: number, c: number, d: number): V128 => integers(a, b, c, d),
  splat: (value: I32): V128 => simd(17, codeOf(value)),
  eq: binaryOf(55, integerLanes),
  gtS: binaryOf(59, integerLanes),
  add: binaryOf(0xae, integerLanes),
  sub: binaryOf(0xb1, integerLanes),
  mul: binaryOf(0xb5, integerLanes),
  minS: binaryOf(0xb6, integerLanes),
  maxS: binaryOf(0xb8, integerLanes),
  shl: shiftOf(0xab),
  shrS: shiftOf(0xac),
  shrU: shiftOf(0xad),
  truncSatF32x4S: unaryOf(0xf8),
  /** Two doubles cut off to whole numbers, the nearest that fit; then two zeros. */
  truncSatF64x2SZero: unaryOf(0xfc),
  extractLane: (value: V128, lane: number): StackValue<"i32"> =>
    integer(value.code, 0xfd, unsigned(27), lane),
  /** Signed 16-bit lanes multiplied and added by twos. */
  dotI16x8S: binaryOf(0xba, integerLanes),
  /** Unsigned 16-bit lanes added by twos. */
  extaddPairwiseI16x8U: unaryOf(0x7f),
  extendLowI16x8U: unaryOf(0xa9),
  extendHighI16x8U: unaryOf(0xaa),
  /** Products of the first four 16-bit lanes, unsigned. */
  extmulLowI16x8U: bitsOf(0xbe),
  /** Products of the last four 16-bit lanes, unsigned. */
  extmulHighI16x8U: bitsOf(0xbf),
  /** The lowest four bytes, unsigned, one a lane. */
  widenBytes: (bytes: V128): V128 => i32x4.extendLowI16x8U(i16x8.extendLowI8x16U(bytes)),
  /** Lanes that hold 0 to 255, as the lowest four bytes. */
  narrowToBytes: (lanes: V128): V128 => {
    const zero = integers(0, 0, 0, 0);
    return i8x16.narrowI16x8U(i16x8.narrowI32x4U(lanes, zero), zero);
  },
  /** Lanes of a, 0 to 3, and of b, 4 to 7. */
  shuffle: (a: V128, b: V128, lanes: readonly number[]): V128 =>
    shuffle(
      a,
      b,
      lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte)),
    ),
} as const;

export const i16x8 = {
  const: (value: number): V128 => i16x8.constLanes(Array.from({ length: 8 }, () => value)),
  constLanes: (values: readonly number[]): V128 => constant(new Uint8Array(Int16Array.from(values).buffer)),
  shl: shiftOf(0x8b),
  shrU: shiftOf(0x8d),
  add: bitsOf(0x8e),
  sub: bitsOf(0x91),
  mul: bitsOf(0x95),
  /** Unsigned bytes added by twos. */
  extaddPairwiseI8x16U: unaryOf(0x7d),
  extendLowI8x16U: unaryOf(0x89),
  extendHighI8x16U: unaryOf(0x8a),
  /** Signed 32 bits to signed 16, the nearest that fits. */
  narrowI32x4S: bitsOf(0x85),
  /** Signed 32 bits to unsigned 16, the nearest that fits. */
  narrowI32x4U: bitsOf(0x86),
} as const;

export const i8x16 = {
  const: (bytes: readonly number[]): V128 => constant(bytes),
  add: bitsOf(0x6e),
  /** Unsigned a + b, 255 where that is more. */
  addSatU: bitsOf(0x70),
  /** Unsigned a - b, 0 where b is larger. */
  subSatU: bitsOf(0x73),
  /** The smaller, unsigned. */
  minU: bitsOf(0x77),
  /** The larger, unsigned. */
  maxU: bitsOf(0x79),
  /** All bits of a byte or none, unsigned. */
  gtU: bitsOf(0x28),
  /** The lowest byte in all lanes. */
  splat: (value: I32): V128 => simd(15, codeOf(value)),
  /** Bits set in each byte. */
  popcnt: unaryOf(0x62),
  /** Signed 16 bits to unsigned 8, the nearest that fits. */
  narrowI16x8U: bitsOf(0x66),
  /** Bytes of a, 0 to 15, and of b, 16 to 31. */
  shuffle,
  /** Bytes of `value` by index; 0 for an index of 16 or more. */
  swizzle: bitsOf(0x0e),
} as const;
