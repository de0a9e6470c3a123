import {
  type Program,
  type Value,
  add,
  batchNorm,
  clip,
  conv2d,
  createGraph,
  differentiate,
  flatten,
  input,
  matmul,
  maxPool2d,
  multiply,
  normalize,
  parameter,
  reduceSum,
  relu,
  subtract,
  update,
} from "../../../src/engine/index.ts";
import { elementwiseChain } from "./programs.ts";

/** x of a shape and what a program makes of it. */
export function programOf(shape: readonly number[], make: (x: Value) => Program["outputs"]): Program {
  const graph = createGraph();
  return { graph, outputs: make(input(graph, "x", shape)) };
}

/** Adds w := w - gradient of the loss for every parameter of its graph. */
export function trained(loss: Value): Program {
  const { graph } = loss;
  const parameters = graph.values.filter(({ role }) => role === "parameter");
  for (const [i, gradient] of differentiate(loss, parameters).entries()) {
    const target = parameters[i];
    if (gradient && target) update(target, subtract(target, gradient));
  }
  return { graph, outputs: { loss } };
}

const squares = (y: Value): Value => reduceSum(multiply(y, y));

/** y = relu(pool(x ∘ w + b)), then a dense layer: what a classifier is made of. */
function classifier(x: Value): Value {
  const { graph } = x;
  const w = parameter(graph, "w", [3, 3, x.shape.at(-1) ?? 1, 8]);
  const y = relu(maxPool2d(add(conv2d(x, w, { padding: "same" }), parameter(graph, "b", [8]))));
  const flat = flatten(y);
  const dense = parameter(graph, "dense", [flat.shape[1] ?? 1, 5]);
  return add(matmul(flat, dense), parameter(graph, "c", [5]));
}

/** Depthwise and pointwise convolution with batch norm by fixed numbers and relu6: a block of a small network in use. */
function separable(x: Value): Value {
  const { graph } = x;
  const channels = x.shape.at(-1) ?? 1;
  const norm = (y: Value, name: string): Value => {
    const [gamma, beta, mean] = ["gamma", "beta", "mean"].map((part) =>
      parameter(graph, `${name} ${part}`, y.shape.slice(-1)),
    );
    const variance = multiply(gamma!, gamma!);
    return normalize(y, { gamma: gamma!, beta: beta!, mean: mean!, variance });
  };
  const w = parameter(graph, "w", [3, 3, 1, channels]);
  const rows = clip(norm(conv2d(x, w, { groups: channels, padding: "same" }), "first"), 0, 6);
  return relu(norm(conv2d(rows, parameter(graph, "point", [1, 1, channels, 6])), "second"));
}

/** Convolution, batch norm by the batch and relu, pooled or not: what a training step updates. */
function normalisedConvolution({ pooled }: { readonly pooled: boolean }): Program {
  const graph = createGraph();
  const x = input(graph, "x", [2, 4, 4, 4]);
  const w = parameter(graph, "w", [3, 3, 4, 4]);
  const [y] = batchNorm(conv2d(x, w, { padding: "same" }), {
    gamma: parameter(graph, "gamma", [4]),
    beta: parameter(graph, "beta", [4]),
  });
  return trained(squares(pooled ? maxPool2d(relu(y)) : relu(y)));
}

/** Programs that between them meet every kind of kernel, small enough to run one number at a time. */
export const nets: Readonly<Record<string, () => Program>> = {
  "a chain of elementwise ops": elementwiseChain,
  "a training step with batch norm and pooling": () => normalisedConvolution({ pooled: true }),
  "a training step with batch norm": () => normalisedConvolution({ pooled: false }),
  "a classifier": () => programOf([2, 4, 4, 4], (x) => ({ y: classifier(x) })),
  "a classifier's training step": () => {
    const graph = createGraph();
    return trained(squares(classifier(input(graph, "x", [2, 4, 4, 4]))));
  },
  "a separable block in use": () => programOf([2, 5, 5, 4], (x) => ({ y: separable(x) })),
  "a strided convolution's training step": () => {
    const graph = createGraph();
    const x = input(graph, "x", [2, 7, 6, 3]);
    const w = parameter(graph, "w", [3, 2, 3, 4]);
    return trained(squares(conv2d(x, w, { strides: [2, 1], padding: "same" })));
  },
  "a depthwise convolution's training step": () => {
    const graph = createGraph();
    const x = input(graph, "x", [2, 7, 5, 4]);
    const w = parameter(graph, "w", [3, 3, 1, 4]);
    const [y] = batchNorm(conv2d(x, w, { groups: 4, strides: [2, 2], padding: "same" }), {
      gamma: parameter(graph, "gamma", [4]),
      beta: parameter(graph, "beta", [4]),
    });
    return trained(squares(relu(y)));
  },
  "one row times a matrix": () =>
    programOf([1, 512], (x) => ({ y: relu(matmul(x, parameter(x.graph, "w", [512, 4]))) })),
  "a long sum over few outputs": () =>
    programOf([3, 1100], (x) => ({ y: matmul(x, parameter(x.graph, "w", [5, 1100]), { transposeB: true }) })),
};
