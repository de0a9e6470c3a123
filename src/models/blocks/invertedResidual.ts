// Sandler et al. 2018, "MobileNetV2", arXiv:1801.04381, figure 3; squeeze and excitation: Hu et al. 2018, arXiv:1709.01507.
import { type Activation, type Layer, add, squeezeExcite } from "../../nn/index.ts";
import { type Names, convNorm } from "./convNorm.ts";

export interface InvertedResidual {
  /** Of the input. */
  readonly channels: number;
  /** Channels that the depthwise convolution works on; as many as the input has: no expansion. */
  readonly expanded: number;
  /** Of the result. */
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
  readonly activation: Activation;
  /** Units of the squeeze and excitation, which has MobileNetV3's hard sigmoid. @default none */
  readonly squeeze?: number;
  /** Of the batch norms. @default 1e-5 */
  readonly epsilon?: number;
  readonly names: {
    readonly expand: Names;
    readonly depthwise: Names;
    readonly gate: string;
    readonly project: Names;
  };
}

/** Channels up, a filter for each, channels down without activation; added to the input where that has the same shape. */
export function invertedResidual(options: InvertedResidual): Layer[] {
  const { channels, expanded, filters, kernelSize, strides, squeeze, names, ...shared } = options;
  const { activation, epsilon = 1e-5 } = shared;
  const body = [
    ...(expanded === channels
      ? []
      : convNorm(names.expand, { filters: expanded, kernelSize: 1, activation, epsilon })),
    ...convNorm(names.depthwise, { kernelSize, strides, activation, epsilon }),
    ...(squeeze === undefined
      ? []
      : [
          squeezeExcite({
            name: names.gate,
            filters: expanded,
            squeezeFilters: squeeze,
            gate: "hardSigmoid",
          }),
        ]),
    ...convNorm(names.project, { filters, kernelSize: 1, epsilon }),
  ];
  return strides === 1 && channels === filters ? [add([[], body])] : body;
}

/** The multiple of 8 nearest to `channels`, not below 8 and not more than a tenth below it. */
export function divisibleBy8(channels: number): number {
  const nearest = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return nearest < 0.9 * channels ? nearest + 8 : nearest;
}
