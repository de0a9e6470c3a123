import { portableExp, portableLog } from "../base/index.ts";

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
  const powers = new Float64Array(classes);
  for (let from = 0; from < probabilities.length; from += classes) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (probabilities[from + c]! > probabilities[from + best]!) best = c;
    const top = logProbability(probabilities[from + best]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      powers[c] = portableExp((logProbability(probabilities[from + c]!) - top) / temperature);
      sum += powers[c]!;
    }
    for (let c = 0; c < classes; c++) scaled[from + c] = powers[c]! / sum;
    // Two that differed may round to the same number, and of equal ones the first counts.
    for (let c = 0; c < best; c++)
      if (scaled[from + c] === scaled[from + best]) scaled[from + c] = scaled[from + c]! * (1 - 2 ** -23);
  }
  return scaled;
}

/** ln p; below float32's smallest normal number p counts as that, so that 0 has a logarithm: -87.3. */
export const logProbability = (p: number): number => portableLog(Math.max(p, minProbability));
