import { at } from "./at.ts";

/** A seeded stream of random numbers; the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform whole number in [0, below). */
  integer(below: number): number;
  /** Fills an array with `limit * (2 * next() - 1)`, drawn anew for each: uniform in [-limit, limit). */
  fillUniform(numbers: Float32Array, limit: number): void;
  /** Standard normal. */
  normal(): number;
  /** A new array with the items in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream; the same label always gives the same stream, however much was drawn before. */
  fork(label: string): Random;
}

/** FNV-1a over the UTF-16 code units of a text, 32 bits. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** murmur3's finaliser: every bit of the result depends on every bit of x. */
export function mixBits(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** sfc32 (Doty-Humphrey, PractRand), seeded through {@link mixBits}. */
export function seeded(seed: number): Random {
  let a = mixBits(seed) | 0;
  let b = mixBits(a ^ 0x9e3779b9) | 0;
  let c = mixBits(b ^ 0x243f6a88) | 0;
  let counter = 1;
  const bits = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) bits();
  const next = (): number => bits() / 4294967296;
  const integer = (below: number): number => Math.floor(next() * below);
  return {
    next,
    integer,
    fillUniform: (numbers, limit) => {
      // The steps of `bits` on locals, several times as fast: millions of weights are drawn before the first step of training.
      let [p, q, r, n] = [a, b, c, counter];
      for (let i = 0; i < numbers.length; i++) {
        const t = (((p + q) | 0) + n) | 0;
        n = (n + 1) | 0;
        p = q ^ (q >>> 9);
        q = (r + (r << 3)) | 0;
        r = (((r << 21) | (r >>> 11)) + t) | 0;
        numbers[i] = limit * (2 * ((t >>> 0) / 4294967296) - 1);
      }
      [a, b, c, counter] = [p, q, r, n];
    },
    normal: () => {
      // Sum of 12 uniforms would cut the tails; the ratio method (Kinderman & Monahan 1977) needs only portable arithmetic.
      for (;;) {
        const u = 1 - next();
        const v = 1.7156 * (next() - 0.5);
        const x = v / u;
        const square = x * x;
        // Tangents to the logarithm, moved apart by more than any rounding, settle nearly all without it (Knuth, TAOCP 2, 3.4.1 R).
        if (square <= 4.999999 - 5.1361017 * u) return x;
        if (square < 1.400001 + 1.036962 / u && square <= -4 * portableLog(u)) return x;
      }
    },
    shuffle: (items) => {
      const out = items.slice();
      for (let i = out.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [out[i], out[j]] = [at(out, j), at(out, i)];
      }
      return out;
    },
    fork: (label) => seeded((seed ^ hashText(label)) >>> 0),
  };
}

/**
 * Natural logarithm from +, -, * and / alone, so that every JavaScript engine gives the same bits.
 * x > 0; relative error under 1e-15.
 */
export function portableLog(x: number): number {
  let exponent = 0;
  let m = x;
  while (m >= 1.4142135623730951) {
    m /= 2;
    exponent++;
  }
  while (m < 0.7071067811865476) {
    m *= 2;
    exponent--;
  }
  // log m = 2 artanh((m-1)/(m+1)), |argument| < 0.172: 12 terms leave less than 1e-19.
  const z = (m - 1) / (m + 1);
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * z * z + 1 / k;
  return exponent * 0.6931471805599453 + 2 * z * sum;
}

/**
 * e to the power of x from +, -, * and / alone, so that every JavaScript engine gives the same bits.
 * x from -700 to 700; relative error under 1e-14.
 */
export function portableExp(x: number): number {
  const twos = Math.round(x / 0.6931471805599453);
  // ln 2 in two parts, so that what is left of x loses no digits; then |rest| < 0.347, and 14 terms leave less than 1e-17.
  const rest = x - twos * 0.69314718036912381649 - twos * 1.90821492927058770002e-10;
  let sum = 1;
  for (let k = 14; k >= 1; k--) sum = 1 + (sum * rest) / k;
  let result = sum;
  for (let k = 0; k < twos; k++) result *= 2;
  for (let k = 0; k > twos; k--) result /= 2;
  return result;
}
