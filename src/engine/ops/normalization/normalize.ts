import { checkOptions } from "../../../base/index.ts";
import type { Value } from "../../graph/graph.ts";
import { add } from "../elementwise/add.ts";
import { affine } from "../elementwise/affine.ts";
import { type BatchNormOptions, checkChannels } from "./batchNorm.ts";
import { divide } from "../elementwise/divide.ts";
import { multiply } from "../elementwise/multiply.ts";
import { sqrt } from "../elementwise/sqrt.ts";
import { subtract } from "../elementwise/subtract.ts";

/**
 * Moments, scale and shift of {@link normalize}.
 * @example
 * const of = (name: string): Value => parameter(graph, name, [3]);
 * const options: NormalizeOptions = {
 *   mean: of("mean"),
 *   variance: of("variance"),
 *   gamma: of("gamma"),
 *   beta: of("beta"),
 * };
 */
export interface NormalizeOptions extends BatchNormOptions {
  /** Mean of each channel, [C], subtracted. */
  readonly mean: Value;
  /** Variance of each channel, [C], 0 or more. */
  readonly variance: Value;
}

/**
 * The inference form of batch normalisation: gamma·(x - mean)/√(variance + epsilon) + beta, all but x [C]. @default epsilon 1e-3
 * @example
 * const [mean, variance, gamma, beta] = [
 *   parameter(graph, "mean", [3]),
 *   parameter(graph, "variance", [3]),
 *   parameter(graph, "gamma", [3]),
 *   parameter(graph, "beta", [3]),
 * ];
 * const y = normalize(images, { mean, variance, gamma, beta }); // [1, 8, 8, 3]
 */
export function normalize(x: Value, options: NormalizeOptions): Value {
  const known = { mean: true, variance: true, gamma: true, beta: true, epsilon: true } as const;
  checkOptions("normalize", options, known);
  const { mean, variance, gamma, beta, epsilon = 1e-3 } = options;
  checkChannels("normalize", x, { mean, variance, gamma, beta });
  const scale = divide(gamma, sqrt(affine(variance, 1, epsilon)));
  return add(multiply(subtract(x, mean), scale), beta);
}
