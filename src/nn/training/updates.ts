import { entryOf, fault } from "../../base/index.ts";
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
import type { Trainable } from "./accumulation.ts";
import { averageScalars, lookedAhead } from "./averages.ts";
import {
  type BoundRule,
  type Optimizer,
  type Step,
  type Trained,
  checkExcludedLayers,
  ruleOfOptimizer,
} from "./optimizers/index.ts";
import { rateFactorOf } from "./optimizers/sgd.ts";

/** A matrix or filter, and neither a bias nor a part of a norm. */
const isKernel = (name: string): boolean => name.endsWith("kernel");

type Named = Pick<ParameterSpec, "name" | "shape">;

/** The trainable parameters of a network, with what optimisers ask of them. */
function trainedOf(parameters: readonly Named[]): readonly Trained[] {
  const last = parameters.findLast(({ name }) => isKernel(name))?.name;
  return parameters.map(({ name, shape }) => ({ name, shape, isHidden: isKernel(name) && name !== last }));
}

/** Checks what an optimiser says of a model's layers by its parameters. @throws naming a layer that there is not */
export function checkLayersOf(optimizer: Optimizer, parameters: readonly Named[]): void {
  if (optimizer.type !== "muon") return;
  checkExcludedLayers(optimizer, parameters.map(({ name }) => name).filter(isKernel));
}

const slotName = ({ type }: Optimizer, slot: string, parameterName: string): string =>
  `${type}/${slot}/${parameterName}`;

/** Whether the decay stands beside the step as an input of its own, and not in the gradient or the rule. */
const decaysBeside = (optimizer: Optimizer, { decaysItself }: BoundRule): boolean =>
  optimizer.weightDecay !== undefined && optimizer.decoupledWeightDecay !== false && !decaysItself;

/** What a step may be told beside its number and its rate. */
export interface StepOptions {
  /** Examples whose gradients make it up, where gradients are accumulated. @default 1 */
  readonly examples?: number;
  /** Whether the epoch ends with it, at which Lookahead synchronises. @default false */
  readonly endsEpoch?: boolean;
  /** Part of all steps of the training up to this one, in (0, 1]; for Lookahead's ramp. @default 1 */
  readonly progress?: number;
  /** Momentum, or beta1, where a schedule cycles it. @default the optimiser's */
  readonly momentum?: number | undefined;
}

/**
 * The inputs [] that a training program takes besides the batch, for step `step` of the optimiser counted from 1.
 * Computed in float64 from +, -, *, / and √ alone, so that every machine gets the same bits.
 */
export function scalarsAt(
  optimizer: Optimizer,
  step: number,
  learningRate: number,
  { examples = 1, endsEpoch = false, progress = 1, momentum }: StepOptions = {},
): Record<string, number> {
  const rule = ruleOfOptimizer(momentum === undefined ? optimizer : withMomentum(optimizer, momentum));
  return {
    ...rule.scalars({ step, learningRate }),
    ...(decaysBeside(optimizer, rule) && { decay: learningRate * (optimizer.weightDecay ?? 0) }),
    ...(momentum !== undefined && { momentum }),
    ...(accumulates(optimizer) && { perExample: 1 / examples }),
    ...averageScalars(optimizer, { step, endsEpoch, progress }),
  };
}

/** Whether several batches make up one step. */
export const accumulates = ({ gradientAccumulationSteps = 1 }: Optimizer): boolean =>
  gradientAccumulationSteps > 1;

/** The optimiser with the momentum that a schedule gives. @throws where it has none */
export function withMomentum(optimizer: Optimizer, momentum: number): Optimizer {
  switch (optimizer.type) {
    case "adam":
    case "adamw":
      return { ...optimizer, beta1: momentum };
    case "muon":
      return { ...optimizer, momentum };
    case "sgd":
      if (optimizer.momentum > 0) return { ...optimizer, momentum };
      break;
    default:
      break;
  }
  throw fault("schedule: momentum", {
    expected: "an optimiser whose momentum can be cycled: sgd with momentum, adam, adamw or muon",
    received: optimizer.type === "sgd" ? "sgd without momentum" : optimizer.type,
    exitCode: 2,
  });
}

/** What an optimiser changes in a graph. */
interface Updates {
  /** All that it could change, in the order of the layers. */
  readonly parameters: readonly Named[];
  /** Those that the loss depends on. */
  readonly steps: readonly Trainable[];
  /** What Lookahead takes, of `averageInputs`. @default none */
  readonly averages?: Readonly<Record<string, Value>>;
  /** Take an input `momentum` [] in place of the optimiser's. @default false */
  readonly cyclesMomentum?: boolean;
}

/** Adds the optimiser's step to a graph: each weight and each kept array gets an update of a few ops. */
export function applyOptimizer(
  graph: Graph,
  optimizer: Optimizer,
  { parameters, steps, averages = {}, cyclesMomentum = false }: Updates,
): void {
  const rule = ruleOfOptimizer(cyclesMomentum ? withMomentum(optimizer, 0.5) : optimizer);
  const names = [
    ...Object.keys(rule.scalars({ step: 1, learningRate: 0 })),
    ...(decaysBeside(optimizer, rule) ? ["decay"] : []),
    ...(cyclesMomentum ? ["momentum"] : []),
  ];
  const scalars = Object.fromEntries(names.map((name) => [name, input(graph, name, [])]));
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
    const { coupled, ...decay } = decayOf(optimizer, { item, weight, scalar: scalars["decay"] });
    const momentum = scalars["momentum"];
    const step = { ...item, ...decay, weight, slots, momentum, gradient: coupled(clipped(gradient)) };
    const fast = rule.step(step, scalars);
    update(weight, lookedAhead(graph, optimizer, { weight, fast, scalars: averages }));
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
  optimizer: Optimizer,
  { item, weight, scalar }: Decayed,
): Pick<Step, "decay" | "decayed"> & { readonly coupled: (gradient: Value) => Value } {
  const { weightDecay = 0, decoupledWeightDecay = true, excludeFromWeightDecay } = optimizer;
  // A rate of its own scales the gradient alone.
  const rate = optimizer.type === "sgd" ? rateFactorOf(optimizer, item.name) : 1;
  const factor = excludeFromWeightDecay === undefined || isKernel(item.name) ? weightDecay : undefined;
  return {
    decay: decoupledWeightDecay ? (factor ?? 0) : 0,
    decayed: () => (factor !== undefined && scalar ? subtract(weight, multiply(weight, scalar)) : weight),
    coupled: (gradient) =>
      decoupledWeightDecay || !factor ? gradient : add(gradient, affine(weight, factor / rate)),
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
