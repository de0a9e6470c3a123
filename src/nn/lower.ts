import { at, entryIn } from "../base/index.ts";
import type { PlainLayer } from "./layers/layer.ts";
import { type Graph, type Value, input, parameter, sigmoid, softmax } from "../engine/index.ts";
import { isMerge, ruleOf } from "./layers/index.ts";
import type { BatchStatistics } from "./layers/rule.ts";
import { mergeValues } from "./layers/merge.ts";
import { imagesName } from "./model/names.ts";
import type { ResolvedLayer } from "./model/resolve.ts";

/** What the layers of one model share while they become ops. */
export interface LoweringRun {
  readonly graph: Graph;
  readonly training: boolean;
  /** Filled as the layers ask for them, by full name. */
  readonly parameters: Map<string, Value>;
  /** Called with what each layer gave; what it returns goes on in its place. */
  readonly onLayer?: (item: ResolvedLayer, output: Value) => Value | void;
  /** Where given, each batch norm that is not frozen takes mean and variance [C] from the batch, and hands them on. */
  readonly onStatistics?: (item: ResolvedLayer, statistics: BatchStatistics) => void;
}

/** Turns layers into ops: x [B, …] to the output of the last of them. */
export function lowerLayers(resolved: readonly ResolvedLayer[], x: Value, run: LoweringRun): Value {
  const randomness = sharedSeed(run.graph);
  const values = new Map([[imagesName, x]]);
  const lowerAll = (items: readonly ResolvedLayer[], from: Value): Value =>
    items.reduce((value, item) => {
      const inputs = item.layer.inputs?.map((name) => entryIn(values, name)) ?? [value];
      const lowered = lowerOne(item, inputs);
      const output = run.onLayer?.(item, lowered) ?? lowered;
      values.set(item.name, output);
      return output;
    }, from);
  const lowerOne = (item: ResolvedLayer, inputs: readonly Value[]): Value => {
    const { layer, branches } = item;
    const from = at(inputs, 0);
    if (!isMerge(layer)) {
      const parameterOf = (part: string): Value => layerParameter(item, part, run);
      return ruleOf(layer).lower(layer, from, {
        training: run.training,
        parameter: parameterOf,
        randomness,
        ...(run.onStatistics && { onStatistics: (found) => run.onStatistics?.(item, found) }),
      });
    }
    const joined = branches.length > 0 ? branches.map((branch) => lowerAll(branch, from)) : inputs;
    return mergeValues(layer.type, joined);
  };
  return lowerAll(resolved, x);
}

function layerParameter({ name, parameters }: ResolvedLayer, part: string, run: LoweringRun): Value {
  const full = `${name}/${part}`;
  const own = parameters.filter((spec) => spec.name === full);
  const value = run.parameters.get(full) ?? parameter(run.graph, full, at(own, 0).shape);
  run.parameters.set(full, value);
  return value;
}

/** One input `seed` for all layers that draw, declared when the first asks; a salt tells them apart. */
function sharedSeed(graph: Graph): () => { seed: Value; salt: number } {
  let seed: Value | undefined;
  let salt = 0;
  return () => {
    seed ??= input(graph, "seed", []);
    return { seed, salt: salt++ };
  };
}

/** What turns the numbers of the last sum, the logits, into probabilities. */
export type Head = "softmax" | "sigmoid" | "none";

/** The model up to its logits, and its last activation where that is one that a loss absorbs. */
export function splitHead(resolved: readonly ResolvedLayer[]): {
  readonly body: readonly ResolvedLayer[];
  readonly head: Head;
} {
  const last = resolved.at(-1);
  const layer = last?.layer;
  if (!last || !layer || !("activation" in layer)) return { body: resolved, head: "none" };
  const { activation: head } = layer;
  if (head !== "softmax" && head !== "sigmoid") return { body: resolved, head: "none" };
  const bare: PlainLayer = { ...layer, activation: "linear" };
  return { body: [...resolved.slice(0, -1), { ...last, layer: bare }], head };
}

export function applyHead(logits: Value, head: Head): Value {
  switch (head) {
    case "softmax":
      return softmax(logits);
    case "sigmoid":
      return sigmoid(logits);
    case "none":
      return logits;
    default:
      return head satisfies never;
  }
}
