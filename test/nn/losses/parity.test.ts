import { expect, test } from "vitest";
import { at } from "../../../src/base/index.ts";
import { differentiate } from "../../../src/engine/index.ts";
import {
  type ModelSpec,
  activation,
  evaluationProgram,
  dense,
  lossProgram,
  parseLoss,
  sequential,
} from "../../../src/nn/index.ts";
import { runSteps } from "../run.ts";
import golden from "../../golden/losses/losses.json" with { type: "json" };

// The images are the logits: an identity as the dense layer's kernel hands them on, and the gradient to it is logitsᵀ · gradient.

const { logits, cases } = golden;
const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const modelOf = (head: string): ModelSpec =>
  sequential([
    dense({ units: 3, useBias: false }),
    ...(head === "linear" ? [] : [activation(head as "softmax")]),
  ]);

/** [inputs, outputs] from the gradient to the logits [4, 3]. */
const kernelGradient = (gradient: readonly number[]): readonly number[] =>
  [0, 1, 2].flatMap((i) =>
    [0, 1, 2].map((j) => logits.reduce((sum, row, n) => sum + at(row, i) * at(gradient, 3 * n + j), 0)),
  );

test.each(cases.map((one) => [one.name, one] as const))(
  "%s: value and gradient are Keras's",
  async (_, one) => {
    const loss = parseLoss("loss", one.loss);
    const weights = "weights" in one ? one.weights : undefined;
    const y = one.y.flat();
    const options = {
      inputShape: [3],
      batchSize: 4,
      loss,
      targetShape: y.length === 4 ? [] : [3],
      weighted: weights !== undefined,
    };
    const program = lossProgram(modelOf(one.head), options);
    const [gradient] = differentiate(program.loss, program.weights);
    const { outputs } = await runSteps(
      { graph: program.graph, outputs: { value: program.loss, gradient: gradient! } },
      {
        parameters: { "dense/kernel": identity },
        inputs: [{ x: logits.flat(), y, ...(weights && { weights }) }],
      },
    );
    const found = at(outputs, 0);
    expect(at(found["value"]!, 0)).toBeCloseTo(one.value, 5);
    for (const [i, slope] of kernelGradient(one.gradient).entries())
      expect(at(found["gradient"]!, i)).toBeCloseTo(slope, 5);
  },
);

test.each(cases.map((one) => [one.name, one] as const))(
  "%s: what evaluation gives for each example has the training loss as its mean",
  async (_, one) => {
    const y = one.y.flat();
    const weights = "weights" in one ? one.weights : undefined;
    const options = { inputShape: [3], batchSize: 4, targetShape: y.length === 4 ? [] : [3] };
    const program = evaluationProgram(modelOf(one.head), { ...options, loss: parseLoss("loss", one.loss) });
    const { outputs } = await runSteps(program, {
      parameters: { "dense/kernel": identity },
      inputs: [{ x: logits.flat(), y }],
    });
    const losses = at(outputs, 0)["losses"]!;
    expect(losses).toHaveLength(4);
    const mean = losses.reduce((sum, loss, i) => sum + loss * (weights?.[i] ?? 1), 0) / 4;
    expect(mean).toBeCloseTo(one.value, 5);
  },
);
