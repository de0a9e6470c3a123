// A small WebAssembly assembler (WebAssembly Core Specification 2.0, binary format). Code is nested arrays of bytes, flattened once at the end.

/** Instructions in their binary form, nested as they were composed. */
export type Code = readonly (number | Code)[];
export type LocalType = "i32" | "v128";

const TYPE_BYTES = { i32: 0x7f, v128: 0x7b } as const;
const EMPTY_BLOCK = 0x40;

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 127;
    rest >>>= 7;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return bytes;
}

/** Signed LEB128 of a 32-bit number. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && !(low & 64)) || (rest === -1 && low & 64)) return [...bytes, low];
    bytes.push(low | 128);
  }
}

function flatten(code: Code, into: number[]): number[] {
  for (const part of code) {
    if (typeof part === "number") into.push(part);
    else flatten(part, into);
  }
  return into;
}

/** One function under construction: parameters are i32 locals 0, 1, … */
export class FunctionBuilder {
  readonly name: string;
  readonly parameters: number;
  private readonly types: LocalType[] = [];
  private readonly body: Code[] = [];

  constructor(name: string, parameters: number) {
    this.name = name;
    this.parameters = parameters;
  }

  local(type: LocalType): number {
    this.types.push(type);
    return this.parameters + this.types.length - 1;
  }

  emit(...code: Code): void {
    this.body.push(code);
  }

  get(local: number): Code {
    return [0x20, unsigned(local)];
  }

  set(local: number, value: Code): void {
    this.emit(value, 0x21, unsigned(local));
  }

  /** A new local that holds `value`. */
  keep(type: LocalType, value: Code): number {
    const local = this.local(type);
    this.set(local, value);
    return local;
  }

  /** local += amount */
  advance(local: number, amount: number): void {
    if (amount !== 0) this.set(local, [this.get(local), 0x41, signed(amount), 0x6a]);
  }

  /** Runs `inside` `times` (known now, at least once) without saying which. */
  repeat(times: number, inside: () => void): void {
    if (times <= 0) return;
    if (times === 1) return inside();
    const left = this.keep("i32", [0x41, signed(times)]);
    this.emit(0x03, EMPTY_BLOCK);
    inside();
    this.emit(this.get(left), 0x41, signed(1), 0x6b, 0x22, unsigned(left), 0x0d, 0, 0x0b);
  }

  /** for (index = from; index < to; index += step), testing first, signed. */
  loop(index: number, { from, to, step }: { from: Code; to: Code; step: number }, inside: () => void): void {
    this.set(index, from);
    this.emit(0x02, EMPTY_BLOCK, 0x03, EMPTY_BLOCK);
    this.emit(this.get(index), to, 0x4e, 0x0d, 1);
    inside();
    this.advance(index, step);
    this.emit(0x0c, 0, 0x0b, 0x0b);
  }

  /** A block that `skip` leaves early. `skip` must be called directly inside, not from a nested loop. */
  block(inside: (skipIf: (condition: Code) => void) => void): void {
    this.emit(0x02, EMPTY_BLOCK);
    inside((condition) => this.emit(condition, 0x0d, 0));
    this.emit(0x0b);
  }

  when(condition: Code, yes: () => void, no?: () => void): void {
    this.emit(condition, 0x04, EMPTY_BLOCK);
    yes();
    if (no) {
      this.emit(0x05);
      no();
    }
    this.emit(0x0b);
  }

  /** The code section's entry. */
  bytes(): number[] {
    const declared = this.types.map((type) => [1, TYPE_BYTES[type]]);
    const body = flatten([unsigned(declared.length), declared, this.body, 0x0b], []);
    return [...unsigned(body.length), ...body];
  }
}

const section = (id: number, content: Code): number[] => {
  const bytes = flatten(content, []);
  return [id, ...unsigned(bytes.length), ...bytes];
};
const text = (value: string): Code => [
  unsigned(value.length),
  Array.from(value, (letter) => letter.charCodeAt(0)),
];

/** Bytes of a module that imports `env.memory` (shared) and exports every function by its name. */
export function assemble(functions: readonly FunctionBuilder[]): Uint8Array<ArrayBuffer> {
  const arities = [...new Set(functions.map((f) => f.parameters))];
  const bodies = functions.map((f) => f.bytes());
  const code = [
    0x0a,
    ...unsigned(bodies.reduce((sum, b) => sum + b.length, 0) + unsigned(bodies.length).length),
    ...unsigned(bodies.length),
  ];
  const head = [
    0x00,
    0x61,
    0x73,
    0x6d,
    0x01,
    0x00,
    0x00,
    0x00,
    ...section(1, [
      unsigned(arities.length),
      arities.map((n) => [0x60, unsigned(n), Array.from({ length: n }, () => 0x7f), 0]),
    ]),
    // limits: shared, at least 1 page, at most 65,536 pages (4 GiB)
    ...section(2, [1, text("env"), text("memory"), 2, 3, unsigned(1), unsigned(65_536)]),
    ...section(3, [
      unsigned(functions.length),
      functions.map((f) => unsigned(arities.indexOf(f.parameters))),
    ]),
    ...section(7, [unsigned(functions.length), functions.map((f, i) => [text(f.name), 0, unsigned(i)])]),
    ...code,
  ];
  const out = new Uint8Array(head.length + bodies.reduce((sum, b) => sum + b.length, 0));
  out.set(head);
  let at = head.length;
  for (const body of bodies) {
    out.set(body, at);
    at += body.length;
  }
  return out;
}
