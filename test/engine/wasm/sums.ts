import { seeded } from "../../../src/base/index.ts";

/** Normal numbers that float32 holds. */
export function someNumbers(count: number, seed = 0): number[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => Math.fround(random.normal()));
}

/** start + Σ a·b over the steps in their order, every product and every sum rounded to float32. */
export const roundedSum = <T>(
  start: number,
  steps: Iterable<T>,
  termOf: (step: T) => readonly [a: number, b: number],
): number => {
  let sum = start;
  for (const step of steps) {
    const [a, b] = termOf(step);
    sum = Math.fround(sum + Math.fround(a * b));
  }
  return sum;
};

export const bitsOf = (numbers: Float32Array): number[] => [
  ...new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length),
];
