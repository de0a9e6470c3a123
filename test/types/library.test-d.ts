import { expectTypeOf } from "vitest";
import * as fovea from "../../src/index.ts";
import { loadModel } from "../../src/predict.ts";

// Compiled by `npm run types`, never run: what a user's editor and compiler see of the library.

// Options of layers: what must be given, and what may be chosen.
fovea.conv2d({ filters: 8, kernelSize: [3, 3], padding: "same", activation: "relu" });
// @ts-expect-error a convolution without filters
fovea.conv2d({ kernelSize: 3 });
// @ts-expect-error no such padding
fovea.conv2d({ filters: 8, kernelSize: 3, padding: "full" });

// The model: compile, fit and evaluate, with Keras's names.
declare const model: fovea.Model;
declare const x: fovea.NdArray;
expectTypeOf(model.compile({ optimizer: fovea.adam(), loss: "meanSquaredError" })).toEqualTypeOf<void>();
expectTypeOf(model.fit(x, x)).resolves.toEqualTypeOf<fovea.TrainingHistory>();
expectTypeOf(model.evaluate(x, x)).resolves.toEqualTypeOf<{ loss: number; accuracy: number }>();
expectTypeOf(model.predict(x)).resolves.toEqualTypeOf<fovea.NdArray<Float32Array>>();
// @ts-expect-error an optimiser that there is not
model.compile({ optimizer: "adagrad" });

// Events are told apart by their type.
await model.fit(x, x, {
  onEvent: (event) => {
    if (event.type === "batch") expectTypeOf(event.step).toEqualTypeOf<number>();
    if (event.type === "end") expectTypeOf(event.reason).toEqualTypeOf<fovea.EndReason>();
  },
});

// fovea/predict: an answer is a prediction or an error, told apart by its fields.
const loaded = await loadModel("model.safetensors", { threads: 2 });
const [answer] = await loaded.predict(["a.jpg", { path: "upload", bytes: new Uint8Array(1) }], { top: 1 });
if (answer && "error" in answer) expectTypeOf(answer.error).toEqualTypeOf<string>();
else if (answer) expectTypeOf(answer.label).toEqualTypeOf<string>();
expectTypeOf(loaded.close()).resolves.toEqualTypeOf<void>();
