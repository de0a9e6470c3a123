import type { Optimizer } from "../nn/index.ts";

/** What groups of batches follow from. */
interface Grouping {
  readonly optimizer: Optimizer;
  /** Batches of an epoch. */
  readonly steps: number;
  readonly batchSize: number;
  readonly data: { readonly train: { readonly count: number } };
}

/** Where a batch stands in the group whose gradients make up one step of the optimiser. */
export interface BatchInGroup {
  /** Step of the optimiser, from 1 since the very first. */
  readonly update: number;
  /** Examples of the group up to this batch. */
  readonly examples: number;
  /** Whether the group, and so the step, ends with it. */
  readonly isLast: boolean;
  readonly endsEpoch: boolean;
}

/** Steps of the optimiser in an epoch of so many batches; the last one may have fewer batches. */
export const updatesOf = (batches: number, { gradientAccumulationSteps = 1 }: Optimizer): number =>
  Math.ceil(batches / gradientAccumulationSteps);

/** The group of a batch, counted from 1 since the very first: groups begin anew with every epoch. */
export function groupAt({ optimizer, steps, batchSize, data }: Grouping, batch: number): BatchInGroup {
  const { gradientAccumulationSteps: size = 1 } = optimizer;
  const [epoch, inEpoch] = [Math.floor((batch - 1) / steps), (batch - 1) % steps];
  const group = Math.floor(inEpoch / size);
  const endsEpoch = inEpoch + 1 === steps;
  return {
    update: epoch * updatesOf(steps, optimizer) + group + 1,
    examples: Math.min((inEpoch + 1) * batchSize, data.train.count) - group * size * batchSize,
    isLast: endsEpoch || (inEpoch + 1) % size === 0,
    endsEpoch,
  };
}
