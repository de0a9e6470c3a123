import type { Add, Branch, Branched, Concatenate, Merge, Multiply } from "./layer.ts";
import {
  type Shape,
  at,
  checkOptions,
  fault,
  sameShape,
  showShape,
  showValue,
  sizeOf,
} from "../../base/index.ts";
import { type Value, add as addOp, concat, multiply as multiplyOp, reshape } from "../../engine/index.ts";
import {
  type CallableLayer,
  type SymbolicTensor,
  isSymbolicTensor,
  plainLayer,
  through,
} from "./callable.ts";
import { type Named, commonOptions, makeLayer } from "./rule.ts";

export const mergeTitles: Readonly<Record<Merge["type"], string>> = {
  add: "Add",
  multiply: "Multiply",
  concatenate: "Concatenate",
};

/** What a merge can be made of. */
type Joined = readonly Branch[] | readonly SymbolicTensor[];

/** A merge as a file describes it: of branches, or of two or more layers by name. @throws when it has neither */
export function mergeLayer<T extends Merge["type"]>(
  type: T,
  options: Named & { readonly branches?: unknown },
): CallableLayer<Branched<T>> {
  const layer: CallableLayer<Branched<T>> = makeLayer(type, options, (f) =>
    f.maybe("branches", parseBranches),
  );
  if (layer.branches || (layer.inputs?.length ?? 0) > 1) return layer;
  throw fault(type, {
    expected: "branches, or at least two inputs",
    received: layer.inputs ? `inputs ${showValue(layer.inputs)}` : "neither",
    exitCode: 2,
  });
}

const isBranches = (value: unknown): value is readonly Branch[] =>
  Array.isArray(value) && value.length >= 2 && value.every(Array.isArray);

function parseBranches(who: string, value: unknown): readonly Branch[] {
  if (isBranches(value)) return value.map((branch) => branch.map(plainLayer));
  throw fault(who, { expected: "at least two lists of layers", received: showValue(value), exitCode: 2 });
}

function merge<T extends Merge["type"]>(
  type: T,
  joined: Joined,
  options: Named,
): CallableLayer<Branched<T>> | SymbolicTensor {
  checkOptions<Named>(type, options, commonOptions);
  const entries: readonly unknown[] = Array.isArray(joined) ? joined : [];
  if (!entries.some(isSymbolicTensor)) return mergeLayer(type, { ...options, branches: joined });
  const tensors = entries.filter(isSymbolicTensor);
  const [first] = tensors;
  if (first && tensors.length > 1 && tensors.length === entries.length)
    return first[through](plainLayer(makeLayer(type, options, () => ({}))), tensors);
  throw fault(type, {
    expected: "at least two tensors, or at least two lists of layers",
    received: tensors.length === entries.length ? "one tensor" : "tensors and other things",
    exitCode: 2,
  });
}

/**
 * Sum of two or more branches of one shape, which all get the same input (Keras: Add); an empty branch is a skip connection.
 * Of tensors, the tensor of their sum.
 * @example
 * const residual = add([[], [conv2d({ filters: 16, kernelSize: 3, padding: "same" })]]); // input + convolution of it
 */
export function add(branches: readonly Branch[], options?: Named): CallableLayer<Add>;
export function add(tensors: readonly SymbolicTensor[], options?: Named): SymbolicTensor;
export function add(joined: Joined, options: Named = {}): CallableLayer<Add> | SymbolicTensor {
  return merge("add", joined, options);
}

/**
 * Product of two or more branches of one shape (Keras: Multiply); beside [H, W, C] a branch [C] or [1, 1, C] scales its channels,
 * and one [H, W, 1] its pixels.
 * Of tensors, the tensor of their product.
 * @example
 * const gate = [globalAveragePooling2d(), dense({ units: 16, activation: "sigmoid" })];
 * const layer = multiply([[], gate]); // squeeze and excitation: one factor a channel
 */
export function multiply(branches: readonly Branch[], options?: Named): CallableLayer<Multiply>;
export function multiply(tensors: readonly SymbolicTensor[], options?: Named): SymbolicTensor;
export function multiply(joined: Joined, options: Named = {}): CallableLayer<Multiply> | SymbolicTensor {
  return merge("multiply", joined, options);
}

/**
 * Concatenates the channels of two or more branches (Keras: Concatenate): [H, W, C1], [H, W, C2] to [H, W, C1 + C2].
 * Of tensors, the tensor of their channels.
 * @example
 * const layer = concatenate([[conv2d({ filters: 8, kernelSize: 1 })], [maxPooling2d({ poolSize: 1 })]]);
 */
export function concatenate(branches: readonly Branch[], options?: Named): CallableLayer<Concatenate>;
export function concatenate(tensors: readonly SymbolicTensor[], options?: Named): SymbolicTensor;
export function concatenate(
  joined: Joined,
  options: Named = {},
): CallableLayer<Concatenate> | SymbolicTensor {
  return merge("concatenate", joined, options);
}

/** Joins what the branches gave. @throws when their shapes do not fit */
export function mergeValues(type: Merge["type"], values: readonly Value[]): Value {
  switch (type) {
    case "add":
      return values.reduce((sum, value) => addOp(sum, alike(sum, value)));
    case "multiply": {
      const largest = values.reduce((a, b) => (isLarger(b.shape, a.shape) ? b : a));
      const factors = values.map((value) => factorOf(largest, value) ?? alike(largest, value));
      return factors.reduce((product, factor) => multiplyOp(product, factor));
    }
    case "concatenate":
      return concat(values.map((value, i) => (i === 0 ? value : alikeButChannels(at(values, 0), value))));
    default:
      return type satisfies never;
  }
}

/** Of images of one pixel, more axes count. */
const isLarger = (a: Shape, b: Shape): boolean =>
  a.length === b.length ? sizeOf(a) > sizeOf(b) : a.length > b.length;

/**
 * What multiplies images [B, H, W, C]: one number a channel, [B, C] or [B, 1, 1, C], or one a pixel, [B, H, W, 1]; undefined where the
 * shapes are others.
 */
function factorOf(images: Value, value: Value): Value | undefined {
  const [batch = 1, height, width, channels] = images.shape;
  if (images.shape.length !== 4 || channels === undefined) return undefined;
  if (sameShape(value.shape, [batch, channels])) return reshape(value, [batch, 1, 1, channels]);
  const [, rows, columns, depth] = value.shape;
  const isGate = rows === 1 && columns === 1 && depth === channels;
  const isMask = rows === height && columns === width && depth === 1;
  return value.shape.length === 4 && (isGate || isMask) ? value : undefined;
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

/** Channels, the last axis, may differ. */
function alikeButChannels(first: Value, value: Value): Value {
  if (sameShape(first.shape.slice(0, -1), value.shape.slice(0, -1))) return value;
  throw fault("branches", {
    expected: `one shape but for the channels, ${showShape(first.shape.slice(1))}`,
    received: showShape(value.shape.slice(1)),
    fix: "bring them to one size, e.g. with zeroPadding2d, cropping2d or strides",
  });
}
