import { fault } from "../../base/index.ts";
import { checkRange, parseGroupPattern } from "../../data/index.ts";
import { parseClassWeights } from "../../evaluate/index.ts";
import { defaultModelName, parseRateCurve } from "../../models/index.ts";
import { parseLoss, parseOptimizer } from "../../nn/index.ts";
import { checkBalancedOnce } from "../../train/index.ts";
import type { FileStore } from "../context.ts";
import { augmentationOf } from "../files/augmentation.ts";
import type { TrainRequest } from "../requests.ts";
import { readSplitFile } from "./division.ts";
import { chooseModel } from "./options/model.ts";
import { checkFoldOptions, splitNamed } from "./settings.ts";

/**
 * Checks what a request for a new training says by itself, so that a mistyped option does not wait for the data.
 * @throws naming the option, or the file that it names
 */
export async function checkRequest(request: TrainRequest, files: FileStore): Promise<void> {
  const { model, size, range, groupPattern, split, augment, optimizer, schedule } = request;
  const { classWeights, sampling, loss } = request;
  checkFoldOptions(request);
  checkMinutes(request);
  if (typeof optimizer === "object") parseOptimizer("--optimizer", optimizer);
  if (schedule !== undefined) parseRateCurve("--schedule", schedule);
  if (loss !== undefined) parseLoss("--loss", loss);
  if (classWeights !== undefined) parseClassWeights("--class-weights", classWeights);
  checkBalancedOnce("--class-weights", { sampling, classWeights });
  if (range) checkRange("--range", range);
  if (augment !== undefined) await augmentationOf(augment, files);
  if (groupPattern !== undefined) parseGroupPattern(groupPattern);
  const named = model ?? (size === undefined ? undefined : defaultModelName(size));
  if (named !== undefined) await chooseModel({ named, size }, files);
  if (split !== undefined && splitNamed(split) === undefined) await readSplitFile(split, files);
}

/** @throws where the epochs are given too */
function checkMinutes({ minutes, epochs, lengths }: TrainRequest): void {
  if (minutes === undefined || (epochs === undefined && lengths === undefined)) return;
  throw fault("--minutes", {
    expected: `no such option beside ${epochs === undefined ? "the lengths of a run" : "--epochs"}`,
    fix: "the epochs follow from the time; leave one of the two out",
    exitCode: 2,
  });
}
