import { type Shape, at } from "../base/index.ts";
import { type ModelSpec, type SummaryRow, summarize } from "../nn/index.ts";

const convolutions: ReadonlySet<string> = new Set(["Conv2D", "DepthwiseConv2D"]);
const partOfConvolution: ReadonlySet<string> = new Set([
  "BatchNormalization",
  "LayerNormalization",
  "GroupNormalization",
  "Activation",
  "ReLU",
  "LeakyReLU",
  "ELU",
  "PReLU",
]);

/** Those and what else ends in a map of channels: where Grad-CAM can look. */
const mapMakers: ReadonlySet<string> = new Set([...convolutions, "SeparableConv2D", "Conv2DTranspose"]);

/** More than one position: a map of a single number has no location. */
const hasPositions = ({ outputShape: [height = 1, width = 1, channels] }: SummaryRow): boolean =>
  channels !== undefined && height * width > 1;

/**
 * The default layer of Grad-CAM: the last convolution whose maps have more than one position, with the batch
 * norm and activation that follow it; a convolution inside a merge stands for the merge. Undefined where the model has none.
 */
export function lastConvolution(model: ModelSpec, inputShape?: Shape): string | undefined {
  const { rows } = summarize(model, inputShape);
  const found = rows.findLastIndex((row) => mapMakers.has(row.type) && hasPositions(row));
  const convolution = rows[found];
  if (!convolution) return undefined;
  // Branches stand before their merge, so that the next row of depth 0 is the layer itself or the merge around it.
  const outer = rows.findIndex((row, i) => i >= found && row.depth === 0);
  if (!hasPositions(at(rows, outer))) return convolution.name;
  let last = outer;
  while (partOfConvolution.has(rows[last + 1]?.type ?? "")) last++;
  return at(rows, last).name;
}

/** Layers with filters, in the order in which they run. */
export const convolutionNames = (model: ModelSpec, inputShape?: Shape): readonly string[] =>
  summarize(model, inputShape)
    .rows.filter(({ type }) => convolutions.has(type))
    .map(({ name }) => name);
