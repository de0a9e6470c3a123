import { isMerge } from "../layers/index.ts";
import type { Layer } from "../layers/layer.ts";
import type { ModelSpec } from "./model.ts";

const insideOf = (layer: Layer): readonly Layer[] =>
  isMerge(layer) && layer.branches ? layer.branches.flat() : [];

const countsIn = (layers: readonly Layer[]): readonly number[] =>
  layers.flatMap((layer) => [layer.trainableEpochs ?? Infinity, ...countsIn(insideOf(layer))]);

/** After how many epochs some layer is trained no more, rising. */
export const freezingEpochs = ({ layers }: ModelSpec): readonly number[] =>
  [...new Set(countsIn(layers))].filter(Number.isFinite).sort((a, b) => a - b);

/** The model as it is trained after so many epochs: layers whose time is over are frozen. */
export const frozenAfter = (model: ModelSpec, epochs: number): ModelSpec => ({
  ...model,
  layers: frozenIn(model.layers, epochs),
});

const frozenIn = (layers: readonly Layer[], epochs: number): readonly Layer[] =>
  layers.map((layer) => {
    const inside =
      isMerge(layer) && layer.branches
        ? { ...layer, branches: layer.branches.map((branch) => frozenIn(branch, epochs)) }
        : layer;
    return (layer.trainableEpochs ?? Infinity) <= epochs ? { ...inside, trainable: false } : inside;
  });
