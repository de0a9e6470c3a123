import { fault } from "../base/index.ts";
import { type RangeTestRun, mixingIn, parseSampling, rangeTest, suggestedRate } from "../train/index.ts";
import { type ExampleCall, argumentsOf, arrayData, withClassWeights } from "./examples/arrays.ts";
import { checkFindLearningRateOptions } from "./options.ts";
import { type Platform, withBackend } from "./platform.ts";
import { type ModelState, compiledOf } from "./state.ts";
import { isStream } from "./examples/stream.ts";
import type { FindLearningRateOptions, LearningRateTest } from "./types.ts";

const who = "model.findLearningRate";

/** Range tests of a model's learning rate, on examples as `fit` takes them; the model stays as it is. */
export async function findLearningRateOf(
  state: ModelState,
  platform: Platform,
  call: ExampleCall,
): Promise<LearningRateTest> {
  const given = argumentsOf(call);
  const options: FindLearningRateOptions = given.options;
  checkFindLearningRateOptions(options);
  if (isStream(given.data)) {
    throw fault(who, {
      expected: "arrays or a folder",
      received: "a stream, whose examples come but once",
      fix: "give some of its examples as arrays",
      exitCode: 2,
    });
  }
  const compiled = compiledOf(state, who);
  const task = { who, state, compiled, options };
  const { source: rows, classNames } = arrayData(given.data, task);
  const source = withClassWeights(rows, { ...task, classNames });
  const { optimizer, loss } = compiled;
  const runs = await withBackend(platform, options, (backend) =>
    lastOf(
      rangeTest(state.spec, source, {
        ...rangeOptions(options),
        ...(state.weights && { weights: state.weights }),
        backend,
        optimizer,
        loss,
      }),
    ),
  );
  const suggestion = suggestedRate(runs);
  return { runs, ...(suggestion && { suggestion }) };
}

/** What of the options is not of the examples. */
function rangeOptions(options: FindLearningRateOptions): Omit<Parameters<typeof rangeTest>[2], "backend"> {
  const { batchSize, runs, steps, minLearningRate, maxLearningRate, seed, signal, sampling } = options;
  return {
    ...(batchSize !== undefined && { batchSize }),
    ...(runs !== undefined && { runs }),
    ...(steps !== undefined && { steps }),
    ...(minLearningRate !== undefined && { minLearningRate }),
    ...(maxLearningRate !== undefined && { maxLearningRate }),
    ...(seed !== undefined && { seed }),
    ...(signal && { signal }),
    ...(sampling !== undefined && { sampling: parseSampling(`${who}: sampling`, sampling) }),
    ...mixingIn(options, (option) => `${who}: ${option}`),
  };
}

async function lastOf(
  events: AsyncGenerator<unknown, readonly RangeTestRun[], undefined>,
): Promise<readonly RangeTestRun[]> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}
