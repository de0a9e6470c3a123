import type { Layer } from "../layers/layer.ts";
import { type JsonObject, fault, isObject, showValue } from "../../base/index.ts";
import { parseName, readFields } from "./fields.ts";
import { input } from "../functional/input.ts";
import { type InputLayer, type ModelSpec, parseShape, sequential } from "./model.ts";
import { checkNesting } from "./nesting.ts";
import { parseEach, parseLayer } from "./parseLayer.ts";
import { parseTestTime } from "./testTime.ts";

const parseEntry = (value: unknown): Layer | InputLayer =>
  isObject(value) && value["type"] === "input" ? parseInput(value) : parseLayer(value);

const parseInput = (value: JsonObject): InputLayer =>
  readFields("input", value, (f) => input({ shape: f.last("shape", parseShape) }));

/**
 * A model from JSON, such as `{ "layers": [{ "type": "flatten" }, { "type": "dense", "units": 4, "activation": "softmax" }] }`.
 * Options that are left out get their defaults; `who` is the file or option that an error should name.
 * @throws FoveaError naming the layer and the option
 */
export function parseModel(json: unknown, who: string): ModelSpec {
  if (!isObject(json))
    throw fault(who, { expected: "an object with layers", received: showValue(json), exitCode: 2 });
  // By `$schema` editors complete the file; it says nothing of the network.
  const { $schema: _, ...model } = json;
  return readFields(who, model, (f) => {
    const options = { ...f.maybe("name", parseName), ...f.maybe("testTimeAugmentation", parseTestTime) };
    const { inputShape } = f.maybe("inputShape", parseShape);
    const layers = f.last("layers", (who, value) => {
      checkNesting(who, value);
      return parseEach(who, value, parseEntry);
    });
    if (inputShape === undefined) return sequential(layers, options);
    if (layers[0]?.type === "input")
      throw fault(who, {
        expected: "inputShape, or an input as the first layer",
        received: "both",
        fix: "leave out one of them",
        exitCode: 2,
      });
    return sequential([input({ shape: inputShape }), ...layers], options);
  });
}
