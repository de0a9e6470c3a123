import {
  type Value,
  add,
  affine,
  divide,
  matmul,
  multiply,
  reduceSumSquare,
  reshape,
  sqrt,
  subtract,
} from "../../../engine/index.ts";
import { at, entryOf, fault, isObject, nearestName, showValue, sizeOf } from "../../../base/index.ts";
import { readFields } from "../../model/fields.ts";
import { adamRule, correctedRate } from "./adam.ts";
import { type OptimizerOptions, type OptionsOf, positive, readCommon, unit } from "./common.ts";
import { type OptimizerRule, type Step, type Trained, keep, partOf } from "./rule.ts";

/**
 * Kernels between layers move along the nearest orthogonal matrix to their momentum (Jordan et al. 2024; Liu et al. 2025):
 * m = momentum·m + g; w -= rate·s·O, O from `nsSteps` Newton-Schulz iterations on g + momentum·m (m without nesterov).
 * A filter is a matrix of one column for each output. Biases, norms, the last kernel and layers in `excludeLayers` take AdamW's step.
 */
export interface Muon extends OptimizerOptions {
  readonly type: "muon";
  /** Part of the momentum that is kept, in [0, 1). */
  readonly momentum: number;
  /** Look ahead along the momentum. */
  readonly nesterov: boolean;
  /** Newton-Schulz iterations, a whole number from 1. */
  readonly nsSteps: number;
  /**
   * The factor s: matchRmsAdamw: 0.2·√max(inputs, outputs), so that Adam's rates suit; original: √max(1, outputs / inputs).
   */
  readonly adjustLr: "matchRmsAdamw" | "original";
  /** Names of layers whose kernels take AdamW's step, besides the last kernel. */
  readonly excludeLayers: readonly string[];
  /** Learning rate of AdamW's steps as a part of that of Muon's, above 0. */
  readonly adamLrRatio: number;
  /** Part of AdamW's mean that is kept, in [0, 1). */
  readonly adamBeta1: number;
  /** Part of AdamW's mean square that is kept, in [0, 1). */
  readonly adamBeta2: number;
  /** Added to AdamW's root. */
  readonly epsilon: number;
}

function parseLayerNames(who: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((name) => typeof name === "string")) return value;
  throw fault(who, { expected: "a list of layer names", received: showValue(value), exitCode: 2 });
}

/**
 * Muon (Jordan et al. 2024; Keras: Muon). @default learningRate 0.001, weightDecay 0.004, momentum 0.95, nesterov true, nsSteps 5,
 * adjustLr "matchRmsAdamw", excludeLayers [], adamLrRatio 1, adamBeta1 0.9, adamBeta2 0.999, epsilon 1e-7
 * @example
 * model.compile({ optimizer: muon({ learningRate: 0.002, weightDecay: 0.01 }) });
 */
export const muon = (options: OptionsOf<Muon> = {}): Muon =>
  readFields("muon", withDefaults(options), (f) => ({
    type: "muon",
    ...readCommon(f, 0.001),
    momentum: f.within("momentum", unit, 0.95),
    nesterov: f.flag("nesterov", true),
    nsSteps: f.whole("nsSteps", 5),
    adjustLr: f.oneOf("adjustLr", ["matchRmsAdamw", "original"], "matchRmsAdamw"),
    excludeLayers: [],
    ...f.maybe("excludeLayers", parseLayerNames),
    adamLrRatio: f.within("adamLrRatio", [Number.MIN_VALUE, Infinity], 1),
    adamBeta1: f.within("adamBeta1", unit, 0.9),
    adamBeta2: f.within("adamBeta2", unit, 0.999),
    epsilon: f.within("epsilon", positive, 1e-7),
  }));

const withDefaults = (options: OptionsOf<Muon>): OptionsOf<Muon> =>
  isObject(options) ? { weightDecay: 0.004, ...options } : options;

const layerOf = (name: string): string => name.slice(0, name.lastIndexOf("/"));

/** Checks the names against a model's kernels, `<layer>/<part>`. @throws naming one of no such layer, and the nearest */
export function checkExcludedLayers({ excludeLayers }: Muon, kernels: readonly string[]): void {
  const layers = [...new Set(kernels.map(layerOf))];
  const unknown = excludeLayers.find((name) => !layers.includes(name));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, layers);
  throw fault("muon: excludeLayers", {
    expected: `names of layers with a kernel: ${layers.join(", ")}`,
    received: showValue(unknown),
    ...(nearest !== undefined && { fix: `use ${nearest}` }),
    exitCode: 2,
  });
}

const isOrthogonalized = ({ excludeLayers }: Muon, { name, isHidden }: Trained): boolean =>
  isHidden && !excludeLayers.includes(layerOf(name));

/** Coefficients of the quintic iteration (Jordan et al. 2024). */
const [A, B, C] = [3.4445, -4.775, 2.0315];

/** About the nearest matrix [rows, columns] with orthonormal rows or columns, whichever are fewer. */
function orthogonalized(matrix: Value, nsSteps: number): Value {
  const [rows, columns] = [at(matrix.shape, 0), at(matrix.shape, 1)];
  const isWide = rows <= columns;
  let x = divide(matrix, affine(sqrt(reduceSumSquare(matrix)), 1, 1e-7));
  for (let i = 0; i < nsSteps; i++) {
    const gram = matmul(x, x, isWide ? { transposeB: true } : { transposeA: true });
    const mixed = add(affine(gram, B), affine(matmul(gram, gram), C));
    x = add(affine(x, A), isWide ? matmul(mixed, x) : matmul(x, mixed));
  }
  return x;
}

/** Matrix of a kernel: inputs of a window by outputs. */
const matrixShape = (shape: Trained["shape"]): readonly [number, number] => {
  const outputs = at(shape, shape.length - 1);
  return [sizeOf(shape) / outputs, outputs];
};

function rateScale(adjustLr: Muon["adjustLr"], shape: Trained["shape"]): number {
  const [inputs, outputs] = matrixShape(shape);
  switch (adjustLr) {
    case "matchRmsAdamw":
      return 0.2 * Math.sqrt(Math.max(inputs, outputs));
    case "original":
      return Math.sqrt(Math.max(1, outputs / inputs));
    default:
      return adjustLr satisfies never;
  }
}

function muonStep(
  { momentum, nesterov, nsSteps, adjustLr }: Muon,
  { shape, gradient, slots, decayed, momentum: given }: Step,
  learningRate: Value,
): Value {
  const kept = at(slots, 0);
  const moved = keep(kept, add(partOf(kept, momentum, given), gradient));
  const direction = nesterov ? add(gradient, partOf(moved, momentum, given)) : moved;
  const change = reshape(orthogonalized(reshape(direction, matrixShape(shape)), nsSteps), shape);
  return subtract(decayed(), multiply(affine(change, rateScale(adjustLr, shape)), learningRate));
}

const adamOf = ({ adamBeta1: beta1, adamBeta2: beta2, epsilon, learningRate }: Muon) =>
  ({ type: "adam", learningRate, beta1, beta2, epsilon }) as const;

export const muonRule: OptimizerRule<Muon> = {
  slots: (optimizer, parameter) => (isOrthogonalized(optimizer, parameter) ? ["momentum"] : ["m", "v"]),
  scalars: (optimizer, { step, learningRate }) => ({
    learningRate,
    alpha: correctedRate(adamOf(optimizer), { step, learningRate: learningRate * optimizer.adamLrRatio }),
  }),
  step: (optimizer, step, scalars) =>
    isOrthogonalized(optimizer, step)
      ? muonStep(optimizer, step, entryOf(scalars, "learningRate"))
      : adamRule.step(adamOf(optimizer), { ...step, momentum: undefined }, scalars),
};
