import { type Shape, at, entryOf, fault, sizeOf } from "../base/index.ts";
import type { Raster } from "../data/index.ts";
import type { Backend } from "../engine/index.ts";
import { inferenceProgram, summarize } from "../nn/index.ts";
import { colourTable } from "./colours.ts";
import { squareColumns } from "./filters.ts";
import { enlarge, grid, downscale } from "./rasters.ts";
import { type ExplainedModel, imagesSource } from "./subject.ts";

/** Activation maps of one layer for one image. */
export interface ActivationImage {
  readonly layer: string;
  /** Of the maps, [h, w, channels]. */
  readonly shape: Shape;
  /** A tile a channel, from dark (least) to bright yellow (most); one scale for all channels of the layer. */
  readonly raster: Raster;
  /** Channels in the image, the first ones. */
  readonly shown: number;
}

export interface ActivationOptions {
  readonly backend: Backend;
  /** This layer alone. @default every convolution, activation, pooling and merge that gives maps */
  readonly layer?: string;
  /** Maximum number of channels per layer. @default 64 */
  readonly channels?: number;
}

/** Activation maps made ready for many images of one model. */
export interface Activations {
  readonly layers: readonly string[];
  /** One image a layer, for prepared bytes H·W·3. */
  explain(image: Uint8Array): Promise<readonly ActivationImage[]>;
  close(): void;
}

const shownTypes: ReadonlySet<string> = new Set([
  "Conv2D",
  "DepthwiseConv2D",
  "Activation",
  "MaxPooling2D",
  "AveragePooling2D",
  "Add",
  "Multiply",
  "Concatenate",
]);

/** Compiles a model so that its layers can be looked at. @throws when there is no such layer, or none gives maps */
export async function openActivations(
  subject: ExplainedModel,
  { backend, layer, channels = 64 }: ActivationOptions,
): Promise<Activations> {
  const { model, weights, inputShape } = subject;
  const layers = layersToShow(subject, layer);
  const { graph, outputs } = inferenceProgram(model, { inputShape, batchSize: 1, layers: true });
  const wanted = Object.fromEntries(layers.map((name) => [name, entryOf(outputs, `layers/${name}`)]));
  const session = await backend.open({ layers: { graph, outputs: wanted } });
  for (const name of session.parameterNames) await session.write(name, entryOf(weights, name));
  const x = new Float32Array(sizeOf(inputShape));
  return {
    layers,
    explain: async (image) => {
      const source = imagesSource(subject, { images: [image], classes: [0] });
      await source.write({ indices: Int32Array.of(0), epoch: 0 }, { x, y: new Float32Array(1) });
      const found = await session.run("layers", { x });
      return layers.map((name) => {
        const shape = entryOf(wanted, name).shape.slice(1);
        const shown = Math.min(at(shape, 2), channels);
        return { layer: name, shape, shown, raster: mapsImage(entryOf(found, name), shape, shown) };
      });
    },
    close: () => session.close(),
  };
}

function layersToShow({ model, inputShape }: ExplainedModel, layer: string | undefined): readonly string[] {
  const withMaps = summarize(model, inputShape).rows.filter(({ outputShape }) => outputShape.length === 3);
  const names = withMaps.map(({ name }) => name);
  if (layer === undefined) {
    const chosen = withMaps.filter(({ type }) => shownTypes.has(type)).map(({ name }) => name);
    if (chosen.length > 0) return chosen;
    throw fault(model.name, { expected: "a model with layers that give maps", received: "one without" });
  }
  if (names.includes(layer)) return [layer];
  throw fault(`layer ${layer}`, {
    expected: `one that gives maps: ${names.join(", ")}`,
    received: `"${layer}"`,
    exitCode: 2,
  });
}

/** Sides of a tile, pixels; chosen by eye. */
const tile = { min: 64, max: 128 };

/** Share of numbers at each end that may fall off the scale, so that a single one does not leave the others dark. Chosen by eye. */
const offScale = 0.002;

function mapsImage(maps: Float32Array, shape: Shape, shown: number): Raster {
  const [height = 0, width = 0, channels = 0] = shape;
  const values = new Float32Array(height * width * shown);
  for (let position = 0; position < height * width; position++)
    values.set(maps.subarray(position * channels, position * channels + shown), position * shown);
  const sorted = values.toSorted();
  const lower = at(sorted, Math.floor(offScale * (sorted.length - 1)));
  const upper = at(sorted, Math.ceil((1 - offScale) * (sorted.length - 1)));
  const colours = colourTable("viridis");
  const tiles = Array.from({ length: shown }, (_, channel) => {
    const data = new Uint8Array(height * width * 3);
    for (let position = 0; position < height * width; position++) {
      const part = upper > lower ? (at(values, position * shown + channel) - lower) / (upper - lower) : 0;
      const step = Math.round(255 * Math.min(Math.max(part, 0), 1));
      data.set(colours.subarray(step * 3, step * 3 + 3), position * 3);
    }
    return fitTile({ width, height, data });
  });
  return grid(tiles, { columns: squareColumns(shown) });
}

function fitTile(raster: Raster): Raster {
  const longer = Math.max(raster.width, raster.height);
  return longer < tile.min ? enlarge(raster, Math.round(tile.min / longer)) : downscale(raster, tile.max);
}
