import { fault, showValue } from "../base/index.ts";
import type { TrainingControl } from "./control.ts";
import type { TrainingProgress } from "./progress.ts";
import { type Run, rateAt, readWeights } from "./run.ts";

/** Lets a running training be steered. */
export const controlOf = (run: Run, progress: TrainingProgress): TrainingControl => ({
  get learningRate() {
    return rateAt(run, { step: progress.step + 1, history: progress.history });
  },
  set learningRate(rate: number) {
    if (!(rate >= 0 && rate < Number.POSITIVE_INFINITY))
      throw fault("learningRate", { expected: "a number from 0", received: showValue(rate), exitCode: 2 });
    run.steering.learningRate = rate;
  },
  stop: () => {
    run.steering.stopped = true;
  },
  readWeights: () => readWeights(run, progress),
});
