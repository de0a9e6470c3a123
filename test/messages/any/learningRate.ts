import * as fc from "fast-check";
import type { LearningRateStatement } from "../../../src/messages/index.ts";
import { type AnyOf, anyCount, anyName } from "./base.ts";

const anyRate = fc.double({ min: 1e-8, max: 100, noNaN: true });
const anyRange = fc.tuple(anyRate, anyRate).map(([a, b]) => ({
  minLearningRate: Math.min(a, b),
  maxLearningRate: Math.max(a, b) * 2,
}));
const anyRuns = fc.integer({ min: 1, max: 20 });

export const anyLearningRate: AnyOf<LearningRateStatement> = {
  "learning-rate-suggested": fc
    .record({
      rates: fc.array(anyRate, { minLength: 1, maxLength: 9 }),
      more: fc.nat(3),
      isEdge: fc.boolean(),
    })
    .map(({ rates, more, isEdge }) => ({
      learningRate: rates.toSorted((a, b) => a - b)[rates.length >> 1] ?? 1,
      low: Math.min(...rates),
      high: Math.max(...rates),
      runs: rates.length,
      tested: rates.length + more,
      isEdge,
    })),
  "learning-rate-not-found": fc.tuple(anyRuns, anyRange).map(([tested, range]) => ({ tested, ...range })),
  "range-test": fc
    .record({
      model: anyName,
      optimizer: anyName,
      batchSize: anyCount,
      images: anyCount,
      runs: anyRuns,
      steps: fc.integer({ min: 10, max: 1000 }),
      range: anyRange,
    })
    .map(({ range, ...rest }) => ({ ...rest, ...range })),
  "range-test-chart": fc.constant({}),
};
