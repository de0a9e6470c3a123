import { expectTypeOf } from "vitest";
import * as fovea from "../../src/index.ts";

// Compiled by `npm run types`, never run: layers, models, optimisers and schedules as a user's compiler sees them.

// Layers are plain data, told apart by their type.
declare const layer: fovea.Layer;
if (layer.type === "conv2d") expectTypeOf(layer.kernelSize).toEqualTypeOf<readonly [number, number]>();
if (layer.type === "dense") expectTypeOf(layer.units).toEqualTypeOf<number>();
if (layer.type === "add") expectTypeOf(layer.branches).toEqualTypeOf<readonly fovea.Branch[] | undefined>();
// @ts-expect-error units belong to dense layers alone
if (layer.type === "dropout") void layer.units;
// @ts-expect-error what a layer is made of does not change
if (layer.type === "dense") layer.units = 3;

// One number for both directions, or two; options that have defaults may be left out.
fovea.depthwiseConv2d({ kernelSize: 3, strides: [1, 2], depthMultiplier: 2 });
fovea.maxPooling2d();
fovea.maxPooling2d({ poolSize: [2, 3], padding: "same", name: "pool" });
fovea.batchNormalization({ momentum: 0.9 });
fovea.dense({ units: 2, kernelInitializer: fovea.randomNormal({ stddev: 0.01 }), useBias: false });
fovea.dense({ units: 2, kernelInitializer: fovea.varianceScaling({ mode: "fanOut" }) });
fovea.dense({ units: 2, biasInitializer: fovea.constant(0.5), kernelRegularizer: { l2: 1e-4 } });
// @ts-expect-error three numbers are no pair
fovea.maxPooling2d({ poolSize: [2, 2, 2] });
// @ts-expect-error an option that there is not
fovea.dense({ units: 2, bias: false });
// @ts-expect-error an initializer that there is not
fovea.dense({ units: 2, kernelInitializer: "orthogonal" });
// @ts-expect-error an activation that there is not
fovea.activation("swoosh");
// @ts-expect-error the slope of Keras 2
fovea.leakyRelu({ alpha: 0.1 });
fovea.prelu({ sharedAxes: [1, 2], alphaInitializer: fovea.constant(0.25) });
// @ts-expect-error dropout needs its rate
fovea.dropout();
// @ts-expect-error branches are lists of layers
fovea.add([fovea.flatten(), fovea.flatten()]);

// Sequential takes layers, and an input first.
const layers = [fovea.input({ shape: [8, 8, 3] }), fovea.add([[], [fovea.activation("relu")]])];
expectTypeOf(fovea.sequential(layers)).toEqualTypeOf<fovea.Model>();
expectTypeOf(fovea.sequential(layers, { name: "net" }).spec).toEqualTypeOf<fovea.ModelSpec>();
// @ts-expect-error layers go in one list
fovea.sequential(fovea.flatten(), fovea.dense({ units: 2 }));
// @ts-expect-error an activation's name is no layer
fovea.sequential([fovea.flatten(), "relu"]);

// Named architectures.
expectTypeOf(
  fovea.buildModel("plain4", { inputShape: [64, 64, 3], classes: 2 }),
).toEqualTypeOf<fovea.ModelSpec>();
// @ts-expect-error an image has three extents
fovea.buildModel("plain4", { inputShape: [64, 64], classes: 2 });

// Optimisers and schedules are plain data too.
expectTypeOf(fovea.sgd({ momentum: 0.9, nesterov: true })).toExtend<fovea.Optimizer>();
expectTypeOf(fovea.adamw({ weightDecay: 0.01, globalClipNorm: 1 }).weightDecay).toEqualTypeOf<number>();
expectTypeOf(fovea.cosine({ warmupSteps: 1, totalSteps: 9 })).toExtend<fovea.LearningRateSchedule>();
// @ts-expect-error adam has no momentum
fovea.adam({ momentum: 0.9 });
// @ts-expect-error a cosine needs its length
fovea.cosine({ alpha: 0.1 });
// @ts-expect-error an exponential decay needs both of its numbers
fovea.exponentialDecay({ decaySteps: 10 });

// Each maker's layer can be called with a tensor.
type Made<T> = T extends (...options: never[]) => infer R ? R : never;
type NotCallable = {
  [K in keyof typeof fovea]: [Made<(typeof fovea)[K]>] extends [fovea.Layer]
    ? Made<(typeof fovea)[K]> extends (input: fovea.SymbolicTensor) => fovea.SymbolicTensor
      ? never
      : K
    : never;
}[keyof typeof fovea];
expectTypeOf<NotCallable>().toEqualTypeOf<never>();
