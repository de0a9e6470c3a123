import { describe, expect, test } from "vitest";
import { at, seeded, sizeOf } from "../../src/base/index.ts";
import {
  type CallableLayer,
  type Layer,
  type ModelSpec,
  type SymbolicTensor,
  activation,
  add,
  batchNormalization,
  concatenate,
  conv2d,
  dense,
  flatten,
  functionalModel,
  globalAveragePooling2d,
  inferShapes,
  initialize,
  input,
  multiply,
  parametersOf,
  parseModel,
  sequential,
  sgd,
  trainingProgram,
} from "../../src/nn/index.ts";
import { infer, runSteps } from "./run.ts";

const inputShape = [4, 4, 2] as const;
const conv = (name?: string): Parameters<typeof conv2d>[0] => ({
  filters: 2,
  kernelSize: 3,
  padding: "same",
  activation: "relu",
  ...(name !== undefined && { name }),
});

const throughAll = (x: SymbolicTensor, layers: readonly CallableLayer<Layer>[]): SymbolicTensor =>
  layers.reduce((from, layer) => layer(from), x);

const drawn = (count: number): number[] => {
  const random = seeded(3);
  return Array.from({ length: count }, () => random.normal());
};

/** What the model gives for two images, with its own first weights. */
const answersOf = (model: ModelSpec): Promise<number[]> =>
  infer(model, {
    inputShape,
    x: drawn(2 * sizeOf(inputShape)),
    parameters: initialize(model, inputShape, seeded(1)),
  });

/** All parameters after a step of gradient descent on two images. */
async function trained(model: ModelSpec): Promise<Record<string, number[]>> {
  const options = {
    inputShape,
    batchSize: 2,
    loss: "sparseCategoricalCrossentropy",
    optimizer: sgd({ learningRate: 0.1 }),
  } as const;
  const { parameters } = await runSteps(trainingProgram(model, options), {
    parameters: initialize(model, inputShape, seeded(1)),
    inputs: [{ x: drawn(2 * sizeOf(inputShape)), y: [0, 2], learningRate: 0.1 }],
  });
  return parameters;
}

describe("a functional model", () => {
  test("of a chain is the sequential one, field by field", () => {
    const layers = (): [ReturnType<typeof conv2d>, ReturnType<typeof flatten>, ReturnType<typeof dense>] => [
      conv2d(conv()),
      flatten(),
      dense({ units: 3, activation: "softmax" }),
    ];
    const inputs = input({ shape: inputShape });
    const [first, second, third] = layers();
    const model = functionalModel({ inputs, outputs: third(second(first(inputs))), name: "chain" });
    expect(model).toEqual(sequential([input({ shape: inputShape }), ...layers()], { name: "chain" }));
  });

  test("gives and learns what the nested branches of the same net do, bit for bit", async () => {
    const nested = sequential([
      input({ shape: inputShape }),
      conv2d(conv("stem")),
      add([[], [conv2d(conv("first")), conv2d(conv("second"))]]),
      multiply([[], [globalAveragePooling2d(), dense({ units: 2, activation: "sigmoid", name: "gate" })]]),
      flatten(),
      dense({ units: 3, activation: "softmax", name: "classes" }),
    ]);
    const inputs = input({ shape: inputShape });
    const stem = conv2d(conv("stem"))(inputs);
    const sum = add([stem, conv2d(conv("second"))(conv2d(conv("first"))(stem))]);
    const gate = dense({ units: 2, activation: "sigmoid", name: "gate" })(globalAveragePooling2d()(sum));
    const scaled = multiply([sum, gate]);
    const outputs = dense({ units: 3, activation: "softmax", name: "classes" })(flatten()(scaled));
    const model = functionalModel({ inputs, outputs });
    expect(await answersOf(model)).toEqual(await answersOf(nested));
    expect(await trained(model)).toEqual(await trained(nested));
  });

  test("takes what no nesting says: a layer whose output goes to three places", async () => {
    const inputs = input({ shape: inputShape });
    const a = conv2d(conv())(inputs);
    const b = conv2d(conv())(a);
    const c = add([a, b]);
    const outputs = dense({ units: 3, activation: "softmax" })(flatten()(concatenate([a, c, b, inputs])));
    const model = functionalModel({ inputs, outputs });
    expect(model.layers.map(({ inputs: from }) => from)).toEqual([
      undefined,
      undefined,
      ["conv2d", "conv2d_1"],
      ["conv2d", "add", "conv2d_1", "input"],
      undefined,
      undefined,
    ]);
    expect(inferShapes(model)["concatenate"]).toEqual([4, 4, 8]);
    expect(await answersOf(parseModel(JSON.parse(JSON.stringify(model)), "net.json"))).toEqual(
      await answersOf(model),
    );
  });

  test("leaves out layers that the outputs do not need", () => {
    const inputs = input({ shape: inputShape });
    const x = flatten()(inputs);
    dense({ units: 9 })(x);
    expect(functionalModel({ inputs, outputs: dense({ units: 3 })(x) }).layers).toHaveLength(2);
  });

  test("knows each shape while it is written", () => {
    const inputs = input({ shape: inputShape });
    const x = conv2d({ filters: 5, kernelSize: 3 })(inputs);
    expect(x.shape).toEqual([2, 2, 5]);
    expect(add([[], [conv2d({ filters: 5, kernelSize: 1 })]])(x).shape).toEqual([2, 2, 5]);
    expect(flatten()(x).shape).toEqual([20]);
  });

  test("may be thousands of layers deep", () => {
    const inputs = input({ shape: [1] });
    const chain = Array.from({ length: 2000 }, () => activation("relu"));
    expect(functionalModel({ inputs, outputs: throughAll(inputs, chain) }).layers).toHaveLength(2000);
  });
});

describe("layers that can be called", () => {
  test("are plain data to all who look", () => {
    const layer = conv2d({ filters: 2, kernelSize: 3, name: "stem" });
    const wanted = { type: "conv2d", filters: 2, name: "stem" };
    expect(Object.assign({}, layer)).toMatchObject(wanted);
    expect(JSON.parse(JSON.stringify(layer))).toMatchObject(wanted);
    expect("name" in flatten()).toBe(false);
    expect(Object.keys(flatten())).toEqual(["type"]);
  });

  test("leave no function in a model, however deep they stand in branches", () => {
    const { layers } = sequential([add([[], [add([[], [flatten()]])]])]);
    const all = (given: readonly Layer[]): readonly Layer[] =>
      given.flatMap((layer) => [
        layer,
        ...("branches" in layer ? (layer.branches ?? []).flatMap((branch) => all(branch)) : []),
      ]);
    expect(all(layers).map((layer) => typeof layer)).toEqual(["object", "object", "object"]);
    expect(structuredClone(layers)).toEqual(layers);
  });
});

describe("errors of functional models", () => {
  const inputs = input({ shape: inputShape });
  const shared = flatten();
  test.each<[string, () => unknown, string]>([
    [
      "a shape that does not fit, where the layer is called",
      () => conv2d(conv())(flatten()(inputs)),
      "conv2d: input: expected images [H, W, C], received [32]",
    ],
    [
      "branches that differ",
      () => add([conv2d({ filters: 3, kernelSize: 1 })(inputs), inputs], { name: "sum" }),
      "sum: branches: expected one shape, [4, 4, 3], received [4, 4, 2]",
    ],
    [
      "tensors and layers in one merge",
      () => add([inputs, [flatten()]] as never),
      "add: expected at least two tensors, or at least two lists of layers, received tensors and other things",
    ],
    ["a merge of one", () => concatenate([inputs]), "concatenate: expected at least two tensors"],
    [
      "an input of another model",
      () => functionalModel({ inputs: input({ shape: inputShape }), outputs: flatten()(inputs) }),
      "model: outputs: expected a tensor that is computed from the model's inputs, received one from another input",
    ],
    [
      "outputs that no layer gave",
      () => functionalModel({ inputs, outputs: inputs }),
      "model: outputs: expected what the last layer gave",
    ],
    [
      "inputs that a layer gave",
      () => functionalModel({ inputs: flatten()(inputs), outputs: flatten()(inputs) }),
      "model: inputs: expected input({ shape: [H, W, C] }), received what flatten gave",
    ],
    [
      "a layer that is called twice",
      () => functionalModel({ inputs, outputs: add([shared(inputs), shared(inputs)]) }),
      "model: flatten: expected one call of each layer, received two",
    ],
    [
      "two layers of one name",
      () => functionalModel({ inputs, outputs: flatten({ name: "a" })(flatten({ name: "a" })(inputs)) }),
      "functional: a: expected one layer of that name, received two",
    ],
    [
      "a layer with the name of the images",
      () => functionalModel({ inputs, outputs: flatten({ name: "input" })(inputs) }),
      "model: input: expected another name",
    ],
    [
      "an unknown option",
      () => functionalModel({ inputs, outputs: flatten()(inputs), output: 1 } as never),
      'model: output: expected one of inputs, outputs, name, received "output"; use outputs',
    ],
  ])("%s", (_, work, message) => expect(work).toThrow(message));
});

describe("a network file with inputs by name", () => {
  const layers = (...more: readonly object[]): object => ({
    inputShape,
    layers: [{ type: "conv2d", filters: 2, kernelSize: 1, name: "stem" }, ...more],
  });
  test.each<[string, object, string]>([
    [
      "a name that no layer before has",
      layers({ type: "flatten", inputs: ["stm"] }),
      'flatten: inputs: expected names of layers before it, received "stm"; use stem',
    ],
    [
      "a layer that nobody listens to",
      layers({ type: "flatten", inputs: ["input"] }),
      "sequential: stem: expected a later layer that takes its output, received none",
    ],
    [
      "two inputs of a layer that takes one",
      layers({ type: "flatten", inputs: ["stem", "input"] }),
      "flatten: inputs: expected one input, received 2; join them with add, multiply or concatenate",
    ],
    [
      "a merge of nothing",
      layers({ type: "add" }),
      "layers[1]: add: expected branches, or at least two inputs, received neither",
    ],
    [
      "inputs that are no list",
      layers({ type: "flatten", inputs: "stem" }),
      "flatten: inputs: expected a list of names",
    ],
  ])("%s", (_, json, message) => expect(() => inferShapes(parseModel(json, "net.json"))).toThrow(message));
});

describe("trainable: false", () => {
  const net = (trainable: boolean): ModelSpec =>
    sequential([
      input({ shape: inputShape }),
      add([[], [conv2d(conv("inner"))]], { trainable }),
      conv2d({ ...conv("outer"), trainable: true }),
      flatten(),
      dense({ units: 3, activation: "softmax" }),
    ]);

  test("keeps the weights of a layer, and of all in a block, as they were", async () => {
    const before = initialize(net(false), inputShape, seeded(1));
    const after = await trained(net(false));
    const moved = Object.keys(before).filter((name) => at(after[name]!, 0) !== at(before[name]!, 0));
    expect(moved).toEqual(["outer/kernel", "outer/bias", "dense/kernel", "dense/bias"]);
    const free = await trained(net(true));
    expect(free["inner/kernel"]).not.toEqual(after["inner/kernel"]);
  });

  test("keeps a batch norm's averages, and uses them in training", async () => {
    const withNorm = (trainable: boolean): ModelSpec =>
      sequential([
        input({ shape: inputShape }),
        batchNormalization({ trainable, name: "norm" }),
        flatten(),
        dense({ units: 3, activation: "softmax" }),
      ]);
    const first = initialize(withNorm(false), inputShape, seeded(1));
    const after = await trained(withNorm(false));
    for (const part of ["gamma", "beta", "moving_mean", "moving_variance"])
      expect(after[`norm/${part}`]).toEqual([...first[`norm/${part}`]!]);
    // With mean 0 and variance 1 to begin with it passes its input on, but for epsilon.
    const bare = sequential([input({ shape: inputShape }), ...withNorm(false).layers.slice(1)]);
    const [kernel, alone] = [after["dense/kernel"]!, (await trained(bare))["dense/kernel"]!];
    for (const [i, value] of kernel.entries()) expect(value).toBeCloseTo(at(alone, i), 3);
    expect((await trained(withNorm(true)))["norm/moving_mean"]).not.toEqual([0, 0]);
  });

  test("counts them as not trainable, through a file too", () => {
    const again = parseModel(JSON.parse(JSON.stringify(net(false))), "net.json");
    expect(again).toEqual(net(false));
    expect(
      parametersOf(again)
        .filter(({ trainable }) => !trainable)
        .map(({ name }) => name),
    ).toEqual(["inner/kernel", "inner/bias"]);
  });
});
