import type { Shape } from "../../base/index.ts";
import { type Value, add } from "../../engine/index.ts";
import { type Activation, activate, activationNames } from "../activations.ts";
import type { Fields } from "../model/fields.ts";
import { type Initializer, parseInitializer } from "../model/initializers.ts";
import { type L2, type ParameterSpec, type Lowering, parseL2 } from "./rule.ts";

// What layers with a kernel have in common: y = activation(kernel ∘ x + bias).

/** Fields of a layer with a kernel: activation, bias, initializers, regularizer. */
export interface KernelLayer {
  /** Applied to the sum. */
  readonly activation: Activation;
  /** Whether one number an output is added before the activation. */
  readonly useBias: boolean;
  /** How the kernel starts. */
  readonly kernelInitializer: Initializer;
  /** How the bias starts. */
  readonly biasInitializer: Initializer;
  /** Penalty on the kernel; absent: none. */
  readonly kernelRegularizer?: L2;
}

/** Options of layers with a kernel; names as in Keras. */
export interface KernelLayerOptions {
  /** Applied to the sum. @default "linear" */
  readonly activation?: Activation;
  /** Whether one number an output is added before the activation. @default true */
  readonly useBias?: boolean;
  /** How the kernel starts. @default "glorotUniform" */
  readonly kernelInitializer?: Initializer;
  /** How the bias starts. @default "zeros" */
  readonly biasInitializer?: Initializer;
  /** Weight decay by the loss: adds l2 · Σ w² over the kernel. @default none */
  readonly kernelRegularizer?: L2;
}

export const readKernelLayer = (f: Fields): KernelLayer => ({
  activation: f.oneOf("activation", activationNames, "linear"),
  useBias: f.flag("useBias", true),
  kernelInitializer: "glorotUniform",
  biasInitializer: "zeros",
  ...f.maybe("kernelInitializer", parseInitializer),
  ...f.maybe("biasInitializer", parseInitializer),
  ...f.maybe("kernelRegularizer", parseL2),
});

/** The kernel, and the bias along its last axis. */
export function kernelParameters(layer: KernelLayer, shape: Shape, fanShape: Shape = shape): ParameterSpec[] {
  const { kernelInitializer, biasInitializer, kernelRegularizer } = layer;
  const kernel = {
    name: "kernel",
    shape,
    fanShape,
    initializer: kernelInitializer,
    trainable: true,
    ...kernelRegularizer,
  };
  const bias = { name: "bias", shape: shape.slice(-1), initializer: biasInitializer, trainable: true };
  return layer.useBias ? [kernel, bias] : [kernel];
}

/** activation(sum + bias). */
export function biasAndActivation(layer: KernelLayer, sum: Value, context: Lowering): Value {
  return activate(layer.useBias ? add(sum, context.parameter("bias")) : sum, layer.activation);
}
