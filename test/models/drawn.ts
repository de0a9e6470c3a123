import { sizeOf } from "../../src/base/index.ts";

// Numbers that belong to a text, the same here and in test/golden/models/make_models.py, so that a fixture needs no weights.

/** `count` numbers in [0, 1): FNV-1a of the text, then MurmurHash3's finaliser of that and a counter. */
export function hashed(text: string, count: number): Float64Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) seed = Math.imul(seed ^ byte, 0x01000193);
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = (seed + Math.imul(i, 0x9e3779b9)) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    numbers[i] = ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  }
  return numbers;
}

/** A parameter's first numbers: kernels of deviation √(2 / inputs of one output), gammas near 1, the rest near 0. */
export function drawnParameter(name: string, shape: readonly number[]): Float32Array {
  const part = name.split("/").at(-1) ?? "";
  const unit = hashed(name, sizeOf(shape));
  const limit = Math.sqrt(6 / sizeOf(shape.slice(0, -1)));
  const middle = part === "gamma" || part === "moving_variance" ? 1 : 0;
  return Float32Array.from(unit, (u) =>
    part === "kernel" ? (2 * u - 1) * limit : (2 * u - 1) * 0.2 + middle,
  );
}
