import { fault, nearestName, showValue } from "../../base/index.ts";
import { balancedOrder, epochOrder, repeatsIn } from "../../data/index.ts";
import type { BatchPlan, BatchSource, ClassWeights, TrainingSource } from "../../evaluate/index.ts";

export const samplingNames = ["shuffled", "balanced"] as const;

/**
 * Which examples an epoch takes: shuffled, each once; balanced, as many draws, each class as often as any other.
 * @example
 * const everyClassAlike: Sampling = "balanced";
 */
export type Sampling = (typeof samplingNames)[number];

/** @throws naming the nearest name where it is none */
export function parseSampling(who: string, value: unknown): Sampling {
  const known = samplingNames.find((name) => name === value);
  if (known) return known;
  const nearest = typeof value === "string" ? nearestName(value, samplingNames) : undefined;
  throw fault(who, {
    expected: samplingNames.join(" or "),
    received: showValue(value),
    ...(nearest !== undefined && { fix: `use ${nearest}` }),
    exitCode: 2,
  });
}

/** What balances classes. */
interface Balancing {
  readonly sampling?: Sampling | undefined;
  readonly classWeights?: ClassWeights | undefined;
}

/** `who` names the option of the weights. @throws where classes would be balanced twice, so that a rare one counts more than any other */
export function checkBalancedOnce(who: string, { sampling, classWeights }: Balancing): void {
  if (sampling !== "balanced" || classWeights !== "balanced") return;
  throw fault(who, {
    expected: "no balanced weights beside balanced sampling",
    received: "both, with which a rare class counts more than any other",
    fix: "leave one of the two out, or give weights by class",
    exitCode: 2,
  });
}

/** @throws where the classes of the examples are not known before they come */
export function checkSampling({ labels, inOrder }: BatchSource | TrainingSource, sampling?: Sampling): void {
  if (sampling !== "balanced" || (labels && !inOrder)) return;
  throw fault("fit: sampling", {
    expected: "shuffled where the classes of the examples are not known before they come",
    received: sampling,
    fix: "give arrays, or balance the classes in the stream",
    exitCode: 2,
  });
}

/** The examples of an epoch in their order, the first epoch being 1. */
export function epochExamples(
  source: BatchSource | TrainingSource,
  {
    sampling,
    seed,
    epoch,
  }: { readonly sampling?: Sampling | undefined; readonly seed: number; readonly epoch: number },
): Pick<BatchPlan, "order" | "repeats"> {
  const all = Int32Array.from({ length: source.count }, (_, i) => i);
  if (source.inOrder) return { order: all };
  if (sampling !== "balanced" || !source.labels) return { order: epochOrder(all, seed, epoch) };
  const order = balancedOrder(source.labels(), seed, epoch);
  return { order, repeats: repeatsIn(order) };
}
