import {
  type Graph,
  type Value,
  add,
  affine,
  input,
  multiply,
  parameter,
  subtract,
} from "../../engine/index.ts";
import type { Lookahead, Optimizer } from "./optimizers/index.ts";
import { keep } from "./optimizers/rule.ts";

// Weights beside the weights: the exponential moving average (EMA) and Lookahead's slow weights.

const emaPrefix = "ema/";

const slowName = (parameterName: string): string => `lookahead/${parameterName}`;

const syncPeriodOf = ({ syncPeriod = 6 }: Lookahead): number => syncPeriod;

/** The moment of a step. */
interface StepMoment {
  /** From 1. */
  readonly step: number;
  readonly endsEpoch: boolean;
  /** Part of all steps of the training up to this one, in (0, 1]. */
  readonly progress: number;
}

/** How far slow weights go at that part of the training. */
const slowStepAt = ({ slowStepSize = 0.5, rampPower = 0 }: Lookahead, progress: number): number =>
  1 - (1 - slowStepSize) * Array.from({ length: rampPower }, () => progress).reduce((x, y) => x * y, 1);

/** Inputs [] of a step for the averages that an optimiser keeps. */
export function averageScalars(
  { useEma, emaMomentum = 0.99, emaWarmup, lookahead }: Optimizer,
  { step, endsEpoch, progress }: StepMoment,
): Readonly<Record<string, number>> {
  const warm = emaWarmup ? Math.min(emaMomentum, (1 + step) / (10 + step)) : emaMomentum;
  return {
    // The average of one step is its weights, as in Keras.
    ...(useEma && { emaKept: step === 1 ? 0 : warm }),
    ...(lookahead && {
      lookaheadBegun: step === 1 ? 0 : 1,
      lookaheadSync: endsEpoch || step % syncPeriodOf(lookahead) === 0 ? 1 : 0,
      ...(lookahead.rampPower !== undefined && { lookaheadStep: slowStepAt(lookahead, progress) }),
    }),
  };
}

type Scalars = Readonly<Record<string, Value>>;

/** one where the switch is 1, other where it is 0. */
const choose = (flag: Value, one: Value, other: Value): Value =>
  add(multiply(one, flag), multiply(other, affine(flag, -1, 1)));

/**
 * The new weight where Lookahead may replace it: slow += slowStepSize · (fast - slow) and fast = slow at a synchronisation (Zhang et
 * al. 2019, algorithm 1). The slow weights begin as the weights before the first step.
 */
export function lookedAhead(
  graph: Graph,
  { lookahead }: Optimizer,
  { weight, fast, scalars }: { readonly weight: Value; readonly fast: Value; readonly scalars: Scalars },
): Value {
  const { lookaheadBegun: begun, lookaheadSync: sync, lookaheadStep } = scalars;
  if (!lookahead || !begun || !sync) return fast;
  const kept = parameter(graph, slowName(weight.name), weight.shape);
  const slow = choose(begun, kept, weight);
  const apart = subtract(fast, slow);
  const met = add(
    slow,
    lookaheadStep ? multiply(apart, lookaheadStep) : affine(apart, lookahead.slowStepSize ?? 0.5),
  );
  keep(kept, choose(sync, met, slow));
  return choose(sync, met, fast);
}

/** Keeps the moving average of all of a model's parameters that the graph updates, batch norm's statistics among them. */
export function keepEma(graph: Graph, kept: Value | undefined, names: ReadonlySet<string>): void {
  if (!kept) return;
  for (const { target, value } of graph.updates.filter(({ target: { name } }) => names.has(name))) {
    const ema = parameter(graph, emaPrefix + target.name, target.shape);
    keep(ema, add(multiply(ema, kept), multiply(value, affine(kept, -1, 1))));
  }
}

/** Adds the inputs that {@link averageScalars} names. */
export const averageInputs = (graph: Graph, optimizer: Optimizer): Scalars =>
  Object.fromEntries(
    Object.keys(averageScalars(optimizer, { step: 1, endsEpoch: false, progress: 1 })).map((name) => [
      name,
      input(graph, name, []),
    ]),
  );

/** The moving averages among what is kept, by the names of their parameters. */
export const averagesIn = (state: readonly { readonly name: string }[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    state.flatMap(({ name }) => (name.startsWith(emaPrefix) ? [[name.slice(emaPrefix.length), name]] : [])),
  );
