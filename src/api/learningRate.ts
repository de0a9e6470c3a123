import type { NdArray } from "../base/index.ts";
import { arraySource } from "../evaluate/index.ts";
import { type RangeTestRun, rangeTest, suggestedRate } from "../train/index.ts";
import { checkExamples } from "./check.ts";
import { type Platform, withBackend } from "./platform.ts";
import { type ModelState, compiledOf } from "./state.ts";
import type { FindLearningRateOptions, LearningRateTest } from "./types.ts";

interface Call {
  readonly x: NdArray;
  readonly y: NdArray;
  readonly options: FindLearningRateOptions;
}

/** Range tests of a model's learning rate; the model stays as it is. */
export async function findLearningRateOf(
  state: ModelState,
  platform: Platform,
  { x, y, options }: Call,
): Promise<LearningRateTest> {
  const who = "model.findLearningRate";
  const { optimizer, loss } = compiledOf(state, who);
  const inputShape = state.inputShape ?? x.shape.slice(1);
  checkExamples(who, { x, y }, { model: state.spec, loss, inputShape });
  const { threads: _, exact: __, ...given } = options;
  const runs = await withBackend(platform, options, async (backend) => {
    const weights = state.weights ? { weights: state.weights } : {};
    const events = rangeTest(state.spec, arraySource(x, y), {
      ...given,
      ...weights,
      backend,
      optimizer,
      loss,
    });
    return lastOf(events);
  });
  const suggestion = suggestedRate(runs);
  return { runs, ...(suggestion && { suggestion }) };
}

async function lastOf(
  events: AsyncGenerator<unknown, readonly RangeTestRun[], undefined>,
): Promise<readonly RangeTestRun[]> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}
