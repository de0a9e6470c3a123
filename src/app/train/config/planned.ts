import type { AugmentTransform } from "../../../data/index.ts";
import type { ModelSpec } from "../../../nn/index.ts";
import { withCleanup } from "../../cleanup.ts";
import type { Services } from "../../context.ts";
import type { TrainEvent } from "../../events.ts";
import { type Events, eventsOf } from "../../protocol.ts";
import type { TrainRequest } from "../../requests.ts";
import { checkRequest } from "../checks.ts";
import { namedModel } from "../options/model.ts";
import { type PlannedSettings, askedValidation } from "../settings.ts";
import { planSettings } from "../steps/scan.ts";
import type { ConfiguredRequest } from "./fields.ts";

/** The settings of a training as a file says them; such a file trains the same model. */
export interface TrainingConfig extends Omit<ConfiguredRequest, "batch" | "model" | "augment"> {
  /** Name of an architecture, path of a file with one, or the network. */
  readonly model?: string | ModelSpec;
  /** Images per training step. */
  readonly batchSize?: number;
  /** Name of a set, auto, path of a file with a list of steps, or the steps. */
  readonly augment?: string | readonly AugmentTransform[];
}

/**
 * What `train` would do, without doing it: finds the images, reads the sizes of a few of them, writes nothing.
 * @throws FoveaError as `train` does before it reads images
 */
export const plannedConfig = (
  request: TrainRequest,
  services: Services,
): Events<TrainEvent, TrainingConfig> =>
  eventsOf(
    withCleanup(async function* (cleanup) {
      await checkRequest(request, services.files);
      const { settings } = yield* planSettings(request, undefined, { services, cleanup });
      return configOf(settings);
    }),
  );

/** Settings as a file says them. */
export function configOf(planned: PlannedSettings): TrainingConfig {
  const { modelFrom: _, augmentFile: __, classNames, ...settings } = planned;
  const { modelName, splitFile, validation, folds, data, model, size, ...others } = settings;
  return {
    data,
    model: namedModel({ name: modelName, model, size, classes: classNames.length }) ?? model,
    size,
    ...others,
    split: splitFile ?? others.split,
    ...askedValidation({ split: others.split, validation, folds }),
  };
}
