import type { Shape } from "../../base/index.ts";
import { type Value, add } from "../../engine/index.ts";
import { type Activation, activate, activationNames } from "../activations.ts";
import type { Fields } from "../model/fields.ts";
import { type Initializer, isWhitening, parseInitializer } from "../model/initializers.ts";
import { type Regularizer, parseRegularizer } from "../regularizers.ts";
import { type Lowering, type ParameterSpec, weightSpec } from "./rule.ts";

// What layers with a kernel have in common: y = activation(kernel ∘ x + bias).

/** Fields of a layer that adds a bias to its sums and applies an activation. */
export interface SumLayer {
  /** Applied to the sum. */
  readonly activation: Activation;
  /** Whether one number an output is added before the activation. */
  readonly useBias: boolean;
  /** How the bias starts. */
  readonly biasInitializer: Initializer;
  /** Penalty on the bias; absent: none. */
  readonly biasRegularizer?: Regularizer;
}

/** Fields of a layer with one kernel. */
export interface KernelLayer extends SumLayer {
  /** How the kernel starts. */
  readonly kernelInitializer: Initializer;
  /** Penalty on the kernel; absent: none. */
  readonly kernelRegularizer?: Regularizer;
}

/** Options of layers that add a bias and apply an activation; names as in Keras. */
export interface SumLayerOptions {
  /** Applied to the sum. @default "linear" */
  readonly activation?: Activation;
  /** Whether one number an output is added before the activation. @default true */
  readonly useBias?: boolean;
  /** How the bias starts. @default "zeros" */
  readonly biasInitializer?: Initializer;
  /** Penalty that the bias adds to the loss. @default none */
  readonly biasRegularizer?: Regularizer;
}

/** Options of layers with one kernel; names as in Keras. */
export interface KernelLayerOptions extends SumLayerOptions {
  /** How the kernel starts. @default "glorotUniform" */
  readonly kernelInitializer?: Initializer;
  /** Penalty that the kernel adds to the loss, such as { l2: 1e-4 }. @default none */
  readonly kernelRegularizer?: Regularizer;
}

export const readSumLayer = (f: Fields): SumLayer => ({
  activation: f.oneOf("activation", activationNames, "linear"),
  useBias: f.flag("useBias", true),
  biasInitializer: "zeros",
  ...f.maybe("biasInitializer", parseInitializer),
  ...f.maybe("biasRegularizer", parseRegularizer),
});

export const readKernelLayer = (f: Fields): KernelLayer => ({
  activation: f.oneOf("activation", activationNames, "linear"),
  useBias: f.flag("useBias", true),
  kernelInitializer: "glorotUniform",
  biasInitializer: "zeros",
  ...f.maybe("kernelInitializer", parseInitializer),
  ...f.maybe("biasInitializer", parseInitializer),
  ...f.maybe("kernelRegularizer", parseRegularizer),
  ...f.maybe("biasRegularizer", parseRegularizer),
});

/** The bias, one number a channel, where the layer has one. */
export const biasParameters = (layer: SumLayer, channels: number): readonly ParameterSpec[] =>
  layer.useBias
    ? [
        weightSpec(
          { name: "bias", shape: [channels], initializer: layer.biasInitializer },
          layer.biasRegularizer,
        ),
      ]
    : [];

/** Shape of a kernel, and what differs from the usual: its fans are counted from another shape, or its outputs are not its last axis. */
interface KernelShape {
  readonly shape: Shape;
  readonly fanShape?: Shape;
  readonly outputs?: number;
}

/** The kernel, and the bias along its last axis. */
export function kernelParameters(
  { kernelInitializer, kernelRegularizer, ...layer }: KernelLayer,
  { shape, fanShape = shape, outputs = shape.at(-1) ?? 1 }: KernelShape,
): readonly ParameterSpec[] {
  const kernel = weightSpec(
    { name: "kernel", shape, fanShape, initializer: kernelInitializer },
    kernelRegularizer,
  );
  const trainable = !isWhitening(kernelInitializer);
  return [{ ...kernel, trainable }, ...biasParameters(layer, outputs)];
}

/** activation(sum + bias). */
export function biasAndActivation(layer: SumLayer, sum: Value, context: Lowering): Value {
  return activate(layer.useBias ? add(sum, context.parameter("bias")) : sum, layer.activation);
}
