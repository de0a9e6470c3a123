import { type Tuple, fault } from "../base/index.ts";
import { type Code, flattenCode, sized, unsigned, vector } from "./encode.ts";
import { i32, i32x4, v128 } from "./instructions.ts";
import {
  type I32,
  type I32Local,
  type I32Locals,
  type Local,
  type V128,
  type V128Local,
  type ValueType,
  codeOf,
  localOf,
  recordOf,
} from "./values.ts";

const TYPE_BYTES = { i32: 0x7f, v128: 0x7b } as const;
const EMPTY_BLOCK = 0x40;
const [BLOCK, LOOP, IF, ELSE, END, BRANCH, BRANCH_IF, CALL] = [
  0x02, 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0d, 0x10,
] as const;

/** What a loop counts: index = from; index < to; index += step, signed. */
export interface LoopRange {
  /** The local that counts. @default a new one */
  readonly index?: I32Local;
  /** @default 0 */
  readonly from?: I32;
  /** Asked before every pass. */
  readonly to: I32;
  /** @default 1 */
  readonly step?: number;
  /** What moves along, after every pass. @default nothing */
  readonly moves?: readonly Move[];
}

/** A local that a loop moves by a number of bytes (or of anything else) after every pass. */
export interface Move {
  readonly local: I32Local;
  readonly by: number;
}

/** `local` moves by `amount` after every pass. */
export const by = (local: I32Local, amount: number): Move => ({ local, by: amount });

/** One function under construction. Its parameters are i32; it returns nothing. Methods append instructions. */
export class FunctionBuilder {
  private count = 0;
  private readonly types: ValueType[] = [];
  private readonly body: number[] = [];

  get parameterCount(): number {
    return this.count;
  }

  /** Declares the parameters, before any local. */
  parameters<N extends number>(count: N): Tuple<I32Local, N> {
    if (this.types.length > 0 || this.count > 0)
      throw fault("parameters", { expected: "a function without locals", received: "one that has some" });
    this.count = count;
    return tuple(count, (i) => localOf("i32", i));
  }

  local<T extends ValueType>(type: T): Local<T> {
    this.types.push(type);
    return localOf(type, this.count + this.types.length - 1);
  }

  locals<T extends ValueType, M extends number>(type: T, count: M): Tuple<Local<T>, M> {
    return tuple(count, () => this.local(type));
  }

  /** New i32 locals by name, numbered in the order of the names. */
  named<Name extends string>(...names: readonly Name[]): I32Locals<Name> {
    return recordOf(names, () => this.local("i32"));
  }

  set(local: I32Local, value: I32): void;
  set(local: V128Local, value: V128): void;
  set(local: I32Local | V128Local, value: I32 | V128): void {
    this.emit(codeOf(value), 0x21, unsigned(local.index));
  }

  /** A new local that holds `value`. */
  keep(value: I32): I32Local;
  keep(value: V128): V128Local;
  keep(value: I32 | V128): I32Local | V128Local {
    const local = this.local(typeof value === "number" ? "i32" : value.type);
    this.emit(codeOf(value), 0x21, unsigned(local.index));
    return local;
  }

  /** local = the smaller of a value, which is computed once, and a limit, signed. */
  setMin(local: I32Local, value: I32, limit: I32): void {
    this.set(local, value);
    this.set(local, i32.min(local, limit));
  }

  /** A new local that holds the smaller of a value, which is computed once, and a limit, signed. */
  keepMin(value: I32, limit: I32): I32Local {
    const local = this.local("i32");
    this.setMin(local, value, limit);
    return local;
  }

  /** local += amount */
  advance(local: I32Local, amount: number): void {
    if (amount !== 0) this.set(local, i32.add(local, amount));
  }

  /** Advances every local by its amount. */
  move(moves: readonly Move[]): void {
    for (const { local, by: amount } of moves) this.advance(local, amount);
  }

  store(address: I32, value: V128, offset = 0): void {
    this.emit(codeOf(address), value.code, 0xfd, unsigned(11), 2, unsigned(offset));
  }

  /** Loads vectors that lie side by side. */
  loadAll(locals: readonly V128Local[], address: I32, offset = 0): void {
    for (const [n, local] of locals.entries()) this.set(local, v128.load(address, offset + n * 16));
  }

  /** Stores vectors side by side: of the last ones, `lanes` 32-bit lanes in all. @default all lanes */
  storeAll(address: I32, vectors: readonly V128[], offset = 0, lanes = Infinity): void {
    for (const [n, vector] of vectors.entries()) {
      const [left, start] = [lanes - n * 4, offset + n * 16];
      if (left >= 4) this.store(address, vector, start);
      else
        for (let lane = 0; lane < left; lane++)
          this.storeLane32(address, vector, { lane, offset: start + lane * 4 });
    }
  }

  /** Stores the lowest byte of each of the first `lanes` 32-bit lanes side by side, where each holds 0 to 255. */
  storeBytes(
    address: I32,
    value: V128,
    { offset = 0, lanes = 4 }: { offset?: number; lanes?: number },
  ): void {
    if (lanes >= 4) this.storeLane32(address, i32x4.narrowToBytes(value), { lane: 0, offset });
    else
      for (let lane = 0; lane < lanes; lane++)
        this.store8(address, i32x4.extractLane(value, lane), offset + lane);
  }

  /** Stores one 32-bit lane. */
  storeLane32(address: I32, value: V128, { lane, offset = 0 }: { lane: number; offset?: number }): void {
    this.emit(codeOf(address), value.code, 0xfd, unsigned(90), 0, unsigned(offset), lane);
  }

  /** Stores one 64-bit lane. */
  storeLane64(address: I32, value: V128, { lane, offset = 0 }: { lane: number; offset?: number }): void {
    this.emit(codeOf(address), value.code, 0xfd, unsigned(91), 0, unsigned(offset), lane);
  }

  store32(address: I32, value: I32, offset = 0): void {
    this.emit(codeOf(address), codeOf(value), 0x36, 2, unsigned(offset));
  }

  /** Stores the lowest byte. */
  store8(address: I32, value: I32, offset = 0): void {
    this.emit(codeOf(address), codeOf(value), 0x3a, 0, unsigned(offset));
  }

  copyMemory(to: I32, from: I32, bytes: I32): void {
    this.emit(codeOf(to), codeOf(from), codeOf(bytes), 0xfc, unsigned(10), 0, 0);
  }

  fillMemory(to: I32, byte: I32, bytes: I32): void {
    this.emit(codeOf(to), codeOf(byte), codeOf(bytes), 0xfc, unsigned(11), 0);
  }

  /** Runs `inside` `times` (known now) without saying which. */
  repeat(times: number, inside: () => void): void {
    if (times <= 0) return;
    if (times === 1) return inside();
    const left = this.keep(times);
    this.emit(LOOP, EMPTY_BLOCK);
    inside();
    this.emit(codeOf(i32.sub(left, 1)), 0x22, unsigned(left.index), BRANCH_IF, 0, END);
  }

  /** Runs `inside` `times` (known now), and after every pass the moves. */
  walk(times: number, moves: readonly Move[], inside: () => void): void {
    this.repeat(times, () => {
      inside();
      this.move(moves);
    });
  }

  /** Cuts an extent (known now) into parts: runs `inside` once for every whole part, and once for what is left, if anything is. */
  cut(extent: number, part: number, inside: (size: number) => void): void {
    this.repeat(Math.floor(extent / part), () => inside(part));
    if (extent % part > 0) inside(extent % part);
  }

  /** Runs `inside` for each index of a range, which may be empty. */
  loop(
    { index = this.local("i32"), from = 0, to, step = 1, moves = [] }: LoopRange,
    inside: (index: I32Local) => void,
  ): void {
    this.set(index, from);
    this.emit(BLOCK, EMPTY_BLOCK, LOOP, EMPTY_BLOCK);
    this.emit(codeOf(i32.geS(index, to)), BRANCH_IF, 1);
    inside(index);
    this.move([...moves, by(index, step)]);
    this.emit(BRANCH, 0, END, END);
  }

  /** Runs `inside` once, and again as long as the condition is not 0 after it. */
  doWhile(condition: I32, inside: () => void): void {
    this.emit(LOOP, EMPTY_BLOCK);
    inside();
    this.emit(codeOf(condition), BRANCH_IF, 0, END);
  }

  /** A block that `skipIf` leaves early; it must be called directly inside, not from a nested loop. */
  block(inside: (skipIf: (condition: I32) => void) => void): void {
    this.emit(BLOCK, EMPTY_BLOCK);
    inside((condition) => this.emit(codeOf(condition), BRANCH_IF, 0));
    this.emit(END);
  }

  when(condition: I32, yes: () => void, no?: () => void): void {
    this.emit(codeOf(condition), IF, EMPTY_BLOCK);
    yes();
    if (no) {
      this.emit(ELSE);
      no();
    }
    this.emit(END);
  }

  /** Calls a function of the module by its number; see {@link assemble}. */
  call(callee: number, args: readonly I32[]): void {
    this.emit(args.map(codeOf), CALL, unsigned(callee));
  }

  /** The code section's entry. */
  bytes(): number[] {
    return sized([vector(this.types.map((type) => [1, TYPE_BYTES[type]])), this.body, END]);
  }

  private emit(...code: Code): void {
    // At once: what was composed of small arrays is garbage then, and a long function stays bytes.
    flattenCode(code, this.body);
  }
}

function tuple<T, N extends number>(count: N, make: (i: number) => T): Tuple<T, N>;
function tuple<T>(count: number, make: (i: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
