import { median } from "../../../base/index.ts";
import type { Backend, Job } from "../../../engine/index.ts";
import { withoutViews } from "../../../nn/index.ts";
import { openJob } from "../../bench/bench.ts";
import { predictionJob, trainingJob } from "../../bench/workload.ts";
import type { Services } from "../../context.ts";
import type { TrainSettings } from "../settings.ts";

/** Seconds for one image. */
export interface ImageTimes {
  readonly training: number;
  /** Validation after an epoch: of the image alone. */
  readonly validation: number;
  /** Predictions of the finished model, with all its views. */
  readonly prediction: number;
}

type Measured = Pick<TrainSettings, "model" | "size" | "batchSize" | "optimizer" | "classNames">;

/** Chosen: a second each, so that a net of small images is timed for several steps, and a large one twice. */
const effort = { least: 2, milliseconds: 1000 };

/** Times steps of this training on random images. */
export async function measureTimes(
  { model, size, batchSize, optimizer, classNames }: Measured,
  {
    backend,
    clock,
    memory,
    count,
  }: Pick<Services, "clock" | "memory"> & {
    readonly backend: Backend;
    /** Images of the training set. */
    readonly count: number;
  },
): Promise<ImageTimes> {
  const batch = Math.min(batchSize, count);
  const options = { inputShape: [size, size, 3], batchSize: batch, classes: classNames.length, optimizer };
  const timeOf = async (job: Job): Promise<number> => {
    const session = await openJob(job, { backend, memory });
    try {
      // The first run is not like the others: V8 has yet to optimise.
      await session.run("step", job.inputsAt(1));
      const times: number[] = [];
      for (let spent = 0; times.length < effort.least || spent < effort.milliseconds;) {
        const started = clock();
        await session.run("step", job.inputsAt(times.length + 2));
        const time = clock() - started;
        times.push(time);
        spent += time;
      }
      return median(times) / 1000 / batch;
    } finally {
      session.close();
    }
  };
  const validation = await timeOf(predictionJob(withoutViews(model), options));
  return {
    training: await timeOf(trainingJob(model, options)),
    validation,
    prediction: model.testTimeAugmentation ? await timeOf(predictionJob(model, options)) : validation,
  };
}
