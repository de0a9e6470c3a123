import { at } from "../../base/index.ts";
import type { Scored } from "./scored.ts";
import { binOf, calibrationBins } from "./tally.ts";
import type { ReliabilityBin } from "./types.ts";

/** Reliability diagram: 15 bins of equal width, empty bins omitted. */
export function reliabilityOf({ labels, predicted, confidence }: Scored): readonly ReliabilityBin[] {
  const bins = Array.from({ length: calibrationBins }, () => ({ count: 0, confidence: 0, correct: 0 }));
  for (const [i, one] of confidence.entries()) {
    const bin = at(bins, binOf(one));
    bin.count += 1;
    bin.confidence += one;
    bin.correct += labels[i] === predicted[i] ? 1 : 0;
  }
  return bins
    .map((bin, b) => ({
      from: b / calibrationBins,
      to: (b + 1) / calibrationBins,
      count: bin.count,
      confidence: bin.confidence / bin.count,
      accuracy: bin.correct / bin.count,
    }))
    .filter(({ count }) => count > 0);
}
