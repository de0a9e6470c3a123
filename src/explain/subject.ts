import { type Shape, at, fault, sizeOf } from "../base/index.ts";
import { type Transform, normaliseInto, normaliseTable, stagesOf } from "../data/index.ts";
import type { BatchSource, TrainedModel } from "../evaluate/index.ts";
import { outputShapeOf } from "../nn/index.ts";

/** A trained model that takes images; what a model file holds is one. */
export interface ExplainedModel extends TrainedModel {
  /** Of one image, [H, W, 3]. */
  readonly inputShape: Shape;
  /** From a decoded image to the network's input. */
  readonly transforms: readonly Transform[];
}

/** Prepared images and the class to explain for each. */
export interface ImagesOfClasses {
  /** H·W·3 bytes each, resized and not yet normalised. */
  readonly images: readonly Uint8Array[];
  /** Class index of each. */
  readonly classes: ArrayLike<number>;
}

/** Prepared images as examples whose target is the class to explain. @throws when sizes or classes do not fit the model */
export function imagesSource(
  { model, inputShape, transforms }: ExplainedModel,
  { images, classes }: ImagesOfClasses,
): BatchSource {
  const size = sizeOf(inputShape);
  const outputs = outputShapeOf(model, inputShape)[0] ?? 0;
  images.forEach((bytes, i) => {
    if (bytes.length !== size)
      throw fault(`explain: images[${i}]`, { expected: `${size} bytes`, received: `${bytes.length}` });
    const label = classes[i];
    if (label === undefined || !Number.isInteger(label) || label < 0 || label >= outputs) {
      throw fault(`explain: classes[${i}]`, {
        expected: `a class index from 0 to ${outputs - 1}`,
        received: `${label ?? "none"}`,
      });
    }
  });
  const table = normaliseTable(stagesOf(transforms).normalise);
  return {
    count: images.length,
    inputShape,
    targetShape: [],
    write({ indices }, { x, y }) {
      indices.forEach((index, row) => {
        normaliseInto(at(images, index), table, x, row * size);
        y[row] = at(classes, index);
      });
    },
  };
}
