import { expectTypeOf } from "vitest";
import * as fovea from "../../src/index.ts";
import { openPredictor } from "../../src/predict.ts";

// Compiled by `npm run types`, never run: what a user's editor and compiler see of the library.

// Options of layers: what must be given, and what may be chosen.
fovea.conv2d({ filters: 8, kernelSize: [3, 3], padding: "same", activation: "relu" });
// @ts-expect-error a convolution without filters
fovea.conv2d({ kernelSize: 3 });
// @ts-expect-error no such padding
fovea.conv2d({ filters: 8, kernelSize: 3, padding: "full" });

// A folder of images as arrays, and its parts.
const folder = await fovea.imageFolder("pets", { size: { height: 64, width: 48 }, limitPerClass: 9 });
expectTypeOf(folder.x).toEqualTypeOf<fovea.NdArray<Uint8Array>>();
expectTypeOf(folder.y).toEqualTypeOf<fovea.NdArray<Int32Array>>();
const parts = fovea.trainTestSplit(folder.x, folder.y, { testSize: 0.2, groups: folder.groups });
expectTypeOf(parts.xTrain).toEqualTypeOf<fovea.NdArray<Uint8Array>>();
expectTypeOf(parts.yTest).toEqualTypeOf<fovea.NdArray<Int32Array>>();
expectTypeOf(fovea.toCategorical(folder.y, 3)).toEqualTypeOf<fovea.NdArray<Float32Array>>();
// @ts-expect-error options are needed: size or transforms
await fovea.imageFolder("pets");
// @ts-expect-error a side is a number
await fovea.imageFolder("pets", { size: "64" });
// @ts-expect-error random steps belong to training, not to a folder's preparation
await fovea.imageFolder("pets", { transforms: [{ type: "randomFlip", horizontal: true, vertical: false }] });

// The model: compile, fit and evaluate, with Keras's names.
declare const model: fovea.Model;
declare const x: fovea.NdArray;
expectTypeOf(model.compile({ optimizer: fovea.adam(), loss: "meanSquaredError" })).toEqualTypeOf<void>();
expectTypeOf(model.fit(x, x)).resolves.toEqualTypeOf<fovea.TrainingHistory>();
expectTypeOf(
  model.fit(x, x, { augment: [fovea.randomFlip()] }),
).resolves.toEqualTypeOf<fovea.TrainingHistory>();
// @ts-expect-error what is measured is never augmented
void model.evaluate(x, x, { augment: "heavy" });
// @ts-expect-error no such set
void model.fit(x, x, { augment: "strong" });
expectTypeOf(model.evaluate(x, x)).resolves.toEqualTypeOf<fovea.EvaluationFigures>();
expectTypeOf(model.predict(x)).resolves.toEqualTypeOf<fovea.NdArray<Float32Array>>();
expectTypeOf(model.gradCam(x, { classes: [1], layer: "conv2d" })).resolves.toEqualTypeOf<
  fovea.NdArray<Float32Array>
>();
expectTypeOf(model.save("m.safetensors", folder)).resolves.toEqualTypeOf<void>();
expectTypeOf(model.summary([8, 8, 3])).toEqualTypeOf<string>();
// @ts-expect-error an optimiser that there is not
model.compile({ optimizer: "adam2" });
// @ts-expect-error a loss that there is not
model.compile({ loss: "hinge" });
// @ts-expect-error accuracy is the one metric
model.compile({ metrics: ["auc"] });
// @ts-expect-error the layers of a model do not change
model.spec = { name: "other", layers: [] };

// Options of fit.
await model.fit(x, x, {
  epochs: 3,
  batchSize: 16,
  validationData: [x, x],
  schedule: fovea.stepDecay({ every: 100 }),
  patience: 2,
  restoreBestWeights: true,
  signal: AbortSignal.timeout(1000),
  threads: 2,
  verbose: false,
});
// @ts-expect-error validation needs labels too
await model.fit(x, x, { validationData: [x] });
// @ts-expect-error Keras's snake case
await model.fit(x, x, { batch_size: 16 });
// @ts-expect-error labels are needed
await model.fit(x);
await model.predict([[1, 2, 3]]);
// @ts-expect-error class names are no numbers
await model.fit([[1], [2]], ["cat", "dog"]);
expectTypeOf(fovea.trainTestSplit(folder, { testSize: 0.2 })).toEqualTypeOf<typeof parts>();

// What fit gives back.
const history = await model.fit(x, x);
expectTypeOf(history.valAccuracy).toEqualTypeOf<readonly number[]>();
expectTypeOf(history.reason).toEqualTypeOf<"done" | "interrupted" | "diverged" | "stopped early">();
for (const advice of history.advice) {
  expectTypeOf(advice.text).toEqualTypeOf<string>();
  expectTypeOf(advice.suggestion).toEqualTypeOf<string | undefined>();
  if (advice.code === "dead-layer") expectTypeOf(advice.data.layer).toEqualTypeOf<string>();
  if (advice.code === "overfitting") expectTypeOf(advice.data.trainingAccuracy).toEqualTypeOf<number>();
  // @ts-expect-error each piece of advice has its own numbers
  if (advice.code === "input-bound") void advice.data.layer;
}

// What an event or a model holds has a name to declare it by.
expectTypeOf(model.weights).toEqualTypeOf<fovea.Weights | undefined>();
expectTypeOf<Extract<fovea.FitEvent, { type: "batch" }>>().toEqualTypeOf<fovea.FitBatchEvent>();
expectTypeOf<Extract<fovea.FitEvent, { type: "epoch" }>>().toEqualTypeOf<fovea.FitEpochEvent>();
expectTypeOf<Extract<fovea.FitEvent, { type: "end" }>>().toEqualTypeOf<fovea.EndEvent>();
expectTypeOf<Extract<fovea.FitEvent, { type: "start" }>>().toEqualTypeOf<fovea.StartEvent>();

// Events are told apart by their type, and every one can be handled.
function nameOf(event: fovea.FitEvent): string {
  switch (event.type) {
    case "start":
      expectTypeOf(event.memory.total).toEqualTypeOf<number>();
      return `${event.epochs}`;
    case "batch":
      expectTypeOf(event.step).toEqualTypeOf<number>();
      return `${event.images}`;
    case "epoch":
      expectTypeOf(event.validation?.accuracy).toEqualTypeOf<number | undefined>();
      return `${event.bestEpoch}`;
    case "advice":
      return event.code;
    case "advice-withdrawn":
      expectTypeOf(event.code).toEqualTypeOf<fovea.AdviceCode>();
      return event.code;
    case "checkpoint":
      return `${event.checkpoint.state.step}`;
    case "end":
      expectTypeOf(event.reason).toEqualTypeOf<fovea.EndReason>();
      expectTypeOf(event.history).toEqualTypeOf<readonly fovea.EpochRecord[]>();
      return event.reason;
    default:
      return event satisfies never;
  }
}
await model.fit(x, x, { onEvent: (event) => void nameOf(event) });
// @ts-expect-error a batch has no reason to end
await model.fit(x, x, { onEvent: (event) => event.type === "batch" && event.reason });

// Metrics of predictions.
declare const probabilities: fovea.NdArray<Float32Array>;
const metrics = fovea.classificationMetrics(probabilities, folder.y, { classNames: ["cat", "dog"] });
expectTypeOf(metrics).toEqualTypeOf<fovea.Metrics>();
expectTypeOf(metrics.perClass).toEqualTypeOf<readonly fovea.ClassMetrics[]>();
expectTypeOf(metrics.kappa).toEqualTypeOf<number | null>();

// A model of a file, and one call for a few images.
expectTypeOf(fovea.loadModel("model.safetensors", { threads: 1 })).resolves.toEqualTypeOf<fovea.Model>();
expectTypeOf(fovea.predictImages("model.safetensors", ["a.jpg"], { top: 2 })).resolves.toEqualTypeOf<
  readonly (fovea.ImagePrediction | fovea.ImageFailure)[]
>();

// fovea/predict: one image has a prediction; of many each has a prediction or an error, told apart by its fields.
const predictor = await openPredictor("model.safetensors", { threads: 2 });
expectTypeOf(predictor.predict("a.jpg")).resolves.toEqualTypeOf<fovea.ImagePrediction>();
expectTypeOf(
  predictor.predict(new Uint8Array(1), { top: 1 }),
).resolves.toEqualTypeOf<fovea.ImagePrediction>();
expectTypeOf(
  predictor.predict(await fovea.decodeImage("a.jpg")),
).resolves.toEqualTypeOf<fovea.ImagePrediction>();
const [answer] = await predictor.predict([
  "a.jpg",
  new Uint8Array(1),
  { path: "upload", bytes: new Uint8Array(1) },
]);
if (answer && "error" in answer) expectTypeOf(answer.error).toEqualTypeOf<string>();
else if (answer) expectTypeOf(answer.label).toEqualTypeOf<string>();
// @ts-expect-error an answer may be an error: ask first
void answer?.probability;
await predictor.predict([{ path: "later", bytes: () => Promise.resolve(new Uint8Array(1)) }]);
// @ts-expect-error the number of classes to give goes in an option
await predictor.predict(["a.jpg"], 3);
expectTypeOf(predictor.close()).resolves.toEqualTypeOf<void>();
// @ts-expect-error a predictor is not trained on
await predictor.fit(x, x);

// One function resizes an image, or is the step of a folder's preparation.
expectTypeOf(
  fovea.resize(await fovea.decodeImage("a.jpg"), { height: 4, width: 4 }),
).toEqualTypeOf<fovea.Raster>();
expectTypeOf(fovea.resize({ height: 4, width: 4 }).type).toEqualTypeOf<"resize">();
