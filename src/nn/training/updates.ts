import { at, entryOf } from "../../base/index.ts";
import {
  type Graph,
  type Value,
  add,
  affine,
  divide,
  flushSubnormals,
  input,
  maximum,
  multiply,
  parameter,
  reduceSumSquare,
  sqrt,
  subtract,
  update,
} from "../../engine/index.ts";
import { wholePower } from "../arithmetic.ts";
import type { Adam, Adamw, Optimizer, Rmsprop, Sgd } from "./optimizers.ts";
import type { ParameterSpec } from "../layers/rule.ts";

/** A parameter, its gradient, and the arrays that the optimiser keeps for it, in the order of {@link slotsOf}. */
interface Step {
  readonly weight: Value;
  readonly gradient: Value;
  readonly slots: readonly Value[];
}

/** Names of the arrays that an optimiser keeps for each parameter. */
function slotsOf(optimizer: Optimizer): readonly string[] {
  switch (optimizer.type) {
    case "sgd":
      return optimizer.momentum > 0 ? ["velocity"] : [];
    case "rmsprop":
      return optimizer.momentum > 0 ? ["square", "momentum"] : ["square"];
    case "adam":
    case "adamw":
      return ["m", "v"];
    default:
      return optimizer satisfies never;
  }
}

/** What an optimiser keeps between steps, zeros at first: "adam/m/conv2d/kernel". */
export function optimizerState(
  optimizer: Optimizer,
  parameters: readonly ParameterSpec[],
): readonly ParameterSpec[] {
  return parameters
    .filter(({ trainable }) => trainable)
    .flatMap(({ name, shape }) =>
      slotsOf(optimizer).map((slot): ParameterSpec => ({
        name: `${optimizer.type}/${slot}/${name}`,
        shape,
        initializer: "zeros",
        trainable: false,
      })),
    );
}

/**
 * The inputs [] that a training program takes besides the batch, for step `step` counted from 1.
 * Computed in float64 from +, -, *, / and √ alone, so that every machine gets the same bits.
 */
export function scalarsAt(optimizer: Optimizer, step: number, learningRate: number): Record<string, number> {
  switch (optimizer.type) {
    case "sgd":
    case "rmsprop":
      return { learningRate };
    case "adam":
      return { alpha: correctedRate(optimizer, step, learningRate) };
    case "adamw":
      return {
        alpha: correctedRate(optimizer, step, learningRate),
        decay: learningRate * optimizer.weightDecay,
      };
    default:
      return optimizer satisfies never;
  }
}

const correctedRate = ({ beta1, beta2 }: Adam | Adamw, step: number, learningRate: number): number =>
  (learningRate * Math.sqrt(1 - wholePower(beta2, step))) / (1 - wholePower(beta1, step));

/** Adds the optimiser's step to a graph: each weight and each kept array gets an update of a few elementwise ops. */
export function applyOptimizer(
  graph: Graph,
  optimizer: Optimizer,
  steps: readonly Pick<Step, "weight" | "gradient">[],
): void {
  const scalars = Object.fromEntries(
    Object.keys(scalarsAt(optimizer, 1, 0)).map((name) => [name, input(graph, name, [])]),
  );
  const scale = clipScale(
    steps.map(({ gradient }) => gradient),
    optimizer.clipNorm,
  );
  for (const { weight, gradient } of steps) {
    const slots = slotsOf(optimizer).map((slot) =>
      parameter(graph, `${optimizer.type}/${slot}/${weight.name}`, weight.shape),
    );
    const step = { weight, gradient: scale ? multiply(gradient, scale) : gradient, slots };
    stepOf(optimizer, step, scalars);
  }
}

/** clipNorm / max(norm, clipNorm), where norm² is the sum of the squares of all gradients. */
function clipScale(gradients: readonly Value[], clipNorm: number | undefined): Value | undefined {
  if (clipNorm === undefined || gradients.length === 0) return undefined;
  const norm = sqrt(gradients.map((gradient) => reduceSumSquare(gradient)).reduce(add));
  const limit = affine(norm, 0, clipNorm);
  return divide(limit, maximum(norm, limit));
}

/** Lets a kept array take its new value, and gives that. What fades for lack of gradients ends at 0: below 2^-126 it would be slow. */
function keep(kept: Value, value: Value): Value {
  const flushed = flushSubnormals(value);
  update(kept, flushed);
  return flushed;
}

type Scalars = Readonly<Record<string, Value>>;

function stepOf(optimizer: Optimizer, step: Step, scalars: Scalars): void {
  switch (optimizer.type) {
    case "sgd":
      return sgdStep(optimizer, step, scalars);
    case "rmsprop":
      return rmspropStep(optimizer, step, scalars);
    case "adam":
    case "adamw":
      return adamStep(optimizer, step, scalars);
    default:
      return optimizer satisfies never;
  }
}

function sgdStep(
  { momentum, nesterov }: Sgd,
  { weight, gradient, slots: [velocity] }: Step,
  scalars: Scalars,
): void {
  const change = multiply(gradient, entryOf(scalars, "learningRate"));
  if (!velocity) return update(weight, subtract(weight, change));
  const moved = keep(velocity, subtract(affine(velocity, momentum), change));
  update(weight, add(weight, nesterov ? subtract(affine(moved, momentum), change) : moved));
}

function rmspropStep(
  { rho, momentum, epsilon }: Rmsprop,
  { weight, gradient, slots }: Step,
  scalars: Scalars,
): void {
  const [square, moment] = [at(slots, 0), slots[1]];
  const mean = keep(square, add(affine(square, rho), affine(multiply(gradient, gradient), 1 - rho)));
  const change = divide(multiply(gradient, entryOf(scalars, "learningRate")), sqrt(affine(mean, 1, epsilon)));
  if (!moment) return update(weight, subtract(weight, change));
  const moved = keep(moment, add(affine(moment, momentum), change));
  update(weight, subtract(weight, moved));
}

function adamStep(
  { beta1, beta2, epsilon }: Adam | Adamw,
  { weight, gradient, slots }: Step,
  scalars: Scalars,
): void {
  const [m, v] = [at(slots, 0), at(slots, 1)];
  const { decay } = scalars;
  const mean = keep(m, add(affine(m, beta1), affine(gradient, 1 - beta1)));
  const square = keep(v, add(affine(v, beta2), affine(multiply(gradient, gradient), 1 - beta2)));
  const decayed = decay ? subtract(weight, multiply(weight, decay)) : weight;
  update(
    weight,
    subtract(decayed, divide(multiply(mean, entryOf(scalars, "alpha")), affine(sqrt(square), 1, epsilon))),
  );
}
