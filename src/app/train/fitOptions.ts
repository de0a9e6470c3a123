import { scheduleOf } from "../../models/index.ts";
import { type FitOptions, mixingIn, stoppingIn, updatesOf } from "../../train/index.ts";
import type { Services } from "../context.ts";
import { flagOf } from "./options/flag.ts";
import type { TrainSettings } from "./settings.ts";
import type { Training } from "./types.ts";

/** What one call of `fit` works with. */
export interface FitInputs extends Pick<Training, "backend" | "sources"> {
  readonly settings: TrainSettings;
}

/** What of the settings `fit` takes. */
export function fitOptions(
  { settings, backend, sources }: FitInputs,
  { clock }: Services,
  signal: AbortSignal,
): FitOptions {
  const { epochs, batchSize, seed, optimizer, classNames, sampling, loss, lengths } = settings;
  const stepsPerEpoch = updatesOf(stepsOf(settings, sources.train.count), optimizer);
  const schedule = scheduleOf(settings.schedule, { epochs, stepsPerEpoch });
  return {
    backend,
    clock,
    seed,
    epochs,
    batchSize,
    optimizer,
    schedule,
    classNames,
    signal,
    startsAhead: true,
    ...(sampling && { sampling }),
    ...(loss && { loss }),
    ...(lengths && { lengths }),
    ...mixingIn(settings, flagOf),
    // Runs of earlier versions do not name them.
    batchNormStatistics: settings.batchNormStatistics ?? "moving",
    ...stoppingIn(settings),
  };
}

/** Batches of one epoch. */
const stepsOf = ({ batchSize }: TrainSettings, count: number): number =>
  Math.ceil(count / Math.min(batchSize, count));
