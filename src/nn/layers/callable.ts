import { type Shape, fault, showValue } from "../../base/index.ts";

/** Under it a tensor keeps how it goes through a layer; no name of a field, so that JSON and tables do not show it. */
export const through: unique symbol = Symbol("through");

/** A layer of any kind. */
export interface AnyLayer {
  /** Which kind: "conv2d". */
  readonly type: string;
}

/**
 * Stands for what a layer will give, while a model is described in functional style: a shape without numbers (Keras: KerasTensor).
 * `input({ … })` gives the first, calling a layer with one gives the next, and `model({ inputs, outputs })` makes a model of them.
 * @example
 * const inputs = input({ shape: [32, 32, 3] });
 * const x: SymbolicTensor = conv2d({ filters: 8, kernelSize: 3 })(inputs);
 * x.shape; // → [30, 30, 8]
 */
export interface SymbolicTensor {
  /** Of one image, without the batch. */
  readonly shape: Shape;
  /** What `layer` gives for `inputs`, of which this is the first. */
  readonly [through]: (layer: AnyLayer, inputs: readonly SymbolicTensor[]) => SymbolicTensor;
}

/**
 * A layer as its maker gives it: plain data, which can also be called with a tensor, as in Keras's functional style.
 * @example
 * const layer: CallableLayer<Layer> = dense({ units: 2 });
 * const outputs = layer(input({ shape: [4] }));
 */
export type CallableLayer<L> = L & ((input: SymbolicTensor) => SymbolicTensor);

/** Whether a value is what a layer can be called with. */
export const isSymbolicTensor = (value: unknown): value is SymbolicTensor =>
  typeof value === "object" && value !== null && through in value;

/** Under it Node, Deno and Bun look for what `console.log` shows in place of a value. */
const shownBy = Symbol.for("nodejs.util.inspect.custom");

/** Makes plain data callable; to all others it looks as it was: the same fields, the same JSON. */
export function callable<L extends AnyLayer>(layer: L): CallableLayer<L> {
  const call = (input: SymbolicTensor): SymbolicTensor => {
    if (isSymbolicTensor(input)) return input[through](layer, [input]);
    throw fault(layer.type, {
      expected: "to be called with what input({ shape }) or another layer's call gave",
      received: showValue(input),
      exitCode: 2,
    });
  };
  // A function's own `name` and `length` would pass for options of the layer.
  Reflect.deleteProperty(call, "name");
  Reflect.deleteProperty(call, "length");
  Object.setPrototypeOf(call, Object.prototype);
  Object.defineProperty(call, "toJSON", { value: () => layer });
  Object.defineProperty(call, shownBy, { value: () => layer });
  return Object.assign(call, layer);
}

/** The data alone. */
export const plainLayer = <L extends AnyLayer>(layer: L): L => ({ ...layer });
