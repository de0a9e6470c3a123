import { at } from "../../base/index.ts";
import type { Measurement } from "../metrics/metrics.ts";
import { binOf } from "../metrics/tally.ts";
import type { ReliabilityBin } from "../metrics/types.ts";
import { estimateOf } from "./estimate.ts";
import type { Groups } from "./groups.ts";
import type { Interval } from "./intervals.ts";

/** A point of the reliability diagram with the 95% confidence interval of its accuracy. */
export interface MeasuredBin extends ReliabilityBin {
  readonly interval: Interval;
}

/** The bins of the reliability diagram, with intervals that count groups, not images, as independent. */
export function reliabilityWithIntervals(
  { metrics, scored: { confidence, labels, predicted } }: Measurement,
  groups: Groups,
): readonly MeasuredBin[] {
  const members = new Map<number, number[]>();
  for (const [i, one] of confidence.entries()) {
    const bin = members.get(binOf(one));
    if (bin) bin.push(i);
    else members.set(binOf(one), [i]);
  }
  const inOrder = [...members].sort(([a], [b]) => a - b).map(([, images]) => images);
  return metrics.reliability.map((bin, b) => {
    const images = at(inOrder, b);
    const estimate = estimateOf(
      images.map((i) => labels[i] === predicted[i]),
      images.map((i) => at(groups.of, i)),
    );
    return { ...bin, interval: estimate?.interval ?? [0, 1] };
  });
}
