import {
  type Value,
  clip,
  elu,
  exp,
  gelu,
  geluTanh,
  hardShrink,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  logSoftmax,
  mish,
  negate,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softShrink,
  softsign,
  squareplus,
  tanh,
  tanhShrink,
} from "../engine/index.ts";

/**
 * Functions that a layer may put behind its sum, named as in Keras. "swish" is "silu", "hardSilu" is "hardSwish", and "celu" by its
 * default alpha "elu"; "geluTanh" is gelu's approximation by tanh.
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
  | "celu"
  | "sigmoid"
  | "hardSigmoid"
  | "logSigmoid"
  | "tanh"
  | "hardTanh"
  | "tanhShrink"
  | "softplus"
  | "squareplus"
  | "softsign"
  | "softShrink"
  | "hardShrink"
  | "gelu"
  | "geluTanh"
  | "silu"
  | "swish"
  | "hardSwish"
  | "hardSilu"
  | "mish"
  | "exponential"
  | "softmax"
  | "logSoftmax";

const table: Readonly<Record<Activation, (x: Value) => Value>> = {
  linear: (x) => x,
  relu,
  relu6,
  // Keras 3's activation takes 0.2, its layer 0.3, PyTorch 0.01.
  leakyRelu: (x) => leakyRelu(x, 0.2),
  elu: (x) => elu(x),
  selu: (x) => selu(x),
  celu: (x) => elu(x),
  sigmoid,
  hardSigmoid: (x) => hardSigmoid(x),
  logSigmoid: (x) => negate(softplus(negate(x))),
  tanh,
  hardTanh: (x) => clip(x, -1, 1),
  tanhShrink,
  softplus,
  squareplus: (x) => squareplus(x),
  softsign,
  softShrink: (x) => softShrink(x),
  hardShrink: (x) => hardShrink(x),
  gelu,
  geluTanh,
  silu,
  swish: silu,
  hardSwish,
  hardSilu: hardSwish,
  mish,
  exponential: exp,
  softmax: (x) => softmax(x),
  logSoftmax: (x) => logSoftmax(x),
};

const isActivation = (name: string): name is Activation => Object.hasOwn(table, name);

export const activationNames: readonly Activation[] = Object.keys(table).filter(isActivation);

/** Applies an activation by name; softmax and logSoftmax work along the last axis. */
export const activate = (x: Value, name: Activation): Value => table[name](x);
