import { type Shape, at, entryOf, fault } from "../base/index.ts";
import type { Raster } from "../data/index.ts";
import { parametersOf } from "../nn/index.ts";
import { convolutionNames } from "./layers.ts";
import { enlarge, grid } from "./rasters.ts";
import type { ExplainedModel } from "./subject.ts";

/** The filters of a layer as one image. */
export interface FilterImage {
  readonly layer: string;
  readonly raster: Raster;
  /** Filters of the layer, and how many of them are in the image. */
  readonly filters: number;
  readonly shownFilters: number;
  /** Channels that each filter looks at, and how many of them are in the image. */
  readonly channels: number;
  readonly shownChannels: number;
}

/** Side of a tile, pixels, about; chosen by eye, as the limits below. */
const tileSide = 56;
/** Maximum number of filters in an image; of rows and columns where each channel has its own tile. */
const maxFilters = 256;
const maxRows = 16;

/**
 * Filters as tiles with 0 as mid-grey and the greatest weight of each filter at black or white. Those that look at the image itself
 * are in its colours; others are grey, a tile a filter where they look at one channel, else a row a filter and a column a channel.
 * @default layer the first convolution. @throws when the model has none, or the layer is none
 */
export function filterImage({ model, weights, inputShape }: ExplainedModel, layer?: string): FilterImage {
  const names = convolutionNames(model, inputShape);
  const chosen = layer ?? names[0];
  if (chosen === undefined)
    throw fault(model.name, { expected: "a model with convolutions", received: "one without" });
  if (!names.includes(chosen)) {
    throw fault(`layer ${chosen}`, {
      expected: `one with filters: ${names.join(", ")}`,
      received: `"${chosen}"`,
      exitCode: 2,
    });
  }
  const kernel = `${chosen}/kernel`;
  const shape = parametersOf(model, inputShape).find(({ name }) => name === kernel)?.shape ?? [];
  const [, , channels = 0, filters = 0] = shape;
  const tiles = tilesOf(shape, entryOf(weights, kernel));
  const colours = channels === 3 && chosen === names[0];
  const single = colours || channels === 1;
  const shownFilters = Math.min(filters, single ? maxFilters : maxRows);
  const shownChannels = single ? channels : Math.min(channels, maxRows);
  const rows = Array.from({ length: shownFilters }, (_, filter) =>
    colours
      ? [tiles(filter, [0, 1, 2])]
      : Array.from({ length: shownChannels }, (_, channel) => tiles(filter, [channel, channel, channel])),
  );
  const columns = single ? Math.min(squareColumns(shownFilters), 16) : shownChannels;
  return {
    layer: chosen,
    raster: grid(rows.flat(), { columns, gap: 6 }),
    filters,
    shownFilters,
    channels,
    shownChannels,
  };
}

/** Columns of a grid that is about square: the next power of two, so that counts usual in nets fill it. */
export function squareColumns(count: number): number {
  let columns = 1;
  while (columns * columns < count) columns *= 2;
  return columns;
}

/** Draws one filter of a kernel [R, S, C, K], given which channel each of red, green and blue shows. */
function tilesOf(
  shape: Shape,
  kernel: Float32Array,
): (filter: number, shown: readonly [number, number, number]) => Raster {
  const [height = 0, width = 0, channels = 0, filters = 0] = shape;
  const factor = Math.max(Math.round(tileSide / Math.max(height, width)), 1);
  const weight = (position: number, channel: number, filter: number): number =>
    at(kernel, (position * channels + channel) * filters + filter);
  return (filter, shown) => {
    let greatest = 0;
    for (let i = 0; i < height * width * channels; i++)
      greatest = Math.max(greatest, Math.abs(at(kernel, i * filters + filter)));
    const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
      const value = weight(Math.floor(i / 3), at(shown, i % 3), filter);
      return Math.round(127.5 + (greatest > 0 ? (127.5 * value) / greatest : 0));
    });
    return enlarge({ width, height, data }, factor);
  };
}
