import type { FunctionBuilder, I32Local } from "../../../../simd/index.ts";
import { type Access, elementBytes } from "../../../kernels/index.ts";

/** Where each access of a loop nest stands: addresses, shared by accesses that always stand at the same one. */
export type Pointers = ReadonlyMap<Access, I32Local>;

/** A local for every access: made once for all accesses with the same key. */
export function sharedPointers(
  accesses: Iterable<Access>,
  keyOf: (access: Access) => string,
  make: (access: Access) => I32Local,
): Pointers {
  const made = new Map<string, I32Local>();
  const pointers = new Map<Access, I32Local>();
  for (const access of accesses) {
    const key = keyOf(access);
    const pointer = made.get(key) ?? make(access);
    made.set(key, pointer);
    pointers.set(access, pointer);
  }
  return pointers;
}

/** Where an access stands; it must be one that the pointers were made for. */
export const pointerOf = (pointers: Pointers, access: Access): I32Local => pointers.get(access)!;

/** Bytes from one pass of a loop to the next; 0 where the loop does not move the access. */
export const stepOf = ({ buffer, strides }: Access, loop: number): number =>
  (strides[loop] ?? 0) * elementBytes(buffer);

/** Moves every pointer by a number of bytes, shared ones once. */
export function advancePointers(
  f: FunctionBuilder,
  pointers: Pointers,
  bytes: (access: Access) => number,
): void {
  const moved = new Set<I32Local>();
  for (const [access, pointer] of pointers) {
    if (!moved.has(pointer)) f.advance(pointer, bytes(access));
    moved.add(pointer);
  }
}
