import type { Interval } from "../evaluate/index.ts";

/** Where the true fraction lies when `fraction` of `count` cases came out: 95 %, for cases that are independent (Wilson 1927). */
export function wilson(fraction: number, count: number): Interval {
  const z = 1.959963984540054;
  const middle = fraction + (z * z) / (2 * count);
  const reach = z * Math.sqrt((fraction * (1 - fraction)) / count + (z * z) / (4 * count * count));
  const scale = 1 + (z * z) / count;
  return [Math.max((middle - reach) / scale, 0), Math.min((middle + reach) / scale, 1)];
}
