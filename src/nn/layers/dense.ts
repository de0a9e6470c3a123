import type { CallableLayer } from "./callable.ts";
import { type Shape, fault, showShape } from "../../base/index.ts";
import { matmul } from "../../engine/index.ts";
import {
  type KernelLayer,
  type KernelLayerOptions,
  biasAndActivation,
  kernelParameters,
  readKernelLayer,
} from "./biasAndActivation.ts";
import { type LayerRule, type Named, makeLayer } from "./rule.ts";

/** [in] to [units]: every unit sums all inputs. */
export interface Dense extends Named, KernelLayer {
  readonly type: "dense";
  /** Numbers in the result. */
  readonly units: number;
}

/** Options of `dense` (Keras: Dense). */
export interface DenseLayerOptions extends Named, KernelLayerOptions {
  /** Numbers in the result, a whole number from 1. */
  readonly units: number;
}

/**
 * Fully connected layer (Keras: Dense): [in] to [units]. @default activation "linear", bias, kernelInitializer "glorotUniform"
 * @example
 * const layer = dense({ units: 4, activation: "softmax" });
 */
export const dense = (options: DenseLayerOptions): CallableLayer<Dense> =>
  makeLayer("dense", options, (f) => ({ units: f.whole("units"), ...readKernelLayer(f) }));

/** [in, units] */
function kernelShape({ units }: Dense, input: Shape): Shape {
  if (input.length !== 1) {
    throw fault("input", {
      expected: "one row of numbers",
      received: showShape(input),
      fix: "put flatten() or globalAveragePooling2d() before it",
    });
  }
  return [...input, units];
}

export const denseRule: LayerRule<Dense> = {
  title: "Dense",
  parameters: (layer, input) => kernelParameters(layer, { shape: kernelShape(layer, input) }),
  multiplyAdds: ({ units }, [inputs = 0]) => inputs * units,
  lower: (layer, x, context) => biasAndActivation(layer, matmul(x, context.parameter("kernel")), context),
};
