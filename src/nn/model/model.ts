import type { Layer } from "../layers/layer.ts";
import {
  type Shape,
  checkOptions,
  fault,
  isObject,
  sameShape,
  showShape,
  showValue,
} from "../../base/index.ts";
import { plainLayer } from "../layers/callable.ts";
import { parseName } from "./fields.ts";
import { checkNesting } from "./nesting.ts";
import { parseLayer } from "./parseLayer.ts";
import { type TestTimeAugmentation, parseTestTime } from "./testTime.ts";
import { withContext } from "./withContext.ts";

/**
 * A model without weights: layers from the images to the predictions, as plain data that survives JSON.
 * @example
 * const spec: ModelSpec = model.spec;
 * spec.layers.length; // → 2
 */
export interface ModelSpec {
  /** For tables and errors. */
  readonly name: string;
  /** Shape of one image, [H, W, C]; absent when it is given later. */
  readonly inputShape?: Shape;
  /** First to last. */
  readonly layers: readonly Layer[];
  /** What it looks at in use beside the image itself; training does not. @default the image alone */
  readonly testTimeAugmentation?: TestTimeAugmentation;
}

/**
 * Shape of one input image; the first entry of a model, or absent.
 * @example
 * const layer: InputLayer = input({ shape: [96, 96, 3] });
 * layer.shape; // → [96, 96, 3]
 */
export interface InputLayer {
  readonly type: "input";
  /** [H, W, C], without the batch. */
  readonly shape: Shape;
}

const isShape = (value: unknown): value is Shape =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((extent) => Number.isSafeInteger(extent) && extent > 0);

/** Checks a shape that may come from a file. */
export function parseShape(who: string, value: unknown): Shape {
  if (isShape(value)) return value;
  throw fault(who, {
    expected: "whole numbers from 1, such as [200, 200, 3]",
    received: showValue(value),
    exitCode: 2,
  });
}

/** What layer makers give can be called; what a file holds cannot. */
const isLayer = (value: unknown): boolean =>
  (isObject(value) || typeof value === "function") && typeof Reflect.get(value, "type") === "string";

/** What a model may be given beside its layers. */
export interface SequentialOptions {
  /** For tables and errors; without spaces or /. @default "sequential" */
  readonly name?: string;
  /** What it looks at in use beside the image itself. @default the image alone */
  readonly testTimeAugmentation?: TestTimeAugmentation;
}

/** Layers one after the other. @default name "sequential" */
export function sequential(
  layers: readonly (Layer | InputLayer)[],
  options: SequentialOptions = {},
): ModelSpec {
  checkOptions<SequentialOptions>("sequential", options, { name: true, testTimeAugmentation: true });
  if (!Array.isArray(layers))
    throw fault("sequential: layers", {
      expected: "a list of layers",
      received: showValue(layers),
      exitCode: 2,
    });
  checkNesting("sequential: layers", layers);
  const stranger = layers.findIndex((layer: unknown) => !isLayer(layer));
  if (stranger >= 0) {
    throw fault(`sequential: layers[${stranger}]`, {
      expected: "a layer, such as flatten()",
      received: showValue(layers[stranger]),
      exitCode: 2,
    });
  }
  const name = options.name === undefined ? "sequential" : parseName("sequential: name", options.name);
  const [first] = layers;
  const rest = first?.type === "input" ? layers.slice(1) : layers;
  const inside = rest.filter((layer) => layer.type !== "input");
  if (inside.length < rest.length) {
    throw fault("sequential: input", {
      expected: "it as the first layer",
      received: "it behind another",
      exitCode: 2,
    });
  }
  if (inside.length === 0)
    throw fault("sequential: layers", { expected: "at least one layer", received: "none", exitCode: 2 });
  return {
    name,
    ...(first?.type === "input" && { inputShape: first.shape }),
    // Once more, for what plain JavaScript puts together by hand.
    layers: inside.map((layer, i) =>
      withContext(`sequential: layers[${layers.length - inside.length + i}]`, () =>
        plainLayer(parseLayer(plainLayer(layer))),
      ),
    ),
    ...(options.testTimeAugmentation !== undefined && {
      testTimeAugmentation: parseTestTime("sequential: testTimeAugmentation", options.testTimeAugmentation),
    }),
  };
}

/** The shape of one image, from the caller or from the model. @throws when neither says it or they differ */
export function inputShapeOf(model: ModelSpec, inputShape?: Shape): Shape {
  const shape = inputShape ?? model.inputShape;
  if (!shape)
    throw fault(model.name, {
      expected: "an input shape",
      received: "none",
      fix: "begin with input({ shape: [H, W, C] })",
    });
  if (model.inputShape && !sameShape(shape, model.inputShape)) {
    throw fault(model.name, {
      expected: `images ${showShape(model.inputShape)}`,
      received: showShape(shape),
    });
  }
  return parseShape(`${model.name}: inputShape`, shape);
}
