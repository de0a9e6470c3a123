import { entryOf } from "../../base/index.ts";
import {
  type Graph,
  type Value,
  add,
  affine,
  clip,
  divide,
  input,
  maximum,
  multiply,
  parameter,
  reduceSumSquare,
  sqrt,
  subtract,
  update,
} from "../../engine/index.ts";
import type { ParameterSpec } from "../layers/rule.ts";
import {
  type BoundRule,
  type Optimizer,
  type Step,
  type Trained,
  ruleOfOptimizer,
} from "./optimizers/index.ts";

/** A parameter and its gradient. */
interface Trainable {
  readonly weight: Value;
  readonly gradient: Value;
}

/** A matrix or filter, and neither a bias nor a part of a norm. */
const isKernel = (name: string): boolean => name.endsWith("kernel");

type Named = Pick<ParameterSpec, "name" | "shape">;

/** The trainable parameters of a network, with what optimisers ask of them. */
function trainedOf(parameters: readonly Named[]): readonly Trained[] {
  const last = parameters.findLast(({ name }) => isKernel(name))?.name;
  return parameters.map(({ name, shape }) => ({ name, shape, isHidden: isKernel(name) && name !== last }));
}

const slotName = ({ type }: Optimizer, slot: string, parameterName: string): string =>
  `${type}/${slot}/${parameterName}`;

/** What an optimiser keeps between steps, zeros at first: "adam/m/conv2d/kernel". */
export function optimizerState(
  optimizer: Optimizer,
  parameters: readonly ParameterSpec[],
): readonly ParameterSpec[] {
  const rule = ruleOfOptimizer(optimizer);
  return trainedOf(parameters.filter(({ trainable }) => trainable)).flatMap((parameter) =>
    rule
      .slots(parameter)
      .map((slot) => stateSpec(slotName(optimizer, slot, parameter.name), parameter.shape)),
  );
}

const stateSpec = (name: string, shape: ParameterSpec["shape"]): ParameterSpec => ({
  name,
  shape,
  initializer: "zeros",
  trainable: false,
});

/** Whether the decay stands beside the step as an input of its own, and not in the gradient or the rule. */
const decaysBeside = (optimizer: Optimizer, { decaysItself }: BoundRule): boolean =>
  optimizer.weightDecay !== undefined && optimizer.decoupledWeightDecay !== false && !decaysItself;

/**
 * The inputs [] that a training program takes besides the batch, for step `step` counted from 1.
 * Computed in float64 from +, -, *, / and √ alone, so that every machine gets the same bits.
 */
export function scalarsAt(optimizer: Optimizer, step: number, learningRate: number): Record<string, number> {
  const rule = ruleOfOptimizer(optimizer);
  return {
    ...rule.scalars({ step, learningRate }),
    ...(decaysBeside(optimizer, rule) && { decay: learningRate * (optimizer.weightDecay ?? 0) }),
  };
}

/** What an optimiser changes in a graph. */
interface Updates {
  /** All that it could change, in the order of the layers. */
  readonly parameters: readonly Named[];
  /** Those that the loss depends on. */
  readonly steps: readonly Trainable[];
}

/** Adds the optimiser's step to a graph: each weight and each kept array gets an update of a few ops. */
export function applyOptimizer(graph: Graph, optimizer: Optimizer, { parameters, steps }: Updates): void {
  const rule = ruleOfOptimizer(optimizer);
  const scalars = Object.fromEntries(
    Object.keys(scalarsAt(optimizer, 1, 0)).map((name) => [name, input(graph, name, [])]),
  );
  const trained = Object.fromEntries(trainedOf(parameters).map((item) => [item.name, item]));
  const clipped = clippedBy(
    optimizer,
    steps.map(({ gradient }) => gradient),
  );
  for (const { weight, gradient } of steps) {
    const item = entryOf(trained, weight.name);
    const slots = rule
      .slots(item)
      .map((slot) => parameter(graph, slotName(optimizer, slot, weight.name), weight.shape));
    const decay = decayOf(optimizer, { item, weight, scalar: scalars["decay"] });
    const step = { ...item, weight, slots, ...decay, gradient: decay.coupled(clipped(gradient)) };
    update(weight, rule.step(step, scalars));
  }
}

interface Decayed {
  readonly item: Trained;
  readonly weight: Value;
  /** Learning rate times the factor; absent where the decay does not stand beside the step. */
  readonly scalar: Value | undefined;
}

/** The decay of one weight: beside the step, in its gradient, or as a factor for the rule. */
function decayOf(
  { weightDecay = 0, decoupledWeightDecay = true, excludeFromWeightDecay }: Optimizer,
  { item, weight, scalar }: Decayed,
): Pick<Step, "decay" | "decayed"> & { readonly coupled: (gradient: Value) => Value } {
  const factor = excludeFromWeightDecay === undefined || isKernel(item.name) ? weightDecay : undefined;
  return {
    decay: decoupledWeightDecay ? (factor ?? 0) : 0,
    decayed: () => (factor !== undefined && scalar ? subtract(weight, multiply(weight, scalar)) : weight),
    coupled: (gradient) =>
      decoupledWeightDecay || !factor ? gradient : add(gradient, affine(weight, factor)),
  };
}

/** How each gradient is clipped. */
function clippedBy(
  { clipNorm, globalClipNorm, clipValue }: Optimizer,
  gradients: readonly Value[],
): (gradient: Value) => Value {
  if (clipValue !== undefined) return (gradient) => clip(gradient, -clipValue, clipValue);
  if (clipNorm !== undefined) return (gradient) => multiply(gradient, clipScale([gradient], clipNorm));
  if (globalClipNorm === undefined || gradients.length === 0) return (gradient) => gradient;
  const scale = clipScale(gradients, globalClipNorm);
  return (gradient) => multiply(gradient, scale);
}

/** limit / max(norm, limit), where norm² is the sum of the squares of all gradients. */
function clipScale(gradients: readonly Value[], most: number): Value {
  const norm = sqrt(gradients.map((gradient) => reduceSumSquare(gradient)).reduce(add));
  const limit = affine(norm, 0, most);
  return divide(limit, maximum(norm, limit));
}
