import {
  type Value,
  add,
  affine,
  flushSubnormals,
  maximum,
  multiply,
  negate,
  update,
} from "../../../engine/index.ts";
import type { Shape } from "../../../base/index.ts";

/** A parameter that an optimiser changes. */
export interface Trained {
  /** "conv2d/kernel" */
  readonly name: string;
  readonly shape: Shape;
  /** A kernel that is not the last of the network: a matrix between two layers. */
  readonly isHidden: boolean;
}

/** One parameter at one step, as values of a graph. */
export interface Step extends Trained {
  readonly weight: Value;
  /** Clipped, averaged over the examples, with coupled decay. */
  readonly gradient: Value;
  /** The arrays that the rule's `slots` names, in that order. */
  readonly slots: readonly Value[];
  /** The weight after decoupled decay. */
  readonly decayed: () => Value;
  /** Factor of the weight under decoupled decay, before the learning rate; 0 for none. */
  readonly decay: number;
  /** Part of the velocity or mean that is kept, [], where a schedule cycles it. */
  readonly momentum?: Value | undefined;
}

/** The moment of a step. */
export interface Moment {
  /** From 1, of the optimiser. */
  readonly step: number;
  readonly learningRate: number;
}

/** How one type of optimiser behaves. */
export interface OptimizerRule<O> {
  /** Whether `step` itself uses the factor of decoupled decay. @default false */
  readonly decaysItself?: boolean;
  /** Names of the arrays that are kept for a parameter, zeros at first. */
  slots(optimizer: O, parameter: Trained): readonly string[];
  /** Inputs [] that a program takes at each step. Computed in float64 from +, -, *, / and √ alone: the same bits everywhere. */
  scalars(optimizer: O, at: Moment): Readonly<Record<string, number>>;
  /** Updates the kept arrays and gives the new weight. */
  step(optimizer: O, step: Step, scalars: Readonly<Record<string, Value>>): Value;
}

/** Lets a kept array take its new value, and gives that. What fades for lack of gradients ends at 0: below 2^-126 it would be slow. */
export function keep(kept: Value, value: Value): Value {
  const flushed = flushSubnormals(value);
  update(kept, flushed);
  return flushed;
}

/** Part of a kept array, by a constant or by the number that a schedule gives. */
export const partOf = (kept: Value, constant: number, scheduled?: Value): Value =>
  scheduled ? multiply(kept, scheduled) : affine(kept, constant);

/** part · kept + (1 - part) · value. */
export const blend = (kept: Value, value: Value, { part, scheduled }: Blend): Value =>
  add(
    partOf(kept, part, scheduled),
    scheduled ? multiply(value, affine(scheduled, -1, 1)) : affine(value, 1 - part),
  );

interface Blend {
  readonly part: number;
  readonly scheduled?: Value | undefined;
}

export const square = (x: Value): Value => multiply(x, x);
export const absolute = (x: Value): Value => maximum(x, negate(x));
