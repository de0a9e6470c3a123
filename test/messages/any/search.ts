import * as fc from "fast-check";
import type { SearchStatement, TrialFailure } from "../../../src/messages/index.ts";
import { type AnyOf, anyCount, anyEstimate, anyLoss, anyName } from "./base.ts";

const anyAccuracy = fc
  .record({ estimated: anyEstimate, images: anyCount })
  .map(({ estimated: { estimate, interval }, images }) => ({ accuracy: estimate, interval, images }));
const anyFolds = fc.integer({ min: 2, max: 20 });

export const anySearch: AnyOf<SearchStatement | TrialFailure> = {
  "trial-diverged": fc.record({ epoch: fc.integer({ min: 1, max: 50 }) }),
  "trial-refused": fc.record({ reason: anyName }),
  "trial-stopped": fc.record({ epochs: fc.nat(50) }),
  "search-images": fc.record({
    images: anyCount,
    folds: anyFolds,
    holdout: anyCount,
    isTestPart: fc.boolean(),
  }),
  "search-plan": fc.record({
    minutes: fc.integer({ min: 1, max: 600 }),
    rungs: fc.constantFrom([1], [5], [1, 3], [1, 3, 9], [2, 7, 22]),
    reduction: fc.integer({ min: 2, max: 5 }),
    secondsPerEpoch: fc.integer({ min: 1, max: 600 }),
  }),
  "search-best": fc
    .record({
      found: anyAccuracy,
      trial: fc.integer({ min: 1, max: 9 }),
      more: fc.nat(20),
      loss: anyLoss,
      folds: fc.integer({ min: 1, max: 10 }),
    })
    .map(({ found, more, ...rest }) => ({ ...found, ...rest, trials: rest.trial + more })),
  "search-holdout": fc
    .record({ found: anyAccuracy, groups: anyCount, trained: anyCount })
    .map(({ found, ...rest }) => ({ ...found, ...rest })),
  "search-default-best": fc.record({ trials: fc.integer({ min: 2, max: 100 }) }),
  "search-interrupted": fc.record({ command: anyName }),
  "search-curves": fc.constant({}),
  "search-rates": fc.constant({}),
  "search-table": fc.record({ reduction: fc.integer({ min: 2, max: 5 }) }),
};
