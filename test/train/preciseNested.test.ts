import { describe, expect, test } from "vitest";
import { at, entryOf, sizeOf } from "../../src/base/index.ts";
import {
  type Layer,
  type ModelSpec,
  activation,
  adam,
  add,
  batchNormalization,
  concatenate,
  conv2d,
  dense,
  dropout,
  functionalModel,
  globalAveragePooling2d,
  inferShapes,
  inferenceProgram,
  input,
  multiply,
  sequential,
} from "../../src/nn/index.ts";
import { type FitOptions, type Weights, fit } from "../../src/train/index.ts";
import { collect, float32Backend, toyArrays, toyData, toyOptions } from "./toy.ts";

// All 26 training images are one batch, so that each batch norm is given in use what it is given while statistics are estimated:
// its averages have to be mean and variance of what inference gives it, by their definition.
const count = 26;

const conv = (name: string): Layer => conv2d({ name, filters: 3, kernelSize: 3, padding: "same" });
const norm = (name: string): Layer => batchNormalization({ name, momentum: 0.99 });
/** Names of a batch norm and of the layer before it. */
type Norms = readonly (readonly [norm: string, before: string])[];

/** Batch norms in branches of branches, of all merges; those of `frozen` keep what they have. */
const nested = (): ModelSpec =>
  sequential([
    input({ shape: [6, 6, 3] }),
    conv("stem"),
    norm("a"),
    add([
      [
        conv("deep1"),
        norm("b"),
        add([[], [conv("deep2"), norm("c"), dropout({ rate: 0.2 })]], { name: "inner" }),
      ],
      [conv("beside"), norm("d")],
    ]),
    multiply([[], [globalAveragePooling2d({ name: "means" }), norm("e"), activation("sigmoid")]]),
    concatenate([
      [conv("left"), norm("f")],
      [conv("right"), norm("g"), activation("relu")],
    ]),
    add([[], [norm("frozen1"), add([[], [conv2d({ filters: 6, kernelSize: 1 }), norm("frozen2")]])]], {
      trainable: false,
    }),
    batchNormalization({ name: "frozen3", trainable: false }),
    globalAveragePooling2d(),
    dense({ units: 3, activation: "softmax" }),
  ]);

const nestedNorms: Norms = [
  ["a", "stem"],
  ["b", "deep1"],
  ["c", "deep2"],
  ["d", "beside"],
  ["e", "means"],
  ["f", "left"],
  ["g", "right"],
];

/** The same kind of net in functional style, with a block that holds nested layers in it. */
function functional(): ModelSpec {
  const inputs = input({ shape: [6, 6, 3] });
  const stem = conv2d({ name: "stem", filters: 3, kernelSize: 3, padding: "same" })(inputs);
  const a = batchNormalization({ name: "a", momentum: 0.99 })(stem);
  const block = add([[], [conv("deep"), norm("b")]])(a);
  const frozen = batchNormalization({ name: "frozen1", trainable: false })(stem);
  const joined = concatenate([block, frozen, inputs], { name: "joined" });
  const c = batchNormalization({ name: "c", momentum: 0.99 })(joined);
  const outputs = dense({ units: 3, activation: "softmax" })(globalAveragePooling2d()(c));
  return functionalModel({ inputs, outputs });
}

const functionalNorms: Norms = [
  ["a", "stem"],
  ["b", "deep"],
  ["c", "joined"],
];

/** What each layer gives for the training images in use, by its name. */
async function activationsOf(
  model: ModelSpec,
  weights: Weights,
): Promise<Readonly<Record<string, Float32Array>>> {
  const session = await float32Backend().open({
    infer: inferenceProgram(model, { batchSize: count, layers: true }),
  });
  for (const [name, numbers] of Object.entries(weights)) await session.write(name, numbers);
  const outputs = await session.run("infer", { x: toyArrays(count, 1).x.data });
  session.close();
  return outputs;
}

/** Mean and biased variance of one channel, in float64 and two passes. */
function momentsOf(data: Float32Array, channels: number, c: number): { mean: number; variance: number } {
  const values = [...data].filter((_, i) => i % channels === c);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, variance: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length };
}

const trained = async (model: ModelSpec, more: Partial<FitOptions> = {}): Promise<Weights> => {
  const options = toyOptions({ batchSize: count, optimizer: adam({ learningRate: 0.02 }), ...more });
  return (await collect(fit(model, toyData(count), options))).end.lastWeights;
};

describe.each<[string, () => ModelSpec, Norms, readonly string[]]>([
  ["nested branches", nested, nestedNorms, ["frozen1", "frozen2", "frozen3"]],
  ["a functional graph", functional, functionalNorms, ["frozen1"]],
])("after an epoch of %s", (_, build, norms, frozen) => {
  const model = build();
  const shapes = inferShapes(model);

  test.each([
    ["the weights", adam({ learningRate: 0.02 })],
    ["their moving averages", adam({ learningRate: 0.02, useEma: true, emaMomentum: 0.5 })],
  ])("every batch norm has the statistics of what it is given, for %s", async (_, optimizer) => {
    const weights = await trained(model, { optimizer });
    const activations = await activationsOf(model, weights);
    for (const [name, before] of norms) {
      const given = entryOf(activations, `layers/${before}`);
      const channels = at(entryOf(shapes, name), entryOf(shapes, name).length - 1);
      expect(given).toHaveLength(count * sizeOf(entryOf(shapes, name)));
      for (let c = 0; c < channels; c++) {
        const { mean, variance } = momentsOf(given, channels, c);
        expect(entryOf(weights, `${name}/moving_mean`)[c], `${name} mean ${c}`).toBeCloseTo(mean, 5);
        expect(entryOf(weights, `${name}/moving_variance`)[c], `${name} variance ${c}`).toBeCloseTo(
          variance,
          5,
        );
      }
    }
  });

  test("the frozen ones have what they began with, to the bit", async () => {
    const weights = await trained(model);
    for (const name of frozen) {
      expect(new Set(entryOf(weights, `${name}/moving_mean`))).toEqual(new Set([0]));
      expect(new Set(entryOf(weights, `${name}/moving_variance`))).toEqual(new Set([1]));
      expect(new Set(entryOf(weights, `${name}/gamma`))).toEqual(new Set([1]));
    }
  });

  test("all batch norms of the net were looked at", () => {
    const all = Object.keys(shapes).filter((name) => /^([a-g]|frozen\d)$/.test(name));
    expect(all.toSorted()).toEqual([...norms.map(([name]) => name), ...frozen].toSorted());
  });
});
