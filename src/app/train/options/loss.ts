import { fault } from "../../../base/index.ts";
import type { Recipe } from "../../../models/index.ts";
import { type LossName, type LossSpec, lossSpec, parseLoss, targetShapes } from "../../../nn/index.ts";
import type { TrainRequest } from "../../requests.ts";

export type LossRequest = Pick<TrainRequest, "loss" | "labelSmoothing">;

/** A loss other than plain cross-entropy, where it is one. */
interface ChosenLoss {
  readonly loss?: LossSpec;
}

/** What the command line calls the losses of images that have one class each. */
export const lossNames = {
  crossentropy: "sparseCategoricalCrossentropy",
  focal: "categoricalFocalCrossentropy",
  hinge: "categoricalHinge",
} as const satisfies Readonly<Record<string, LossName>>;

/** The loss where it is another one than plain cross-entropy. @throws for one that does not take class indices, or no smoothing */
export function chosenLoss({ loss, labelSmoothing }: LossRequest, recipe: Recipe): ChosenLoss {
  const base: LossSpec =
    loss === undefined
      ? { type: "sparseCategoricalCrossentropy", ...smoothingOf(recipe.labelSmoothing) }
      : takingClasses(lossSpec(parseLoss("--loss", loss)));
  const { labelSmoothing: own, ...rest } = { labelSmoothing: undefined, ...base };
  const smoothing = labelSmoothing ?? own;
  const chosen = lossSpec(parseLoss("--label-smoothing", { ...rest, ...smoothingOf(smoothing) }));
  return Object.keys(chosen).length === 1 && chosen.type === "sparseCategoricalCrossentropy"
    ? {}
    : { loss: chosen };
}

const smoothingOf = (labelSmoothing: number | undefined): { readonly labelSmoothing?: number } =>
  labelSmoothing === undefined || labelSmoothing === 0 ? {} : { labelSmoothing };

function takingClasses(loss: LossSpec): LossSpec {
  if (targetShapes(loss, [2]).some((shape) => shape.length === 0)) return loss;
  throw fault("--loss", {
    expected: `a loss for images of one class each: ${Object.values(lossNames).join(", ")}`,
    received: loss.type,
    exitCode: 2,
  });
}

/** Options of the command line that choose this loss; none for the recipe's. */
export function lossFlags({ loss }: ChosenLoss, recipe: Recipe): Readonly<Record<string, string | number>> {
  const same = (request: LossRequest): boolean =>
    JSON.stringify(chosenLoss(request, recipe).loss) === JSON.stringify(loss);
  if (same({})) return {};
  const { type, labelSmoothing } = {
    labelSmoothing: 0,
    ...(loss ?? lossSpec("sparseCategoricalCrossentropy")),
  };
  if (same({ labelSmoothing })) return { "label-smoothing": labelSmoothing };
  const name = Object.entries(lossNames).find(([, known]) => known === type)?.[0] ?? type;
  if (same({ loss: type, labelSmoothing }))
    return { loss: name, ...(labelSmoothing > 0 && { "label-smoothing": labelSmoothing }) };
  return { loss: JSON.stringify(loss) };
}
