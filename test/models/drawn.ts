import { sizeOf } from "../../src/base/index.ts";

// Numbers that belong to a text, the same here and in test/golden/models/make_models.py, so that a fixture needs no weights.

/** FNV-1a of a text: where its numbers begin. */
function seedOf(text: string): number {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) seed = Math.imul(seed ^ byte, 0x01000193);
  return seed;
}

/** The i-th number of a seed, in [0, 1): MurmurHash3's finaliser. */
function numberAt(seed: number, i: number): number {
  let x = (seed + Math.imul(i, 0x9e3779b9)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

/** `count` numbers of a text, u in [0, 1) as `a` + `b` · u; plain loops, for nets have millions of them. */
export function hashed(
  text: string,
  count: number,
  [a, b]: readonly [number, number] = [0, 1],
): Float32Array {
  const seed = seedOf(text);
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = a + b * numberAt(seed, i);
  return numbers;
}

/** One of `count` positions. */
export const hashedIndex = (text: string, count: number): number =>
  Math.floor(numberAt(seedOf(text), 0) * count);

/** A parameter's first numbers: kernels of deviation √(2 / inputs of one output), gammas near 1, the rest near 0. */
export function drawnParameter(name: string, shape: readonly number[]): Float32Array {
  const part = name.split("/").at(-1) ?? "";
  const limit = part === "kernel" ? Math.sqrt(6 / sizeOf(shape.slice(0, -1))) : 0.2;
  const middle = part === "gamma" || part === "moving_variance" ? 1 : 0;
  const seed = seedOf(name);
  const numbers = new Float32Array(sizeOf(shape));
  for (let i = 0; i < numbers.length; i++) numbers[i] = (2 * numberAt(seed, i) - 1) * limit + middle;
  return numbers;
}
