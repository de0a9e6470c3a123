import { at } from "../base/index.ts";
import { type Layer, type ModelSpec, parametersOf } from "../nn/index.ts";
import type { Bundle } from "./bundle.ts";

/** A model that ends in one unit and a sigmoid: it gives the probability of the second of two classes. */
export function isBinary({ layers }: Pick<ModelSpec, "layers">): boolean {
  return binaryHead(layers) !== undefined;
}

/** Positions of the dense layer of one unit and of the layer whose activation is the sigmoid; they may be one. */
function binaryHead(layers: readonly Layer[]): { readonly dense: number; readonly head: number } | undefined {
  const head = layers.length - 1;
  const last = layers[head];
  if (last === undefined || !("activation" in last) || last.activation !== "sigmoid") return undefined;
  if (last.type === "activation" && last.inputs !== undefined) return undefined;
  const dense = last.type === "activation" ? head - 1 : head;
  const layer = layers[dense];
  const isLinear = dense === head || (layer && "activation" in layer && layer.activation === "linear");
  return layer?.type === "dense" && layer.units === 1 && isLinear ? { dense, head } : undefined;
}

/**
 * The same model with a probability for each class. One sigmoid unit of logit z becomes two softmax units of logits -z/2 and z/2, so
 * that the probabilities are 1 - p and p; what explains a prediction then has a score for either class. Others stay as they are.
 */
export function asClassifier<M extends Pick<Bundle, "model" | "weights" | "inputShape">>(given: M): M {
  const { model, weights, inputShape } = given;
  const found = binaryHead(model.layers);
  if (!found) return given;
  const layers = model.layers.map((layer, i): Layer => {
    const wide = i === found.dense && layer.type === "dense" ? { ...layer, units: 2 } : layer;
    return i === found.head && "activation" in wide ? { ...wide, activation: "softmax" } : wide;
  });
  const names = parametersOf(model, inputShape).map(({ name }) => name);
  const owner = (name: string): string => name.slice(0, name.lastIndexOf("/"));
  const last = owner(at(names, names.length - 1));
  const halved = names
    .filter((name) => owner(name) === last)
    .map((name) => [name, halves(weights[name] ?? [])] as const);
  return { ...given, model: { ...model, layers }, weights: { ...weights, ...Object.fromEntries(halved) } };
}

/** The model of a file with a probability for each of its class names. */
export const classifierIn = (bundle: Bundle): Bundle =>
  bundle.classNames.length === 2 ? asClassifier(bundle) : bundle;

/** A column [n, 1] as [n, 2]: minus its half and its half, which are exact. */
const halves = (column: ArrayLike<number>): Float32Array =>
  Float32Array.from({ length: column.length * 2 }, (_, i) => at(column, i >> 1) * (i % 2 === 0 ? -0.5 : 0.5));
