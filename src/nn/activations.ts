import {
  type Value,
  elu,
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from "../engine/index.ts";

/**
 * Functions that a layer may put behind its sum, named as in Keras.
 * @example
 * const name: Activation = "gelu";
 */
export type Activation =
  | "linear"
  | "relu"
  | "relu6"
  | "leakyRelu"
  | "elu"
  | "selu"
  | "sigmoid"
  | "hardSigmoid"
  | "tanh"
  | "softplus"
  | "gelu"
  | "silu"
  | "hardSwish"
  | "mish"
  | "softmax";

const table: Readonly<Record<Activation, (x: Value) => Value>> = {
  linear: (x) => x,
  relu,
  relu6,
  // Keras 3's activation takes 0.2, its layer 0.3, PyTorch 0.01.
  leakyRelu: (x) => leakyRelu(x, 0.2),
  elu: (x) => elu(x),
  selu: (x) => selu(x),
  sigmoid,
  hardSigmoid: (x) => hardSigmoid(x),
  tanh,
  softplus,
  gelu,
  silu,
  hardSwish,
  mish,
  softmax: (x) => softmax(x),
};

const isActivation = (name: string): name is Activation => Object.hasOwn(table, name);

export const activationNames: readonly Activation[] = Object.keys(table).filter(isActivation);

/** Applies an activation by name; softmax works along the last axis. */
export const activate = (x: Value, name: Activation): Value => table[name](x);
