import { isObject, unknownName } from "../../../base/index.ts";
import type { Value } from "../../../engine/index.ts";
import { type Adadelta, type Adagrad, adadelta, adadeltaRule, adagrad, adagradRule } from "./adagrad.ts";
import { type Adam, type Adamw, adam, adamRule, adamw } from "./adam.ts";
import { type Adamax, adamax, adamaxRule } from "./adamax.ts";
import { type Lamb, lamb, lambRule } from "./lamb.ts";
import { type Lion, lion, lionRule } from "./lion.ts";
import { type Muon, checkExcludedLayers, muon, muonRule } from "./muon.ts";
import { type Nadam, nadam, nadamRule } from "./nadam.ts";
import { type Rmsprop, rmsprop, rmspropRule } from "./rmsprop.ts";
import type { Moment, OptimizerRule, Step, Trained } from "./rule.ts";
import { type Sgd, sgd, sgdRule } from "./sgd.ts";

export type { Adadelta, Adagrad, Adam, Adamax, Adamw, Lamb, Lion, Muon, Nadam, Rmsprop, Sgd };
export type { Moment, Step, Trained };
export type { Lookahead, OptimizerOptions } from "./common.ts";
export { adadelta, adagrad, adam, adamax, adamw, lamb, lion, muon, nadam, rmsprop, sgd };
export { checkExcludedLayers };

/**
 * How gradients become changes of the weights, as plain data; rules and defaults are those of Keras 3, but that what is kept between
 * steps (velocity, m, v, s: an array of the parameter's shape each) is 0 where it is below 2^-126 = 1.2e-38 in absolute value,
 * the smallest normal number of float32, at which many processors slow down. Keras and PyTorch keep numbers down to 1.4e-45.
 * With the default epsilon a weight differs by that by less than rate · 1.2e-31 a step, which float32 shows in none of usual size.
 * @example
 * const optimizer: Optimizer = sgd({ learningRate: 0.1 });
 * optimizer.learningRate; // → 0.1
 */
export type Optimizer =
  | Sgd
  | Rmsprop
  | Adam
  | Adamw
  | Nadam
  | Adamax
  | Adagrad
  | Adadelta
  | Lion
  | Lamb
  | Muon;

const makers: { readonly [T in Optimizer["type"]]: (options: object) => Optimizer } = {
  sgd,
  rmsprop,
  adam,
  adamw,
  nadam,
  adamax,
  adagrad,
  adadelta,
  lion,
  lamb,
  muon,
};

const isName = (name: unknown): name is Optimizer["type"] =>
  typeof name === "string" && Object.hasOwn(makers, name);

/** Every type of optimiser. */
export const optimizerNames: readonly Optimizer["type"][] = Object.keys(makers).filter(isName);

/** An optimiser from its name, from JSON, or as it is. @throws FoveaError naming what does not fit */
export function parseOptimizer(who: string, value: unknown): Optimizer {
  if (isName(value)) return makers[value]({});
  if (isObject(value) && isName(value["type"])) return makers[value["type"]](value);
  throw unknownName(who, value, optimizerNames);
}

/** The rule of an optimiser, with that optimiser given. */
export interface BoundRule {
  readonly decaysItself: boolean;
  slots(parameter: Trained): readonly string[];
  scalars(at: Moment): Readonly<Record<string, number>>;
  step(step: Step, scalars: Readonly<Record<string, Value>>): Value;
}

const bind = <O>(optimizer: O, rule: OptimizerRule<O>): BoundRule => ({
  decaysItself: rule.decaysItself ?? false,
  slots: (parameter) => rule.slots(optimizer, parameter),
  scalars: (moment) => rule.scalars(optimizer, moment),
  step: (step, scalars) => rule.step(optimizer, step, scalars),
});

export function ruleOfOptimizer(optimizer: Optimizer): BoundRule {
  switch (optimizer.type) {
    case "sgd":
      return bind(optimizer, sgdRule);
    case "rmsprop":
      return bind(optimizer, rmspropRule);
    case "adam":
    case "adamw":
      return bind(optimizer, adamRule);
    case "nadam":
      return bind(optimizer, nadamRule);
    case "adamax":
      return bind(optimizer, adamaxRule);
    case "adagrad":
      return bind(optimizer, adagradRule);
    case "adadelta":
      return bind(optimizer, adadeltaRule);
    case "lion":
      return bind(optimizer, lionRule);
    case "lamb":
      return bind(optimizer, lambRule);
    case "muon":
      return bind(optimizer, muonRule);
    default:
      return optimizer satisfies never;
  }
}
