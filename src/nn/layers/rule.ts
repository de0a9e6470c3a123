import { type Shape, fault, showShape } from "../../base/index.ts";
import type { Value } from "../../engine/index.ts";
import { type Fields, parseName, parseNames, readFields } from "../model/fields.ts";
import { parseFlag, parseWhole } from "../model/values.ts";
import type { Initializer } from "../model/initializers.ts";
import type { Regularizer } from "../regularizers.ts";
import { type CallableLayer, callable } from "./callable.ts";

/** What every layer may carry. */
export interface Named {
  /** Unique in a model. @default the type and a number, as in Keras: conv2d, conv2d_1, … */
  readonly name?: string;
  /**
   * false: training leaves the layer's weights, and those of the layers in it, as they are, and batch norm uses its moving averages
   * (Keras: trainable). @default true
   */
  readonly trainable?: boolean;
  /** Train the layer, and those in it, in the first so many epochs alone; a whole number from 1. @default in all of them */
  readonly trainableEpochs?: number;
  /** Names of the layers before it whose outputs it takes; "input" is the images. Functional models fill it in. @default the layer before it */
  readonly inputs?: readonly string[];
}

/** An array that a layer keeps between runs: a weight or a moving average. */
export interface ParameterSpec {
  /** In a model "conv2d/kernel"; a layer's rule gives the last part alone. */
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** Changed by the optimiser; the others are moving averages. */
  readonly trainable: boolean;
  /** The shape that an initialiser counts fans from, where it is not `shape`. */
  readonly fanShape?: Shape;
  /** What it adds to the loss; absent: nothing. */
  readonly regularizer?: Regularizer;
}

/** A weight: a parameter that the optimiser changes, and what it adds to the loss. */
export const weightSpec = (
  spec: Pick<ParameterSpec, "name" | "shape" | "initializer" | "fanShape">,
  regularizer: Regularizer | undefined,
): ParameterSpec => ({ ...spec, trainable: true, ...(regularizer && { regularizer }) });

/** What a layer may ask for while it becomes ops. */
export interface Lowering {
  readonly training: boolean;
  /** One of the layer's own parameters by the last part of its name. */
  parameter(name: string): Value;
  /** A seed given at every run, and a number that no other layer of the model has. */
  randomness(): { readonly seed: Value; readonly salt: number };
  /** Where given, a batch norm takes mean and variance from the batch though it does not train, and hands them on. */
  readonly onStatistics?: (statistics: BatchStatistics) => void;
}

/** Of what a batch norm is given, one number a channel [C]; the variance is biased. */
export interface BatchStatistics {
  readonly mean: Value;
  readonly variance: Value;
}

/** How one type of layer behaves. Shapes are those of one image; values carry the batch as their first axis. */
export interface LayerRule<L> {
  /** Keras's class name. */
  readonly title: string;
  /** @throws when the layer cannot take that input. */
  parameters?(layer: L, input: Shape): readonly ParameterSpec[];
  /** Multiplications, each with its addition, for one image. @default 0 */
  multiplyAdds?(layer: L, input: Shape, output: Shape): number;
  lower(layer: L, x: Value, context: Lowering): Value;
}

/** Builds a layer from its options; `type` and what {@link Named} lists are common to all. */
export function makeLayer<T extends string, L extends object>(
  type: T,
  options: unknown,
  build: (fields: Fields) => L,
): CallableLayer<L & { readonly type: T } & Named> {
  return callable(
    readFields(type, options, (f) => {
      const name = f.maybe("name", parseName);
      const common = {
        ...f.maybe("trainable", parseFlag),
        ...f.maybe("trainableEpochs", parseWhole(1)),
        ...f.maybe("inputs", parseNames),
      };
      return { type, ...build(f), ...name, ...common };
    }),
  );
}

/** For the check of a maker whose layers take an argument before their options. */
export const commonOptions: { readonly [K in keyof Required<Named>]: true } = {
  name: true,
  trainable: true,
  trainableEpochs: true,
  inputs: true,
};

/** The extents of an image. @throws when the shape is not one. */
export function imageAxes(shape: Shape): readonly [number, number, number] {
  const [height, width, channels, ...more] = shape;
  if (height !== undefined && width !== undefined && channels !== undefined && more.length === 0)
    return [height, width, channels];
  throw fault("input", {
    expected: "images [H, W, C]",
    received: showShape(shape),
    fix: "put this layer before flatten and dense",
  });
}
