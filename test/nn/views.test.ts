import { describe, expect, test } from "vitest";
import { at, seeded } from "../../src/base/index.ts";
import {
  type ModelSpec,
  type TestTimeAugmentation,
  conv2d,
  dense,
  evaluationProgram,
  flatten,
  initialize,
  parseModel,
  relu,
  sequential,
} from "../../src/nn/index.ts";
import { infer, runSteps } from "./run.ts";

const [height, width, channels] = [4, 5, 2];
const inputShape = [height, width, channels];
const random = seeded(3);
const x = Array.from({ length: height * width * channels }, () => random.normal());

const layersTo = (activation: "linear" | "softmax"): ModelSpec["layers"] => [
  conv2d({ filters: 3, kernelSize: 3 }),
  relu(),
  flatten(),
  dense({ units: 3, activation }),
];
const plain = sequential(layersTo("linear"));
const parameters = initialize(plain, inputShape, seeded(1));
const logitsOf = (image: readonly number[]): Promise<number[]> =>
  infer(plain, { inputShape, x: [...image], parameters });

/** torch.nn.functional.pad's reflect: c b | a b c. */
const mirrored = (place: number, extent: number): number =>
  place < 0 ? -place : place >= extent ? 2 * (extent - 1) - place : place;

/** The image moved so many pixels down and right, and then from right to left where it is flipped. */
const moved = (by: number, flip: boolean): readonly number[] =>
  x.map((_, i) => {
    const [row, place, c] = [
      Math.floor(i / (width * channels)),
      Math.floor(i / channels) % width,
      i % channels,
    ];
    const column = flip ? width - 1 - place : place;
    return at(x, (mirrored(row - by, height) * width + mirrored(column - by, width)) * channels + c);
  });

/** The logits by definition, in float64. */
async function mean(
  views: readonly (readonly [share: number, image: readonly number[]])[],
): Promise<number[]> {
  const sums = [0, 0, 0];
  for (const [share, image] of views)
    for (const [i, logit] of (await logitsOf(image)).entries()) sums[i] = at(sums, i) + share * logit;
  return sums;
}

const softmaxOf = (logits: readonly number[]): number[] => {
  const powers = logits.map((logit) => Math.exp(logit));
  return powers.map((power) => power / powers.reduce((a, b) => a + b));
};

const cases: readonly (readonly [TestTimeAugmentation, readonly (readonly [number, readonly number[]])[]])[] =
  [
    [
      { mirror: true },
      [
        [0.5, moved(0, false)],
        [0.5, moved(0, true)],
      ],
    ],
    [
      { shift: 2 },
      [
        [0.5, moved(0, false)],
        [0.25, moved(2, false)],
        [0.25, moved(-2, false)],
      ],
    ],
    // Jordan 2024, infer_mirror_translate.
    [
      { mirror: true, shift: 1 },
      [false, true].flatMap((flip) => [
        [0.25, moved(0, flip)] as const,
        [0.125, moved(1, flip)] as const,
        [0.125, moved(-1, flip)] as const,
      ]),
    ],
  ];

describe.each(cases)("a model that looks at %j", (testTimeAugmentation, views) => {
  test("predicts the mean of the logits, with softmax behind it", async () => {
    const expected = await mean(views);
    for (const activation of ["linear", "softmax"] as const) {
      const model = sequential(layersTo(activation), { testTimeAugmentation });
      const found = await infer(model, { inputShape, x, parameters });
      const wanted = activation === "softmax" ? softmaxOf(expected) : expected;
      for (const [i, value] of found.entries()) expect(value).toBeCloseTo(at(wanted, i), 5);
    }
  });

  test("is evaluated as it predicts", async () => {
    const model = sequential(layersTo("softmax"), { testTimeAugmentation });
    const program = evaluationProgram(model, {
      inputShape,
      batchSize: 1,
      loss: "sparseCategoricalCrossentropy",
    });
    const { outputs } = await runSteps(program, { parameters, inputs: [{ x, y: [1] }] });
    const wanted = softmaxOf(await mean(views));
    expect(outputs[0]?.["predictions"]?.[1]).toBeCloseTo(at(wanted, 1), 5);
    expect(outputs[0]?.["losses"]?.[0]).toBeCloseTo(-Math.log(at(wanted, 1)), 5);
  });

  test("survives a file", () => {
    const model = sequential(layersTo("softmax"), { testTimeAugmentation });
    expect(parseModel(JSON.parse(JSON.stringify(model)), "net.json")).toEqual(model);
  });
});

test.each([
  [{}, /testTimeAugmentation: expected mirror: true, or a shift from 1/],
  [{ shift: -1 }, /shift: expected a whole number/],
  [{ mirrors: true }, /mirrors.*mirror/],
] as const)("%j is refused", (given, words) => {
  const json = { layers: [{ type: "flatten" }, { type: "dense", units: 2 }], testTimeAugmentation: given };
  expect(() => parseModel(json, "net.json")).toThrow(words);
});

test("images that are too small for the shift are refused, and what is no image", async () => {
  const model = sequential(layersTo("softmax"), { testTimeAugmentation: { shift: 4 } });
  await expect(infer(model, { inputShape, x, parameters })).rejects.toThrow(/more than 4 pixels a side/);
  const flat = sequential([dense({ units: 2 })], { testTimeAugmentation: { mirror: true } });
  await expect(infer(flat, { inputShape: [3], x: [1, 2, 3] })).rejects.toThrow(/images \[H, W, C\]/);
});
