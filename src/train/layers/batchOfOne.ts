import { type Shape, fault, sizeOf } from "../../base/index.ts";
import { type ModelSpec, summarize } from "../../nn/index.ts";

/**
 * Refuses batches of one example where a batch norm finds a single value of each channel in them: less its mean that is 0, whatever
 * the example, and nothing before the layer learns; `who` is the call. Frozen ones, which use moving averages, may stay. @throws naming the layer
 */
export function checkBatchOfOne(who: string, model: ModelSpec, inputShape: Shape, batchSize: number): void {
  if (batchSize > 1) return;
  const lonely = summarize(model, inputShape).rows.find(
    ({ type, trainable, outputShape }) =>
      type === "BatchNormalization" && trainable > 0 && sizeOf(outputShape) === outputShape.at(-1),
  );
  if (!lonely) return;
  throw fault(`${who}: batchSize`, {
    expected: `2 or more: ${lonely.name} normalises one value of each channel over the batch alone`,
    received: "1",
    fix: "use a larger batch, larger images, or groupNormalization or layerNormalization in its place",
    exitCode: 2,
  });
}
