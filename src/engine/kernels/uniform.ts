import { mixBits } from "../../base/index.ts";

/**
 * The number in [0, 1), 24 bits, that the expression `uniform` stands for: every backend computes these bits.
 * `seed`, `salt` and `index` are whole numbers and count modulo 2^32.
 */
export function uniformAt(seed: number, salt: number, index: number): number {
  const mixed = Math.imul(index, 0x9e3779b1) + Math.imul(seed, 0x85ebca77) + Math.imul(salt, 0xc2b2ae3d);
  return (mixBits(mixed) >>> 8) * 2 ** -24;
}
