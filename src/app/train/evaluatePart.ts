import { type BatchSource, type Predictions, predictModel } from "../../evaluate/index.ts";
import type { Weights } from "../../train/index.ts";
import type { FitInputs } from "./fitOptions.ts";

/** The predictions of a model for all images of a source. */
export async function evaluatePart(
  { settings, backend }: Pick<FitInputs, "settings" | "backend">,
  weights: Weights,
  source: BatchSource,
): Promise<Predictions> {
  const { model, batchSize } = settings;
  const predictions = await predictModel({ model, weights }, source, { backend, batchSize });
  if (!predictions) throw new Error("prediction stopped though nobody asked it to");
  return predictions;
}
