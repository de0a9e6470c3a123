import { fault, significantText } from "../../base/index.ts";
import { fit } from "../../train/index.ts";
import { recipeOf, modelNames } from "../../models/index.ts";
import type { TrainEvent } from "../events.ts";
import type { Steps } from "../protocol.ts";
import { fitOptions } from "../train/fitOptions.ts";
import type { PipelineContext, Training } from "../train/types.ts";
import { epochsFor, rungsOf, smallestSearch } from "./schedule.ts";
import type { SearchPlan, SearchRequest } from "./types.ts";

/** Long enough for the clock, short beside an epoch. */
const measuredSeconds = 2;
/** The validation set is read without gradients: a third of the work for an image. */
const forwardShare = 1 / 3;

/** What a training of the first trial takes. */
export interface Speed {
  readonly secondsPerEpoch: number;
  /** To compile and to begin. */
  readonly overhead: number;
}

/** Times the first steps of a training, whose weights are discarded. @throws when aborted */
export async function* measureSpeed(
  { task: { settings }, sources, backend }: Training,
  { services, signal }: PipelineContext,
): Steps<TrainEvent, Speed> {
  yield { type: "working", on: "measuring-speed" };
  const { clock } = services;
  const inputs = { settings, sources: { train: sources.train, validation: sources.validation }, backend };
  const began = clock();
  let first: { readonly at: number; readonly images: number } | undefined;
  let started = began;
  let secondsPerImage = 0;
  for await (const event of fit(settings.model, inputs.sources, fitOptions(inputs, services, signal))) {
    if (event.type !== "batch") {
      if (event.type === "start") started = clock();
      continue;
    }
    // The first step warms up, and counts only where it is the only one.
    secondsPerImage = first
      ? (clock() - first.at) / 1000 / (event.images - first.images)
      : (clock() - started) / 1000 / event.images;
    first ??= { at: clock(), images: event.images };
    const seconds = (clock() - first.at) / 1000;
    if (seconds >= measuredSeconds || event.images >= sources.train.count) break;
  }
  signal.throwIfAborted();
  const images = sources.train.count + forwardShare * sources.validation.count;
  return { secondsPerEpoch: secondsPerImage * images, overhead: (started - began) / 1000 };
}

/** The rungs that fit into the time. @throws where not even one epoch does */
export function planSearch(
  request: SearchRequest,
  model: string,
  { secondsPerEpoch, overhead, left, spent }: Speed & { readonly left: number; readonly spent: number },
): SearchPlan {
  const { reduction = 3 } = request;
  const costs = { secondsPerEpoch, overhead: 2 * overhead, reduction };
  const max = recipeOf(modelNames.includes(model) ? model : "plain4").epochs;
  const epochs = request.epochs ?? epochsFor(left, max, costs);
  const rungs = rungsOf(epochs, reduction);
  const [first = 1] = rungs;
  if (first * secondsPerEpoch + overhead > left) {
    const minutes = (spent + smallestSearch(epochs, costs).total) / 60;
    throw fault(`--minutes ${request.minutes}`, {
      expected: `time for a search: about ${significantText(Math.max(minutes * 1.3, 0.1), 2)} minutes for these images on this machine`,
      received: `too little for one trial of ${first === 1 ? "one epoch" : `${first} epochs`}`,
      fix: "give more minutes, or a smaller --size or --model",
      exitCode: 2,
    });
  }
  return { rungs, secondsPerEpoch };
}
