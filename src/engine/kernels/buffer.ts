import { type Shape, sizeOf } from "../../base/index.ts";

/**
 * f32: a number. u8: a small whole number, 0-255, e.g. where in its window a maximum stood.
 * @example
 * const dtype: DType = x.dtype;
 * dtype; // → "f32"
 */
export type DType = "f32" | "u8";

/**
 * What is known of an array before anything runs.
 * @example
 * const type: ArrayType = x;
 * type.shape; // → [2, 3]
 */
export interface ArrayType {
  /** Extent of each axis, outermost first; [] is one number. */
  readonly shape: Shape;
  /** Type of an element. */
  readonly dtype: DType;
}

/**
 * input: given at every run. parameter: kept between runs. constant: numbers that never change. result: computed by the program.
 * @example
 * const role: Role = relu(x).role;
 * role; // → "result"
 */
export type Role = "input" | "parameter" | "constant" | "result";

/** An array that kernels read or write: plain data, known by its `id`; a plan says where it stands in memory. */
export interface Buffer extends ArrayType {
  /** Unique within one plan. */
  readonly id: number;
  readonly role: Role;
  /** Unique among inputs and parameters; the hash of a constant's numbers; for results a hint for people. */
  readonly name: string;
}

/** A new buffer that lives between the kernels of one program; its name is a hint for people: "partial sums". */
export type MakeTemporary = (name: string, type: ArrayType) => Buffer;

/** Bytes of one element of an array. */
export const elementBytes = ({ dtype }: Pick<ArrayType, "dtype">): number => (dtype === "u8" ? 1 : 4);

/** Bytes of an array. */
export const bytesOf = (type: ArrayType): number => sizeOf(type.shape) * elementBytes(type);
