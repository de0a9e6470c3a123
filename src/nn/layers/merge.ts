import type { Add, Branch, Branched, Concatenate, Merge, Multiply } from "./layer.ts";
import { checkOptions, fault, sameShape, showShape, showValue } from "../../base/index.ts";
import { type Value, add as addOp, concat, multiply as multiplyOp, reshape } from "../../engine/index.ts";
import { type Named, makeLayer } from "./rule.ts";

export const mergeTitles: Readonly<Record<Merge["type"], string>> = {
  add: "Add",
  multiply: "Multiply",
  concatenate: "Concatenate",
};

function makeMerge<T extends string>(type: T, branches: readonly Branch[], options: Named): Branched<T> {
  checkOptions<Named>(type, options, { name: true });
  return makeLayer(type, { ...options, branches }, (f) => ({
    branches: f.last("branches", (who, value) => {
      if (Array.isArray(value) && value.length >= 2 && value.every(Array.isArray)) return branches;
      throw fault(who, { expected: "at least two lists of layers", received: showValue(value), exitCode: 2 });
    }),
  }));
}

/**
 * Sum of two or more branches of one shape, which all get the same input (Keras: Add); an empty branch is a skip connection.
 * @example
 * const residual = add([[], [conv2d({ filters: 16, kernelSize: 3, padding: "same" })]]); // input + convolution of it
 */
export const add = (branches: readonly Branch[], options: Named = {}): Add =>
  makeMerge("add", branches, options);

/**
 * Product of two or more branches of one shape (Keras: Multiply); a branch [C] after a first [H, W, C] scales its channels.
 * @example
 * const gate = [globalAveragePooling2d(), dense({ units: 16, activation: "sigmoid" })];
 * const layer = multiply([[], gate]); // squeeze and excitation: one factor a channel
 */
export const multiply = (branches: readonly Branch[], options: Named = {}): Multiply =>
  makeMerge("multiply", branches, options);

/**
 * Concatenates the channels of two or more branches (Keras: Concatenate): [H, W, C1], [H, W, C2] to [H, W, C1 + C2].
 * @example
 * const layer = concatenate([[conv2d({ filters: 8, kernelSize: 1 })], [maxPooling2d({ poolSize: 1 })]]);
 */
export const concatenate = (branches: readonly Branch[], options: Named = {}): Concatenate =>
  makeMerge("concatenate", branches, options);

/** Joins what the branches gave. @throws when their shapes do not fit */
export function mergeValues(type: Merge["type"], values: readonly Value[]): Value {
  switch (type) {
    case "add":
      return values.reduce((sum, value) => addOp(sum, alike(sum, value)));
    case "multiply":
      return values.reduce((product, value) =>
        multiplyOp(product, perChannel(product, value) ?? alike(product, value)),
      );
    case "concatenate":
      return concat(values);
    default:
      return type satisfies never;
  }
}

/** One number a channel, [B, C], as [B, 1, 1, C] beside images [B, H, W, C]; undefined where the shapes are others. */
function perChannel(images: Value, value: Value): Value | undefined {
  const [batch, channels, ...more] = value.shape;
  if (batch === undefined || channels === undefined || more.length > 0) return undefined;
  const fits = images.shape.length === 4 && images.shape[3] === channels;
  return fits ? reshape(value, [batch, 1, 1, channels]) : undefined;
}

/** Broadcasting by chance hides mistakes, so branches have to agree. */
function alike(first: Value, value: Value): Value {
  if (sameShape(first.shape, value.shape)) return value;
  throw fault("branches", {
    expected: `one shape, ${showShape(first.shape.slice(1))}`,
    received: showShape(value.shape.slice(1)),
    fix: "bring them to one size and number of channels, e.g. with a 1x1 conv2d",
  });
}
