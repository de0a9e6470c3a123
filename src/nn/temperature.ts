import { at, portableExp, portableLog } from "../base/index.ts";

const minProbability = 2 ** -126;

/**
 * Temperature scaling (Guo et al. 2017): rows of probabilities p become p^(1/T), scaled to
 * sum 1. T above 1 lowers the confidence, below 1 raises it; 1 changes nothing. The most probable class of a row
 * stays the most probable one. probabilities [n, classes]; T above 0.
 */
export function atTemperature(
  probabilities: Float32Array,
  classes: number,
  temperature: number,
): Float32Array {
  if (temperature === 1) return probabilities;
  const scaled = new Float32Array(probabilities.length);
  for (let from = 0; from < probabilities.length; from += classes) {
    const row = probabilities.subarray(from, from + classes);
    const best = row.reduce((index, p, c) => (p > at(row, index) ? c : index), 0);
    const top = logProbability(at(row, best));
    const powers = Float64Array.from(row, (p) => portableExp((logProbability(p) - top) / temperature));
    const sum = powers.reduce((total, power) => total + power, 0);
    const result = scaled.subarray(from, from + classes);
    result.set(powers.map((power) => power / sum));
    // Two that differed may round to the same number, and of equal ones the first counts.
    const highest = at(result, best);
    for (const [c, p] of result.subarray(0, best).entries())
      if (p === highest) result[c] = p * (1 - 2 ** -23);
  }
  return scaled;
}

/** ln p; below float32's smallest normal number p counts as that, so that 0 has a logarithm: -87.3. */
export const logProbability = (p: number): number => portableLog(Math.max(p, minProbability));

/**
 * The mean of what several nets say, summed in float64: `each` holds the (calibrated) probabilities of one net for the same rows.
 * What one net says stays as it is.
 */
export function meanProbabilities(each: readonly Float32Array[]): Float32Array {
  const first = at(each, 0);
  if (each.length === 1) return first;
  return first.map((_, i) => each.reduce((sum, rows) => sum + at(rows, i), 0) / each.length);
}
