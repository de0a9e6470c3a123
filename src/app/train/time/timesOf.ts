import { type BatchNormStatistics, statisticsCount } from "../../../train/index.ts";
import type { DataSplit } from "../types.ts";
import type { TrainingTimes } from "./budget.ts";
import type { ImageTimes } from "./speeds.ts";

/** The baselines, the metrics and the report beside the network's own predictions: 10 s for 45,000 images on two cores of an AMD EPYC. */
const afterPerImage = 0.25e-3;
/** The same for any number of images. */
const afterAtLeast = 2;

interface Timed {
  readonly batchSize: number;
  readonly batchNormStatistics?: BatchNormStatistics;
  /** The folds' nets are kept, and no other is trained. @default false */
  readonly ensemble?: boolean;
}

/** What an epoch and the end take. With folds an epoch is one of each fold's training and, but for an ensemble, of that on all images. */
export function timesOf(
  { training, validation, prediction }: ImageTimes,
  { parts, folds }: Pick<DataSplit, "parts" | "folds">,
  { batchSize, batchNormStatistics, ensemble = false }: Timed,
): TrainingTimes {
  const [train, held, test] = [parts.train.length, parts.validation.length, parts.test.length];
  const [trainings, validations] = folds > 0 ? [ensemble ? folds : folds + 1, folds] : [1, 1];
  // The folds together train on every image once less than there are folds.
  const passes = folds > 0 ? trainings - 1 : 1;
  const batch = Math.min(batchSize, train);
  // Validation fills its last batch; one more is looked at for dead layers, and some for batch norm's statistics.
  const statistics = batchNormStatistics === "precise" ? statisticsCount(train, batch) : 0;
  const validated = validations * batch * Math.ceil(held / validations / batch);
  const looked = trainings * (batch + statistics);
  return {
    epoch: passes * train * training + (validated + looked) * validation,
    after:
      (held + (ensemble ? folds : 1) * test) * prediction +
      afterPerImage * Math.max(folds, 1) * train +
      afterAtLeast,
  };
}
