import { type Shape, fault, showShape } from "../../base/index.ts";
import {
  type Value,
  binaryCrossEntropy,
  meanSquaredError,
  reduceMean,
  softmaxCrossEntropy,
} from "../../engine/index.ts";
import { type Head, applyHead } from "../lower.ts";

const names = [
  "sparseCategoricalCrossentropy",
  "categoricalCrossentropy",
  "binaryCrossentropy",
  "meanSquaredError",
] as const;

/**
 * The loss that training minimises, with Keras's names. sparseCategoricalCrossentropy: labels are class indices [B];
 * the others take targets of the predictions' shape, one-hot rows [B, classes] for categoricalCrossentropy.
 * @example
 * const loss: Loss = "categoricalCrossentropy";
 */
export type Loss =
  | "sparseCategoricalCrossentropy"
  | "categoricalCrossentropy"
  | "binaryCrossentropy"
  | "meanSquaredError";

/** Checks a loss that the user typed. */
export function parseLoss(who: string, value: unknown): Loss {
  const name = names.find((known) => known === value);
  if (name) return name;
  throw fault(who, { expected: `one of ${names.join(", ")}`, received: String(value), exitCode: 2 });
}

/** The last activation that a loss is computed through, from the logits; "none": any. */
const headOf: Readonly<Record<Loss, Head>> = {
  sparseCategoricalCrossentropy: "softmax",
  categoricalCrossentropy: "softmax",
  binaryCrossentropy: "sigmoid",
  meanSquaredError: "none",
};

/** @throws when a loss cannot be computed from what the model ends in */
export function checkLoss(
  loss: Loss,
  { head, output, name }: { head: Head; output: Shape; name: string },
): void {
  const wanted = headOf[loss];
  if (wanted !== "none" && head !== wanted) {
    const received = head === "none" ? "another or no activation" : head;
    throw fault(loss, {
      expected: `a model that ends in ${wanted}`,
      received: `${received} in ${name}`,
      fix: `give the last layer activation: "${wanted}"`,
    });
  }
  if (wanted === "softmax" && output.length !== 1) {
    throw fault(loss, {
      expected: "one row of class probabilities an image",
      received: showShape(output),
      fix: "put flatten() or globalAveragePooling2d() before the last dense layer",
    });
  }
}

/** Shape of the labels of a batch. */
export const labelShape = (loss: Loss, batchSize: number, output: Shape): Shape =>
  loss === "sparseCategoricalCrossentropy" ? [batchSize] : [batchSize, ...output];

/** Mean loss of the batch, [], from logits [B, …] and labels. */
export function lossOf(
  loss: Loss,
  { logits, head, labels }: { logits: Value; head: Head; labels: Value },
): Value {
  switch (loss) {
    case "sparseCategoricalCrossentropy":
    case "categoricalCrossentropy":
      return reduceMean(softmaxCrossEntropy(logits, labels));
    case "binaryCrossentropy":
      return reduceMean(binaryCrossEntropy(logits, labels));
    case "meanSquaredError":
      return reduceMean(meanSquaredError(applyHead(logits, head), labels));
    default:
      return loss satisfies never;
  }
}
