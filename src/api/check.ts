import {
  type NdArray,
  type Shape,
  fault,
  firstNonFinite,
  ndarray,
  sameShape,
  showShape,
  sizeOf,
  toNdArray,
} from "../base/index.ts";
import {
  type AnyLoss,
  type ModelSpec,
  isPlainLoss,
  lossName,
  outputShapeOf,
  takesTargets,
  targetShapes,
} from "../nn/index.ts";
import type { ModelState } from "./state.ts";

/**
 * Labels as an array of the shape that the loss wants: one number a row [n] is [n, 1] for a model that ends in one unit, as in Keras.
 */
export function labelsOf(who: string, y: unknown, { compiled, spec }: ModelState): NdArray {
  const labels = toNdArray(who, y);
  const { shape, data } = labels;
  const inRows = compiled !== undefined && !takesTargets(compiled.loss, [2], []);
  if (!inRows || shape.length !== 1) return labels;
  const last = spec.layers.findLast(({ type }) => type !== "activation" && type !== "dropout");
  return last?.type === "dense" && last.units === 1 ? ndarray(data, [...shape, 1]) : labels;
}

/** Checks rows, shapes and class indices before anything is compiled. `who` is the call, e.g. "model.fit". */
export function checkExamples(
  who: string,
  { x, y }: { readonly x: NdArray; readonly y: NdArray },
  {
    model,
    loss,
    inputShape,
  }: { readonly model: ModelSpec; readonly loss: AnyLoss; readonly inputShape: Shape },
): void {
  const count = checkInput(who, x, inputShape);
  const output = outputShapeOf(model, inputShape);
  const name = lossName(loss);
  if (y.shape[0] !== count || !takesTargets(loss, output, y.shape.slice(1))) {
    const wanted = targetShapes(loss, output).map((shape) => showShape([count, ...shape]));
    throw fault(`${who}: y`, {
      expected: wanted.length > 0 ? `shape ${wanted.join(" or ")} for ${name}` : `${count} rows, as x has`,
      received: showShape(y.shape),
      ...(wanted.length > 0 && { fix: fixFor(loss) }),
      exitCode: 2,
    });
  }
  if (name === "binaryCrossentropy" || name === "binaryFocalCrossentropy") checkFractions(`${who}: y`, y);
  if (!isPlainLoss(loss) || y.shape.length > 1) return;
  const classes = output[0] ?? 0;
  const bad = y.data.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (bad < 0) return;
  throw fault(`${who}: y[${bad}]`, {
    expected: `a class index from 0 to ${classes - 1}, since the last layer has ${classes} units`,
    received: `${y.data[bad]}`,
    ...(classes === 1 && {
      fix: 'for one sigmoid unit and labels 0 and 1: model.compile({ loss: "binaryCrossentropy" })',
    }),
    exitCode: 2,
  });
}

/** Where outputs or a loss are no numbers: @throws naming the value of the arrays that is none; else there is another reason. */
export function refuseNonFinite(who: string, arrays: Readonly<Record<string, NdArray>>): void {
  for (const [name, { data, shape }] of Object.entries(arrays)) {
    const found = firstNonFinite(data, shape.slice(1));
    if (!found) continue;
    throw fault(`${who}: ${name}[${found.at.join(", ")}]`, {
      expected: "a finite number",
      received: found.value,
      fix: "replace values that are not finite, or leave out their rows",
      exitCode: 2,
    });
  }
}

/** @throws when a target of a sigmoid is no probability */
function checkFractions(who: string, { data }: NdArray): void {
  const bad = data.findIndex((value) => !(value >= 0 && value <= 1));
  if (bad < 0) return;
  throw fault(`${who}[${bad}]`, {
    expected: "0 or 1, or a probability between them, for binaryCrossentropy",
    received: `${data[bad]}`,
    exitCode: 2,
  });
}

/** Number of examples in x. @throws when it has none, or they are of another shape. */
export function checkInput(who: string, x: NdArray, inputShape: Shape): number {
  const [count = 0, ...each] = x.shape;
  if (count > 0 && sameShape(each, inputShape)) return count;
  throw fault(`${who}: x`, {
    expected: `shape [n, ${inputShape.join(", ")}], n 1 or more`,
    received: showShape(x.shape),
    ...fixForInput(x, inputShape),
    exitCode: 2,
  });
}

/** What to do where numbers stand in one row, or an image is given without a list around it. */
function fixForInput({ shape, data }: NdArray, inputShape: Shape): { readonly fix?: string } {
  if (sameShape(shape, inputShape)) return { fix: "give a list of examples: [x]" };
  const rows = data.length / sizeOf(inputShape);
  const isFlat = shape.length <= 2 && inputShape.length > 1 && Number.isInteger(rows) && rows > 0;
  return isFlat ? { fix: `give its shape: ndarray(numbers, [${[rows, ...inputShape].join(", ")}])` } : {};
}

const fixFor = (loss: AnyLoss): string =>
  lossName(loss) === "sparseCategoricalCrossentropy"
    ? "give class indices, or use categoricalCrossentropy for one-hot rows"
    : "use toCategorical(y), or sparseCategoricalCrossentropy for class indices";
