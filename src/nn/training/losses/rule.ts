import { type FoveaError, type Shape, fault, sameShape, showShape } from "../../../base/index.ts";
import { type Value, meanSquaredError, oneHot, reduceMean } from "../../../engine/index.ts";
import { type Head, applyHead } from "../../lower.ts";
import { binaryTerms, categoricalTerms } from "./crossentropy.ts";
import { type AnyLoss, type LossInputs, applyCustomLoss, isPlainLoss, withName } from "./custom.ts";
import { absoluteTerms, hingeTerms, huberTerms } from "./distances.ts";
import { type LossName, type LossSpec, lossSpec } from "./loss.ts";

/** What a loss makes of the model's end. */
interface Kind {
  /** The last activation that it is computed through; "none": any. */
  readonly head: Head;
  /** What y holds for one example: a class index, a row of the outputs' shape, or either. */
  readonly targets: "index" | "row" | "either";
}

const kinds: Readonly<Record<LossName, Kind>> = {
  sparseCategoricalCrossentropy: { head: "softmax", targets: "index" },
  categoricalCrossentropy: { head: "softmax", targets: "row" },
  categoricalFocalCrossentropy: { head: "softmax", targets: "either" },
  binaryCrossentropy: { head: "sigmoid", targets: "row" },
  binaryFocalCrossentropy: { head: "sigmoid", targets: "row" },
  categoricalHinge: { head: "none", targets: "either" },
  meanSquaredError: { head: "none", targets: "row" },
  meanAbsoluteError: { head: "none", targets: "row" },
  huber: { head: "none", targets: "row" },
};

const kindOf = (loss: AnyLoss): Kind =>
  isPlainLoss(loss) ? kinds[lossSpec(loss).type] : { head: "none", targets: "either" };

/** What errors and tables call a loss. */
export const lossName = (loss: AnyLoss): string =>
  isPlainLoss(loss) ? lossSpec(loss).type : withName(loss).name;

const isFromLogits = (loss: AnyLoss): boolean =>
  typeof loss === "object" && "fromLogits" in loss ? (loss.fromLogits ?? false) : false;

/** The activation that makes probabilities of the logits: the model's own, or where it has none what the loss applies. */
export const headFor = (loss: AnyLoss, head: Head): Head => (isFromLogits(loss) ? kindOf(loss).head : head);

/** @throws when a loss cannot be computed from what the model ends in */
export function checkLoss(
  loss: AnyLoss,
  { head, output, name }: { head: Head; output: Shape; name: string },
): void {
  const { head: wanted } = kindOf(loss);
  const fromLogits = isFromLogits(loss);
  if (wanted !== "none" && head !== (fromLogits ? "none" : wanted)) {
    const received = head === "none" ? "another or no activation" : head;
    throw fault(lossName(loss), {
      expected: fromLogits
        ? "a model that ends without activation, as fromLogits: true says"
        : `a model that ends in ${wanted}`,
      received: `${received} in ${name}`,
      fix: fromLogits ? "leave fromLogits out" : `give the last layer activation: "${wanted}"`,
    });
  }
  if (wanted === "softmax" && output.length !== 1) {
    throw fault(lossName(loss), {
      expected: "one row of class probabilities an image",
      received: showShape(output),
      fix: "put flatten() or globalAveragePooling2d() before the last dense layer",
    });
  }
}

/** Shapes that the target of one example may have, the usual one first; nothing where the loss itself decides. */
export function targetShapes(loss: AnyLoss, output: Shape): readonly Shape[] {
  if (!isPlainLoss(loss)) return [];
  const { targets } = kindOf(loss);
  if (targets === "index") return [[]];
  return targets === "row" ? [output] : [[], output];
}

/** Whether a loss takes targets of a shape. */
export function takesTargets(loss: AnyLoss, output: Shape, target: Shape): boolean {
  const shapes = targetShapes(loss, output);
  return shapes.length === 0 || shapes.some((shape) => sameShape(shape, target));
}

/** Shape of the labels of a batch, the usual one where there are several. */
export const labelShape = (loss: AnyLoss, batchSize: number, output: Shape): Shape => [
  batchSize,
  ...(targetShapes(loss, output)[0] ?? []),
];

/** What a loss is computed from. */
export interface LossCall extends Omit<LossInputs, "predictions"> {
  /** The model's last activation, where that is softmax or sigmoid. */
  readonly head: Head;
}

/** The numbers whose mean is the loss of a batch: one for each example, [B], or for each output, [B, …]; [] of a custom one. */
export function lossTerms(loss: AnyLoss, { logits, head, labels }: LossCall): Value {
  if (isPlainLoss(loss)) return termsOf(lossSpec(loss), { logits, head, labels });
  return applyCustomLoss(withName(loss), { logits, labels, predictions: applyHead(logits, head) });
}

function termsOf(loss: LossSpec, { logits, head, labels }: LossCall): Value {
  const outputs = (): Value => applyHead(logits, head);
  switch (loss.type) {
    case "sparseCategoricalCrossentropy":
    case "categoricalCrossentropy":
    case "categoricalFocalCrossentropy":
      return categoricalTerms(loss, logits, labels);
    case "binaryCrossentropy":
    case "binaryFocalCrossentropy":
      return binaryTerms(loss, logits, labels);
    case "categoricalHinge":
      return hingeTerms(outputs(), inRows(labels, logits));
    case "meanSquaredError":
      return meanSquaredError(outputs(), labels);
    case "meanAbsoluteError":
      return absoluteTerms(outputs(), labels);
    case "huber":
      return huberTerms(outputs(), labels, loss.delta ?? 1);
    default:
      return loss satisfies never;
  }
}

/** Class indices as one-hot rows; rows as they are. */
const inRows = (labels: Value, { shape }: Value): Value =>
  labels.shape.length === 1 ? oneHot(labels, shape.at(-1) ?? 1) : labels;

/** One number for each example, [B], from {@link lossTerms}; [] stays. */
export function perExample(terms: Value): Value {
  const axes = terms.shape.slice(1).map((_, i) => i + 1);
  return axes.length === 0 ? terms : reduceMean(terms, { axes });
}

/** Weights have nothing to multiply in a loss that is one number for a whole batch. */
export const wholeBatchBesideWeights = (loss: AnyLoss): FoveaError =>
  fault(`loss ${lossName(loss)}`, {
    expected: "one number for each example beside weights of examples or classes",
    received: "one for the whole batch",
    fix: "leave the mean over the examples to training",
    exitCode: 2,
  });
