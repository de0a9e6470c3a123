import { type NdArray, fault, ndarray } from "../base/index.ts";
import { asClassifier } from "../bundle/index.ts";
import { arraySource, indexOfLargest } from "../evaluate/index.ts";
import { openGradCam } from "../explain/index.ts";
import { outputShapeOf } from "../nn/index.ts";
import { checkInput, refuseNonFinite } from "./check.ts";
import { type Platform, withBackend } from "./platform.ts";
import { type ModelState, trainedOf } from "./state.ts";
import type { GradCamOptions } from "./types.ts";

/** `model.gradCam`: a heat map of a class for each row of x. */
export async function gradCamOf(
  state: ModelState,
  platform: Platform,
  { x, classes, options }: { x: NdArray; classes: ArrayLike<number>; options: GradCamOptions },
): Promise<NdArray<Float32Array>> {
  const trained = asClassifier(trainedOf(state, "model.gradCam"));
  const count = checkInput("model.gradCam", x, trained.inputShape);
  checkClasses(classes, count, outputShapeOf(trained.model, trained.inputShape)[0] ?? 0);
  const { layer, batchSize = 32 } = options;
  return withBackend(platform, options, async (backend) => {
    const opened = await openGradCam(trained, {
      backend,
      batchSize: Math.min(batchSize, count),
      ...(layer !== undefined && { layer }),
    });
    try {
      const heat = await opened.explain(arraySource(x, ndarray(Int32Array.from(classes), [count])));
      const [first] = heat;
      const all = new Float32Array(count * (first?.data.length ?? 0));
      heat.forEach(({ data }, i) => all.set(data, i * data.length));
      if (!all.every(Number.isFinite)) refuseNonFinite("model.gradCam", { x });
      return ndarray(all, [count, ...(first?.shape ?? [])]);
    } finally {
      opened.close();
    }
  });
}

function checkClasses(classes: ArrayLike<number>, count: number, outputs: number): void {
  const who = "model.gradCam: classes";
  if (classes.length !== count)
    throw fault(who, {
      expected: `${count} class indices, one a row of x`,
      received: `${classes.length}`,
      exitCode: 2,
    });
  for (const label of Array.from(classes)) {
    if (Number.isInteger(label) && label >= 0 && label < outputs) continue;
    throw fault(who, {
      expected: `class indices from 0 to ${outputs - 1}`,
      received: `${label}`,
      exitCode: 2,
    });
  }
}

/** The class with the largest output in each row; of one output, that of a sigmoid, 1 above a half. */
export function predictedClasses({ shape: [count = 0, outputs = 1], data }: NdArray): Int32Array {
  if (outputs === 1) return Int32Array.from(data, (probability) => (probability > 0.5 ? 1 : 0));
  return Int32Array.from({ length: count }, (_, i) =>
    indexOfLargest(data.subarray(i * outputs, (i + 1) * outputs)),
  );
}
