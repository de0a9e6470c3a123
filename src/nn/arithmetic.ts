import { portableLog } from "../base/index.ts";

// Curves from +, -, * and / alone: Math.cos, Math.exp and ** differ in their last bits between JavaScript engines,
// and a learning rate that differs by one bit gives other weights.

/** base to a whole power from 0, by squaring. */
export function wholePower(base: number, exponent: number): number {
  let [result, square] = [1, base];
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** cos(π·x) for x in [0, 1]; absolute error under 1e-15. */
export function cosinePi(x: number): number {
  if (x > 0.5) return -cosinePi(1 - x);
  const square = Math.PI * x * (Math.PI * x);
  // Taylor's series up to the 22nd power: the next term is under 1e-19 for angles up to π/2.
  let sum = 1;
  for (let n = 22; n >= 2; n -= 2) sum = 1 - (square / (n * (n - 1))) * sum;
  return sum;
}

/** base^exponent for base > 0; relative error under 1e-13 while the result is between 1e-30 and 1e30. */
export function power(base: number, exponent: number): number {
  const whole = Math.floor(exponent);
  const x = (exponent - whole) * portableLog(base);
  // exp(x) = exp(x / 256)^256
  const small = x / 256;
  let sum = 1;
  for (let n = 12; n >= 1; n--) sum = 1 + (small / n) * sum;
  return (whole < 0 ? 1 / wholePower(base, -whole) : wholePower(base, whole)) * wholePower(sum, 256);
}
