import { fault, showValue } from "../../base/index.ts";
import type { TrainingControl } from "./control.ts";
import type { TrainingProgress } from "../progress.ts";
import { type Run, lengthOf, rateAt, readWeights } from "../run.ts";
import { epochsIn } from "./length.ts";

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
  get epochs() {
    return epochsIn(lengthOf(run));
  },
  set epochs(epochs: number) {
    changeLength(run, progress, epochs);
  },
  stop: () => {
    run.steering.stopped = true;
  },
  readWeights: () => readWeights(run, progress),
});

function changeLength(run: Run, { step, history }: TrainingProgress, epochs: number): void {
  const isBetween = step === history.length * run.steps;
  const after = isBetween ? history.length : history.length + 1;
  if (!(Number.isSafeInteger(epochs) && epochs >= Math.max(after, 1))) {
    throw fault("epochs", {
      expected: `a whole number from ${Math.max(after, 1)}, the epochs that have begun`,
      received: showValue(epochs),
      exitCode: 2,
    });
  }
  const { lengths } = run.steering;
  if (epochs === epochsIn(lengthOf(run))) return;
  if (after === 0)
    throw fault("epochs", {
      expected: "a change after the first epoch has begun",
      received: `${epochs}`,
      fix: "give it to fit",
      exitCode: 2,
    });
  if (lengths.at(-1)?.after === after) lengths.pop();
  lengths.push({ after, epochs });
}
