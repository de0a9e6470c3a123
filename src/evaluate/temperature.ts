import { type NdArray, at, portableExp } from "../base/index.ts";
import { logProbability } from "../nn/index.ts";
import { indexOfLargest } from "./metrics/scored.ts";

// Chosen, not measured: a temperature outside this range points to a problem with the validation set, not to miscalibration.
const minTemperature = 0.25;
const maxTemperature = 10;

/**
 * The temperature at which probabilities [n, classes] have the smallest log loss against the class index of each row, [n]
 * (Guo et al. 2017), from 0.25 to 10.
 * Returns 1 where rows do not sum to 1, and at least 1 where every image is correct: the fit would sharpen without bound.
 */
export function fitTemperature({ data, shape }: NdArray, { data: labels }: NdArray): number {
  const [count = 0, classes = 0] = shape;
  const probabilities = Float64Array.from(data);
  let correct = 0;
  for (let i = 0; i < count; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    const sum = row.reduce((total, p) => total + p, 0);
    if (!(Math.abs(sum - 1) < 1e-3)) return 1;
    if (indexOfLargest(row) === labels[i]) correct++;
  }
  const logits = probabilities.map(logProbability);
  // In 1 / T the loss is convex, so Newton's steps, kept between the bounds, end at its one minimum.
  let lower = 1 / maxTemperature;
  let upper = correct === count ? 1 : 1 / minTemperature;
  let inverse = Math.min(1, upper);
  for (let step = 0; step < 60 && upper - lower > 1e-7; step++) {
    const { slope, curvature } = derivativesAt(inverse, { logits, labels, classes });
    if (slope > 0) upper = inverse;
    else lower = inverse;
    const newton = inverse - slope / curvature;
    const next = newton > lower && newton < upper ? newton : (lower + upper) / 2;
    if (Math.abs(next - inverse) < 1e-9) break;
    inverse = next;
  }
  return 1 / inverse;
}

interface Logits {
  readonly logits: Float64Array;
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

/** First and second derivative of the log loss by 1 / T: mean and variance of the logits under the softmax at T. */
function derivativesAt(
  inverse: number,
  { logits, labels, classes }: Logits,
): { readonly slope: number; readonly curvature: number } {
  let slope = 0;
  let curvature = 0;
  for (let i = 0; i < labels.length; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const top = at(row, indexOfLargest(row));
    let [sum, first, second] = [0, 0, 0];
    for (const logit of row) {
      const power = portableExp((logit - top) * inverse);
      sum += power;
      first += power * (logit - top);
      second += power * (logit - top) * (logit - top);
    }
    const mean = first / sum;
    slope += mean - (at(row, at(labels, i)) - top);
    curvature += second / sum - mean * mean;
  }
  return { slope, curvature };
}
