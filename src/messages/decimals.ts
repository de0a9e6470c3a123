import { percentOf } from "../base/index.ts";

const maxDecimals = 4;

/** Decimals of percentages that show two accuracies to differ, and the bound of a difference nearer to 0 not to be 0; 1 to 4. */
export function decimalsFor(bound: number, [one, other]: readonly [number, number]): number {
  for (let decimals = 1; decimals < maxDecimals; decimals++) {
    const shown = (fraction: number): string => percentOf(fraction, decimals);
    if (Number(shown(bound)) !== 0 && shown(one) !== shown(other)) return decimals;
  }
  return maxDecimals;
}
