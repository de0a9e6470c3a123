import { type NdArray, at, fault, ndarray, sameShape, sizeOf, toNdArray } from "../base/index.ts";
import { type Bundle, isBinary, writeBundle } from "../bundle/index.ts";
import { arraySource, evaluateModel } from "../evaluate/index.ts";
import {
  atTemperature,
  isPlainLoss,
  layersOf,
  outputShapeOf,
  renderSummary,
  summarize,
} from "../nn/index.ts";
import { figuresOf } from "../train/index.ts";
import { checkExamples, checkInput, refuseNonFinite } from "./check.ts";
import { type ExampleCall, rowsFrom } from "./examples/arrays.ts";
import { weighed } from "./examples/weights.ts";
import { fitState } from "./fit.ts";
import { gradCamOf, predictedClasses } from "./gradCam.ts";
import type { KeptModels } from "./kept.ts";
import { findLearningRateOf } from "./learningRate.ts";
import {
  checkCompileOptions,
  checkEvaluateOptions,
  checkGradCamOptions,
  checkRunOptions,
  checkSaveOptions,
} from "./options.ts";
import { type Platform, withBackend } from "./platform.ts";
import { type ModelState, compiledFrom, compiledOf, trainedOf } from "./state.ts";
import type { ExampleRows } from "./examples/stream.ts";
import type { EvaluationFigures, Model, ModelEvaluateOptions, RunOptions, SaveOptions } from "./types.ts";
import { takeWeights, weightsIn } from "./weights.ts";

/** The Keras-like object over a model's state. */
export function modelOf(state: ModelState, platform: Platform, kept: KeptModels): Model {
  const summary: Model["summary"] = (inputShape = state.inputShape) =>
    renderSummary(summarize(state.spec, inputShape));
  return {
    spec: state.spec,
    get classNames() {
      return state.classNames;
    },
    get weights() {
      return state.weights;
    },
    summary,
    compile: (options = {}) => {
      checkCompileOptions(options);
      state.compiled = compiledFrom(options);
    },
    get layers() {
      return layersOf(state.spec, state.inputShape);
    },
    getWeights: () => weightsIn(state),
    setWeights: (given) => takeWeights(state, given),
    fit: (...call: ExampleCall) => fitState(state, platform, call),
    findLearningRate: (...call: ExampleCall) => findLearningRateOf(state, platform, call),
    evaluate: async (x, y, options = {}) => {
      checkEvaluateOptions(options);
      const { sampleWeight } = options;
      return evaluate(state, platform, {
        rows: rowsFrom("model.evaluate", { x, y, sampleWeight }, state),
        options,
      });
    },
    predict: async (given, options = {}) => {
      checkRunOptions("model.predict", options);
      const x = toNdArray("model.predict: x", given);
      const single = state.inputShape && sameShape(x.shape, state.inputShape);
      if (!single) return predict(state, kept, { x, options });
      const { data, shape } = await predict(state, kept, { x: ndarray(x.data, [1, ...x.shape]), options });
      return ndarray(data, shape.slice(1));
    },
    gradCam: async (given, options = {}) => {
      checkGradCamOptions(options);
      const x = toNdArray("model.gradCam: x", given);
      const classes = options.classes ?? predictedClasses(await predict(state, kept, { x, options }));
      return gradCamOf(state, platform, { x, classes, options });
    },
    save: async (path, options = {}) => {
      checkSaveOptions(options);
      return save(state, { platform, kept }, { path, options });
    },
    close: () => kept.close(state),
    [Symbol.asyncDispose]: () => kept.close(state),
    toString: () => (state.inputShape ? summary() : `Model: "${state.spec.name}"`),
  };
}

interface Call {
  readonly x: NdArray;
  readonly options: RunOptions;
}

async function evaluate(
  state: ModelState,
  platform: Platform,
  { rows, options }: { readonly rows: ExampleRows; readonly options: ModelEvaluateOptions },
): Promise<EvaluationFigures> {
  const { x, y, weights } = rows;
  const trained = trainedOf(state, "model.evaluate");
  const { loss, metrics } = compiledOf(state, "model.evaluate");
  checkExamples("model.evaluate", { x, y }, { ...trained, loss });
  return withBackend(platform, options, async (backend) => {
    const { batchSize = 32 } = options;
    const source = weighed(arraySource(x, y), weights);
    const found = await evaluateModel(trained, source, { backend, loss, batchSize });
    if (!Number.isFinite(found?.loss)) refuseNonFinite("model.evaluate", { x, y });
    const figures = found && figuresOf(metrics, () => found);
    return { loss: found?.loss ?? Number.NaN, accuracy: found?.accuracy ?? Number.NaN, ...figures };
  });
}

/** Outputs of the last layer, calibrated by the temperature. */
async function predict(state: ModelState, kept: KeptModels, call: Call): Promise<NdArray<Float32Array>> {
  const { shape, data } = await outputsOf(state, kept, call);
  return ndarray(atTemperature(data, shape[1] ?? 1, state.temperature), shape);
}

/** Outputs of the last layer as the network gives them, [n, outputs]. */
async function outputsOf(
  state: ModelState,
  kept: KeptModels,
  { x, options }: Call,
): Promise<NdArray<Float32Array>> {
  const trained = trainedOf(state, "model.predict");
  const count = checkInput("model.predict", x, trained.inputShape);
  const size = sizeOf(trained.inputShape);
  const batchSize = batchSizeFor(count, options.batchSize);
  const settings = { ...options, ...(batchSize !== undefined && { batchSize }) };
  return kept.use(state, { ...trained, options: settings }, async (rows) => {
    const all = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        rows.outputs((target, offset) => target.set(x.data.subarray(i * size, (i + 1) * size), offset)),
      ),
    );
    const width = at(all, 0).length;
    const outputs = new Float32Array(count * width);
    all.forEach((row, i) => outputs.set(row, i * width));
    if (!outputs.every(Number.isFinite)) refuseNonFinite("model.predict", { x });
    return ndarray(outputs, [count, width]);
  });
}

/** No more than there are rows, rounded up to a power of two: other counts of rows then rarely need another program. */
const batchSizeFor = (count: number, wanted: number | undefined): number | undefined =>
  wanted === undefined ? undefined : Math.min(wanted, 2 ** Math.ceil(Math.log2(count)));

/** Probabilities [n, classes]; one sigmoid unit gives [n, 1], that of the second class. */
function ofClasses(outputs: NdArray<Float32Array>, binary: boolean): NdArray<Float32Array> {
  if (!binary) return outputs;
  const { shape, data } = outputs;
  return ndarray(
    Float32Array.from({ length: data.length * 2 }, (_, i) =>
      i % 2 === 0 ? 1 - at(data, i >> 1) : at(data, i >> 1),
    ),
    [shape[0] ?? 0, 2],
  );
}

async function save(
  state: ModelState,
  { platform, kept }: { readonly platform: Platform; readonly kept: KeptModels },
  { path, options }: { readonly path: string; readonly options: SaveOptions },
): Promise<void> {
  const { model, weights, inputShape, temperature } = trainedOf(state, "model.save");
  const outputs = outputShapeOf(model, inputShape)[0] ?? 1;
  const binary = isBinary(model);
  const classes = binary ? 2 : outputs;
  const numbers = Array.from({ length: classes }, (_, i) => `${i}`);
  const classNames = options.classNames ?? state.classNames ?? numbers;
  if (classNames.length !== classes) {
    throw fault("model.save: classNames", {
      expected: binary
        ? "2 names, of the labels 0 and 1 that the one sigmoid unit tells apart"
        : `${classes} names, as the last layer has units`,
      received: `${classNames.length}`,
      exitCode: 2,
    });
  }
  const transforms = options.transforms ?? state.transforms;
  const images = state.proofImages;
  const proof = images && {
    images,
    probabilities: ofClasses(await outputsOf(state, kept, { x: images, options: {} }), binary),
  };
  const bundle: Bundle = {
    model,
    inputShape,
    classNames,
    transforms,
    weights,
    ...(temperature !== 1 && { temperature }),
    ...(proof && { proof }),
    ...(state.compiled &&
      isPlainLoss(state.compiled.loss) && {
        training: { optimizer: state.compiled.optimizer, loss: state.compiled.loss },
      }),
  };
  await platform.writeAtomic(path, writeBundle(bundle));
  state.classNames = classNames;
  state.transforms = transforms;
}
