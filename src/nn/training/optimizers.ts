import { fault, isObject, showValue } from "../../base/index.ts";
import { type Fields, readFields } from "../model/fields.ts";

interface Common {
  /** Size of the steps, 0 or more; a schedule scales it. */
  readonly learningRate: number;
  /** All gradients shrink together so that the root of the sum of their squares is at most this. @default none */
  readonly clipNorm?: number;
}

/** v = momentum·v - rate·g; w += v. With nesterov: w += momentum·v - rate·g (Sutskever et al. 2013). */
export interface Sgd extends Common {
  readonly type: "sgd";
  /** Part of the velocity that is kept, in [0, 1); 0: none. */
  readonly momentum: number;
  /** Look ahead along the velocity. */
  readonly nesterov: boolean;
}

/** s = rho·s + (1 - rho)·g²; w -= rate·g / √(s + epsilon), through `momentum` where it is not 0 (Hinton 2012). */
export interface Rmsprop extends Common {
  readonly type: "rmsprop";
  /** Part of the mean square that is kept, in [0, 1). */
  readonly rho: number;
  /** Part of the velocity that is kept, in [0, 1); 0: none. */
  readonly momentum: number;
  /** Added under the root. */
  readonly epsilon: number;
}

interface Moments extends Common {
  /** Part of the mean that is kept, in [0, 1). */
  readonly beta1: number;
  /** Part of the mean square that is kept, in [0, 1). */
  readonly beta2: number;
  /** Added to the root. */
  readonly epsilon: number;
}

/**
 * m = beta1·m + (1 - beta1)·g; v = beta2·v + (1 - beta2)·g²; w -= alpha·m / (√v + epsilon), alpha = rate·√(1 - beta2^t) / (1 - beta1^t)
 * (Kingma & Ba 2015, the form at the end of §2, as Keras has it).
 */
export interface Adam extends Moments {
  readonly type: "adam";
}

/** w -= rate·weightDecay·w, then Adam's step (Loshchilov & Hutter 2019). As in Keras every trainable parameter decays, biases too. */
export interface Adamw extends Moments {
  readonly type: "adamw";
  /** Part of each weight taken off at a step, times the learning rate. */
  readonly weightDecay: number;
}

/**
 * How gradients become changes of the weights, as plain data; rules and defaults are those of Keras 3, but that what is kept between
 * steps (velocity, m, v, s: an array of the parameter's shape each) is 0 where it is below 2^-126 = 1.2e-38 in absolute value,
 * the smallest normal number of float32, at which many processors slow down. Keras and PyTorch keep numbers down to 1.4e-45.
 * With the default epsilon a weight differs by that by less than rate · 1.2e-31 a step, which float32 shows in none of usual size.
 * @example
 * const optimizer: Optimizer = sgd({ learningRate: 0.1 });
 * optimizer.learningRate; // → 0.1
 */
export type Optimizer = Sgd | Rmsprop | Adam | Adamw;

type OptionsOf<T> = Partial<Omit<T, "type">>;

const positive = [0, Infinity] as const;
const unit = [0, 1] as const;

const readCommon = (f: Fields, learningRate: number): Common => ({
  learningRate: f.within("learningRate", positive, learningRate),
  ...f.maybe("clipNorm", (who, value) => {
    if (typeof value === "number" && value > 0) return value;
    throw fault(who, { expected: "a number above 0", received: showValue(value), exitCode: 2 });
  }),
});

const readMoments = (f: Fields): Moments => ({
  ...readCommon(f, 0.001),
  beta1: f.within("beta1", unit, 0.9),
  beta2: f.within("beta2", unit, 0.999),
  epsilon: f.within("epsilon", positive, 1e-7),
});

/**
 * Stochastic gradient descent (Keras: SGD). @default learningRate 0.01, momentum 0, nesterov false
 * @example
 * model.compile({ optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) });
 */
export const sgd = (options: OptionsOf<Sgd> = {}): Sgd =>
  readFields("sgd", options, (f) => ({
    type: "sgd",
    ...readCommon(f, 0.01),
    momentum: f.within("momentum", unit, 0),
    nesterov: f.flag("nesterov", false),
  }));

/**
 * RMSprop (Hinton 2012). @default learningRate 0.001, rho 0.9, momentum 0, epsilon 1e-7
 * @example
 * model.compile({ optimizer: rmsprop({ learningRate: 0.001, rho: 0.9 }) });
 */
export const rmsprop = (options: OptionsOf<Rmsprop> = {}): Rmsprop =>
  readFields("rmsprop", options, (f) => ({
    type: "rmsprop",
    ...readCommon(f, 0.001),
    rho: f.within("rho", unit, 0.9),
    momentum: f.within("momentum", unit, 0),
    epsilon: f.within("epsilon", positive, 1e-7),
  }));

/**
 * Adam (Kingma & Ba 2015). @default learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7
 * @example
 * model.compile({ optimizer: adam({ learningRate: 0.0005 }) });
 */
export const adam = (options: OptionsOf<Adam> = {}): Adam =>
  readFields("adam", options, (f) => ({ type: "adam", ...readMoments(f) }));

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019). @default learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7, weightDecay 0.004
 * @example
 * model.compile({ optimizer: adamw({ learningRate: 0.001, weightDecay: 0.01 }) });
 */
export const adamw = (options: OptionsOf<Adamw> = {}): Adamw =>
  readFields("adamw", options, (f) => ({
    type: "adamw",
    ...readMoments(f),
    weightDecay: f.within("weightDecay", positive, 0.004),
  }));

const makers: { readonly [T in Optimizer["type"]]: (options: object) => Optimizer } = {
  sgd,
  rmsprop,
  adam,
  adamw,
};

const isName = (name: unknown): name is Optimizer["type"] =>
  typeof name === "string" && Object.hasOwn(makers, name);

const optimizerNames: readonly Optimizer["type"][] = Object.keys(makers).filter(isName);

/** An optimiser from its name, from JSON, or as it is. @throws FoveaError naming what does not fit */
export function parseOptimizer(who: string, value: unknown): Optimizer {
  if (isName(value)) return makers[value]({});
  if (isObject(value) && isName(value["type"])) return makers[value["type"]](value);
  throw fault(who, {
    expected: `one of ${optimizerNames.join(", ")}`,
    received: showValue(value),
    exitCode: 2,
  });
}
