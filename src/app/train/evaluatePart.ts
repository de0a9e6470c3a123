import { evaluateModel } from "../../evaluate/index.ts";
import type { BatchSource } from "../../evaluate/index.ts";
import type { Weights } from "../../train/index.ts";
import type { FitInputs } from "./fitOptions.ts";

type Evaluation = NonNullable<Awaited<ReturnType<typeof evaluateModel>>>;

/** The predictions of a model for all images of a source. */
export async function evaluatePart(
  { settings, backend }: Pick<FitInputs, "settings" | "backend">,
  weights: Weights,
  source: BatchSource,
): Promise<Evaluation> {
  const { model, batchSize } = settings;
  const evaluation = await evaluateModel({ model, weights }, source, { backend, batchSize });
  if (!evaluation) throw new Error("evaluation stopped though nobody asked it to");
  return evaluation;
}
