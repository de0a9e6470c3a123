import type { FunctionBuilder, I32Local } from "../../../../simd/index.ts";
import { type Access, elementBytes } from "../../../kernels/index.ts";

/** Where each access of a loop nest stands: addresses, shared by accesses that always stand at the same one. */
export type Pointers = ReadonlyMap<Access, I32Local>;

/**
 * Bytes from where its pointer stands to an access: accesses of one buffer that move alike share the pointer of the first in memory,
 * since an instruction adds a number that is known beforehand for nothing.
 */
export type Displacements = ReadonlyMap<Access, number>;

/** What moves an access: two with the same key always stand at the same distance. */
const moves = ({ buffer, strides }: Access): string => `${buffer.id}/${strides.join()}`;

export function displacementsOf(accesses: readonly Access[]): Displacements {
  const firsts = new Map<string, number>();
  for (const access of accesses) {
    const key = moves(access);
    firsts.set(key, Math.min(access.offset, firsts.get(key) ?? Infinity));
  }
  return new Map(
    accesses.map((access) => [
      access,
      (access.offset - (firsts.get(moves(access)) ?? 0)) * elementBytes(access.buffer),
    ]),
  );
}

/** Bytes from its pointer to an access; 0 for one that the displacements were not made for. */
export const displacementOf = (displacements: Displacements, access: Access): number =>
  displacements.get(access) ?? 0;

/** A local for every access that moves alike. */
export const pointersByMove = (accesses: Iterable<Access>, make: (access: Access) => I32Local): Pointers =>
  sharedPointers(accesses, moves, make);

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
