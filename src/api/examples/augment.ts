import { fault, nearestName, showValue } from "../../base/index.ts";
import { type AugmentTransform, augmentSetNames, augmentSteps, parseAugmentation } from "../../data/index.ts";
import {
  type BatchSource,
  type TrainingSource,
  arraySource,
  augmentedArraySource,
} from "../../evaluate/index.ts";
import type { ExampleRows } from "./stream.ts";
import type { ModelFitOptions } from "../types.ts";

/** The rows as they are, or augmented; `who` is the call. @throws for a name that is no set's, a step that is none, and rows that are no images of bytes */
export function trainingSource(
  who: string,
  { x, y }: ExampleRows,
  { augment, seed = 0 }: Pick<ModelFitOptions, "augment" | "seed">,
): BatchSource | TrainingSource {
  const steps = stepsIn(`${who}: augment`, augment);
  return steps.length === 0 ? arraySource(x, y) : augmentedArraySource(x, y, { augment: steps, seed });
}

function stepsIn(who: string, given: ModelFitOptions["augment"] = "none"): readonly AugmentTransform[] {
  if (typeof given !== "string") return parseAugmentation(who, given);
  const name = augmentSetNames.find((known) => known === given);
  if (name !== undefined) return augmentSteps(name);
  const nearest = nearestName(given, augmentSetNames);
  throw fault(who, {
    expected: `${augmentSetNames.join(", ")} or a list of steps`,
    received: showValue(given),
    ...(nearest !== undefined && { fix: `use ${nearest}` }),
    exitCode: 2,
  });
}

/** @throws for a stream, whose examples come once: there is nothing to draw anew in another epoch */
export function refuseAugmentedStream({ augment }: ModelFitOptions): void {
  if (augment === undefined) return;
  throw fault("model.fit: augment", {
    expected: "no such option beside a stream",
    received: showValue(augment),
    fix: "augment the images where the stream makes them, or give arrays",
    exitCode: 2,
  });
}
