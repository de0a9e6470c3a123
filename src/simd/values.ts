import { type Code, signed, unsigned } from "./encode.ts";

/** Types of the values that functions compute with: addresses and counts; four floats, four integers, or 16 bytes. */
export type ValueType = "i32" | "v128";

/** Instructions that leave one value on the stack. Used twice, they run twice. */
export interface StackValue<T extends ValueType> {
  readonly type: T;
  readonly code: Code;
}

/** A local variable of a function; as a value it stands for what it holds at that moment. */
export interface Local<T extends ValueType> extends StackValue<T> {
  readonly index: number;
}

/** An operand of type i32; a number stands for the constant. */
export type I32 = StackValue<"i32"> | number;
export type V128 = StackValue<"v128">;
export type I32Local = Local<"i32">;
export type V128Local = Local<"v128">;
/** Locals of type i32 by name. */
export type I32Locals<Name extends string> = Readonly<Record<Name, I32Local>>;

/** What `make` gives for each name, by name. */
export function recordOf<Name extends string, T>(
  names: Iterable<Name>,
  make: (name: Name) => T,
): Readonly<Record<Name, T>>;
export function recordOf<T>(names: Iterable<string>, make: (name: string) => T): Record<string, T> {
  return Object.fromEntries(Array.from(names, (name) => [name, make(name)]));
}

/** The names of a record, in their order. */
export function namesOf<Name extends string>(record: Readonly<Record<Name, unknown>>): readonly Name[];
export function namesOf(record: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(record);
}

export const localOf = <T extends ValueType>(type: T, index: number): Local<T> => ({
  type,
  index,
  code: [0x20, unsigned(index)],
});

export const integer = (...code: Code): StackValue<"i32"> => ({ type: "i32", code });
export const vector128 = (...code: Code): V128 => ({ type: "v128", code });

/** The instructions that push an operand. */
export const codeOf = (operand: I32 | V128): Code =>
  typeof operand === "number" ? [0x41, signed(operand)] : operand.code;
