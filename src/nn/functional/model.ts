import { type Shape, checkOptions, entryIn, fault, isObject, showValue } from "../../base/index.ts";
import type { SymbolicTensor } from "../layers/callable.ts";
import type { Layer } from "../layers/layer.ts";
import { parseName } from "../model/fields.ts";
import type { ModelSpec } from "../model/model.ts";
import { everyLayer, imagesName, namer } from "../model/names.ts";
import { LayerTensor } from "./tensor.ts";

/**
 * What a functional model is made of (Keras: Model).
 * @example
 * const inputs = input({ shape: [32, 32, 3] });
 * const x = flatten()(inputs);
 * const options: FunctionalOptions = { inputs, outputs: dense({ units: 2, activation: "softmax" })(x) };
 */
export interface FunctionalOptions {
  /** What `input({ shape })` gave. */
  readonly inputs: SymbolicTensor;
  /** What the last layer gave. */
  readonly outputs: SymbolicTensor;
  /** For tables and errors; without spaces or /. @default "functional" */
  readonly name?: string;
}

/**
 * The layers between two tensors, each before those that use it; where a layer takes what the one before it gives, that is not said.
 * @throws naming what does not fit
 */
export function functionalModel(options: FunctionalOptions): ModelSpec {
  checkOptions<FunctionalOptions>("model", options, { inputs: true, outputs: true, name: true });
  const { inputs, outputs, name } = options;
  const inputShape = shapeOf(inputs);
  if (!(outputs instanceof LayerTensor)) {
    throw fault("model: outputs", {
      expected: "what the last layer gave, such as dense({ units: 4 })(x)",
      received: showTensor(outputs),
      exitCode: 2,
    });
  }
  const order = orderOf(outputs, inputs);
  const modelName = name === undefined ? "functional" : parseName("model: name", name);
  return { name: modelName, inputShape, layers: connected(modelName, order, inputs) };
}

function shapeOf(inputs: SymbolicTensor): Shape {
  if (isObject(inputs) && "type" in inputs && inputs["type"] === "input") return inputs.shape;
  throw fault("model: inputs", {
    expected: "input({ shape: [H, W, C] })",
    received: showTensor(inputs),
    exitCode: 2,
  });
}

const showTensor = (value: unknown): string =>
  value instanceof LayerTensor ? `what ${value.layer.name ?? value.layer.type} gave` : showValue(value);

/** All tensors that `outputs` is computed from, each behind its inputs. @throws where they begin at another input, or one layer is called twice */
function orderOf(outputs: LayerTensor, inputs: SymbolicTensor): readonly LayerTensor[] {
  const done = new Set<SymbolicTensor>([inputs]);
  const order: LayerTensor[] = [];
  const layers = new Set<Layer>();
  // A list in place of recursion: nets may be thousands of layers deep.
  const open: SymbolicTensor[] = [outputs];
  for (let tensor = open.at(-1); tensor; tensor = open.at(-1)) {
    if (done.has(tensor)) {
      open.pop();
      continue;
    }
    if (!(tensor instanceof LayerTensor)) {
      throw fault("model: outputs", {
        expected: "a tensor that is computed from the model's inputs",
        received: "one from another input",
        fix: "give the input({ … }) that the first layer was called with",
        exitCode: 2,
      });
    }
    const waiting = tensor.inputs.filter((from) => !done.has(from));
    if (waiting.length > 0) {
      open.push(...waiting.toReversed());
      continue;
    }
    open.pop();
    if (layers.has(tensor.layer)) throw calledTwice(tensor.layer);
    layers.add(tensor.layer);
    done.add(tensor);
    order.push(tensor);
  }
  return order;
}

const calledTwice = ({ name, type }: Layer): Error =>
  fault(`model: ${name ?? type}`, {
    expected: "one call of each layer",
    received: "two",
    fix: "make a second layer; layers that share their weights are not known",
    exitCode: 2,
  });

/** The layers as plain data: those that others name have a name, and `inputs` stand where it is not the layer before. */
function connected(model: string, order: readonly LayerTensor[], inputs: SymbolicTensor): readonly Layer[] {
  const nameOf = namer(
    model,
    order.map(({ layer }) => layer),
  );
  const names = new Map<SymbolicTensor, string>([[inputs, imagesName]]);
  for (const tensor of order) {
    let own = "";
    for (const layer of everyLayer([tensor.layer])) own = nameOf(layer);
    names.set(tensor, own);
    if (own === imagesName)
      throw fault(`model: ${own}`, {
        expected: "another name: it is that of the images",
        received: showValue(own),
        exitCode: 2,
      });
  }
  const before = (i: number): SymbolicTensor => order[i - 1] ?? inputs;
  const follows = (tensor: LayerTensor, i: number): boolean =>
    tensor.inputs.length === 1 && tensor.inputs[0] === before(i);
  const referred = new Set(order.flatMap((tensor, i) => (follows(tensor, i) ? [] : tensor.inputs)));
  return order.map((tensor, i): Layer => ({
    ...tensor.layer,
    ...(referred.has(tensor) && { name: entryIn(names, tensor) }),
    ...(!follows(tensor, i) && { inputs: tensor.inputs.map((from) => entryIn(names, from)) }),
  }));
}
