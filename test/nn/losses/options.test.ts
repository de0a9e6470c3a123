import { describe, expect, test } from "vitest";
import {
  type Loss,
  activation,
  binaryCrossentropy,
  categoricalFocalCrossentropy,
  dense,
  evaluationProgram,
  huber,
  lossProgram,
  parseAnyLoss,
  parseLoss,
  sequential,
  sparseCategoricalCrossentropy,
} from "../../../src/nn/index.ts";
import { runSteps } from "../run.ts";

const bare = sequential([dense({ units: 3, useBias: false })]);
const ended = sequential([dense({ units: 3, useBias: false }), activation("softmax")]);
const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

describe("a loss from data", () => {
  test.each<[unknown, RegExp]>([
    ["crossentropy", /loss: expected one of sparseCategoricalCrossentropy, .*huber, received "crossentropy"/],
    [{ type: "mse" }, /received type "mse"/],
    [
      { type: "categoricalCrossentropy", labelSmoothing: 1 },
      /labelSmoothing: expected a number from 0 to below 1/,
    ],
    [{ type: "categoricalCrossentropy", smoothing: 0.1 }, /smoothing/],
    [{ type: "huber", delta: 0 }, /huber: delta: expected a number above 0/],
    [{ type: "categoricalFocalCrossentropy", alpha: [0.5, -1] }, /alpha\[1\]: expected a number from 0/],
    [{ type: "categoricalCrossentropy", fromLogits: 1 }, /fromLogits: expected true or false/],
  ])("%j is refused by name", (value, message) => {
    expect(() => parseLoss("loss", value)).toThrow(message);
  });

  test("keeps what was given and nothing more, through JSON", () => {
    const losses: readonly Loss[] = [
      huber({ delta: 0.5 }),
      binaryCrossentropy(),
      sparseCategoricalCrossentropy({ labelSmoothing: 0.1 }),
      categoricalFocalCrossentropy({ alpha: [1, 2], gamma: 0 }),
    ];
    expect(losses.map((loss) => parseLoss("loss", JSON.parse(JSON.stringify(loss))))).toEqual(losses);
    expect(losses[1]).toEqual({ type: "binaryCrossentropy" });
  });

  test("{ name, loss } without a function is refused", () => {
    expect(() => parseAnyLoss("loss", { name: "mine", loss: "huber" })).toThrow(/expected \{ name, loss \}/);
  });
});

describe("logits or probabilities", () => {
  const options = { inputShape: [3], batchSize: 1 };

  test("without a last activation a cross-entropy asks for one, and fromLogits refuses one", () => {
    expect(() => lossProgram(bare, { ...options, loss: "sparseCategoricalCrossentropy" })).toThrow(
      /expected a model that ends in softmax/,
    );
    const fromLogits = sparseCategoricalCrossentropy({ fromLogits: true });
    expect(() => lossProgram(ended, { ...options, loss: fromLogits })).toThrow(
      /expected a model that ends without activation, as fromLogits: true says, received softmax in activation/,
    );
  });

  test.each([
    ["softmax", sparseCategoricalCrossentropy({ fromLogits: true }), [0], [0.090031, 0.244728, 0.665241]],
    ["sigmoid", binaryCrossentropy({ fromLogits: true }), [0, 1, 1], [0.731059, 0.880797, 0.952574]],
  ] as const)("fromLogits: evaluation gives probabilities by %s", async (_, loss, y, wanted) => {
    const { outputs } = await runSteps(evaluationProgram(bare, { ...options, loss }), {
      parameters: { "dense/kernel": identity },
      inputs: [{ x: [1, 2, 3], y }],
    });
    const found = outputs[0]!["predictions"]!;
    for (const [i, p] of wanted.entries()) expect(found[i]).toBeCloseTo(p, 6);
  });

  test("logits far apart have a finite loss and a gradient", async () => {
    const loss = categoricalFocalCrossentropy({ alpha: 1, gamma: 2 });
    const { outputs } = await runSteps(evaluationProgram(ended, { ...options, loss }), {
      parameters: { "dense/kernel": identity },
      inputs: [{ x: [200, 0, -200], y: [2] }],
    });
    // p of the target is e^-400: (1 - p)² · 400.
    expect(outputs[0]!["losses"]![0]).toBeCloseTo(400, 3);
  });

  test("a temperature divides the logits", async () => {
    const loss = "sparseCategoricalCrossentropy";
    const program = evaluationProgram(ended, { ...options, loss, temperature: 2 });
    const { outputs } = await runSteps(program, {
      parameters: { "dense/kernel": identity },
      inputs: [{ x: [2, 4, 6], y: [2] }],
    });
    expect(outputs[0]!["losses"]![0]).toBeCloseTo(-Math.log(0.665241), 5);
  });
});

test("one factor too many for the classes is refused", () => {
  const loss = categoricalFocalCrossentropy({ alpha: [1, 2] });
  expect(() => lossProgram(ended, { inputShape: [3], batchSize: 1, loss })).toThrow(
    /alpha: expected one number, or one for each of 3 classes, received 2/,
  );
});
