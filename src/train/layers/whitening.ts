import { type Shape, at, fault, seeded, sizeOf } from "../../base/index.ts";
import { epochOrder } from "../../data/index.ts";
import { type Batch, type BatchSource, type TrainingSource, runBatches } from "../../evaluate/index.ts";
import { type ModelSpec, type Whitening, initialize, isWhitening, parametersOf } from "../../nn/index.ts";
import type { Weights } from "../weights.ts";
import { eigenPairs } from "./eigen.ts";

// Filters of the first layer that take the patches of the training images apart (hlb-CIFAR10; Jordan 2024, arXiv:2404.00498).

/** Patches that are looked at, at most: as many as 5,000 images of 32x32 have. */
const maxPatches = 5e6;
const batchSize = 64;

/** The numbers that a training begins with: drawn, and whitening filters computed from the images. */
export const firstWeights = (
  model: ModelSpec,
  source: BatchSource | TrainingSource,
  seed: number,
): Promise<Weights> =>
  withWhitening(model, initialize(model, source.inputShape, seeded(seed).fork("weights")), { source, seed });

interface WhiteningData {
  readonly source: BatchSource | TrainingSource;
  /** Chooses the images. */
  readonly seed: number;
}

/**
 * The weights with whitening filters in the place of the first layer's, where it asks for them.
 * @throws where another layer asks, or has a number of filters that they cannot have
 */
export async function withWhitening(
  model: ModelSpec,
  weights: Weights,
  { source, seed }: WhiteningData,
): Promise<Weights> {
  const specs = parametersOf(model, source.inputShape);
  const asking = specs.filter(({ initializer }) => isWhitening(initializer));
  const [kernel] = asking;
  if (!kernel || !isWhitening(kernel.initializer)) return weights;
  const [first] = model.layers;
  const stranger = asking.find(({ name }) => name !== specs[0]?.name || first?.type !== "conv2d");
  if (stranger) {
    throw fault(`whitening: ${stranger.name}`, {
      expected: "the kernel of a conv2d that is the first layer of the model",
      received: "another layer",
      fix: "use heNormal there",
      exitCode: 2,
    });
  }
  if (source.inOrder) {
    throw fault(`whitening: ${kernel.name}`, {
      expected: "training images that can be read before training",
      received: "a stream, whose images come once",
      fix: "give arrays or a folder",
      exitCode: 2,
    });
  }
  const patches = await patchesOf(kernel.shape, kernel.initializer, { source, seed });
  return { ...weights, [kernel.name]: filtersOf(kernel, kernel.initializer, patches) };
}

/** Mean of the products of each two numbers of a patch, [n, n], over training images in an order of their own. */
async function patchesOf(
  [rows = 1, columns = 1, channels = 1]: Shape,
  { images }: Whitening,
  { source, seed }: WhiteningData,
): Promise<Float64Array> {
  const [height = 1, width = 1] = source.inputShape;
  const places = Math.max((height - rows + 1) * (width - columns + 1), 1);
  const count = Math.min(images, source.count, Math.max(Math.floor(maxPatches / places), 1));
  const all = Int32Array.from({ length: source.count }, (_, i) => i);
  const order = epochOrder(all, seed, 0).subarray(0, count);
  const window = { rows, columns, channels, width, height };
  const sums = new Float64Array((rows * columns * channels) ** 2);
  const add = ({ x, count: filled }: Batch): Promise<void> => {
    for (let image = 0; image < filled; image++)
      addPatches(
        sums,
        x.subarray(image * sizeOf(source.inputShape), (image + 1) * sizeOf(source.inputShape)),
        window,
      );
    return Promise.resolve();
  };
  for await (const _ of runBatches({ source, order, batchSize, epoch: 0 }, add));
  return mirrored(sums, rows * columns * channels, count * places);
}

interface Window {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Adds the products of one image's patches, above and on the diagonal. */
function addPatches(
  sums: Float64Array,
  image: Float32Array,
  { rows, columns, channels, height, width }: Window,
): void {
  const rowLength = columns * channels;
  const n = rows * rowLength;
  const patch = new Float64Array(n);
  for (let top = 0; top + rows <= height; top++)
    for (let left = 0; left + columns <= width; left++) {
      for (let r = 0; r < rows; r++) {
        const start = ((top + r) * width + left) * channels;
        for (let i = 0; i < rowLength; i++) patch[r * rowLength + i] = image[start + i] ?? 0;
      }
      for (let i = 0; i < n; i++) {
        const x = patch[i] ?? 0;
        for (let j = i; j < n; j++) sums[i * n + j] = (sums[i * n + j] ?? 0) + x * (patch[j] ?? 0);
      }
    }
}

/** Both halves of a symmetric matrix, out of sums of the upper one. */
const mirrored = (sums: Float64Array, n: number, count: number): Float64Array =>
  sums.map((_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    return at(sums, Math.min(row, column) * n + Math.max(row, column)) / count;
  });

/** Each component over its deviation, the strongest first, and then their negatives. */
function filtersOf(
  { name, shape }: { readonly name: string; readonly shape: Shape },
  { epsilon }: Whitening,
  products: Float64Array,
): Float32Array {
  const filters = at(shape, 3);
  const n = sizeOf(shape) / filters;
  if (filters % 2 === 1 || filters > 2 * n) {
    throw fault(`whitening: ${name}`, {
      expected: `an even number of filters, at most ${2 * n}, twice the numbers of a patch`,
      received: `${filters}`,
      exitCode: 2,
    });
  }
  const kernel = new Float32Array(n * filters);
  for (const [k, { value, vector }] of eigenPairs(products, n)
    .slice(0, filters / 2)
    .entries()) {
    const scale = 1 / Math.sqrt(Math.max(value, 0) + epsilon);
    for (const [i, x] of vector.entries()) {
      kernel[i * filters + k] = x * scale;
      kernel[i * filters + filters / 2 + k] = -x * scale;
    }
  }
  return kernel;
}
