import type { Scored } from "./scored.ts";
import { binOf, calibrationBins } from "./tally.ts";

/** Images of similar confidence: one point of the reliability diagram. */
export interface ReliabilityBin {
  /** Confidences above `from` and up to `to`. */
  readonly from: number;
  readonly to: number;
  /** Images in it. */
  readonly count: number;
  /** Mean probability of the predicted class. */
  readonly confidence: number;
  /** Fraction correct; equal to the confidence where the model is calibrated. */
  readonly accuracy: number;
}

/** Reliability diagram: 15 bins of equal width, empty bins omitted. */
export function reliabilityOf({ count, labels, predicted, confidence }: Scored): readonly ReliabilityBin[] {
  const counts = new Float64Array(calibrationBins);
  const confidences = new Float64Array(calibrationBins);
  const correct = new Float64Array(calibrationBins);
  for (let i = 0; i < count; i++) {
    const bin = binOf(confidence[i] as number);
    counts[bin]! += 1;
    confidences[bin]! += confidence[i] as number;
    correct[bin]! += labels[i] === predicted[i] ? 1 : 0;
  }
  return Array.from(counts.keys())
    .filter((bin) => counts[bin]! > 0)
    .map((bin) => ({
      from: bin / calibrationBins,
      to: (bin + 1) / calibrationBins,
      count: counts[bin]!,
      confidence: confidences[bin]! / counts[bin]!,
      accuracy: correct[bin]! / counts[bin]!,
    }));
}
