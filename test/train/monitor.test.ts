import { describe, expect, test } from "vitest";
import golden from "../golden/early-stopping.json" with { type: "json" };
import { type Checkpoint, type CustomMetric, type FitOptions, fit } from "../../src/train/index.ts";
import { type Script, scriptedData, scriptedModel, scriptedOptions } from "./scripted.ts";
import { collect, toyData, toyModel, toyOptions } from "./toy.ts";

/** A training whose results are scripted: one step an epoch, four validation examples, all of class 0. */
const trained = (script: Script, options: Partial<FitOptions> = {}): ReturnType<typeof collect> =>
  collect(fit(scriptedModel, scriptedData(4, 4), scriptedOptions(script, options)));

const refusal = async (options: Partial<FitOptions>, validation = 4): Promise<unknown> =>
  collect(fit(scriptedModel, scriptedData(4, validation), scriptedOptions({}, options))).then(
    () => "none",
    (error: unknown) => error,
  );

/** The second epoch has the higher accuracy, the first the lower loss. */
const validations = [
  { right: 3, confidence: 0.9 },
  { right: 4, confidence: 0.51 },
  { right: 3, confidence: 0.6 },
];
const losses = validations.map(
  ({ right, confidence }) => -(right * Math.log(confidence) + (4 - right) * Math.log(1 - confidence)) / 4,
);

describe("the best epoch is that", () => {
  test("of the lowest validation loss where that is monitored", async () => {
    expect(losses.indexOf(Math.min(...losses))).toBe(2);
    const { end } = await trained({ validations }, { epochs: 3, monitor: "loss" });
    expect(end.bestEpoch).toBe(3);
    expect((await trained({ validations }, { epochs: 3 })).end.bestEpoch).toBe(2);
  });

  test.each([
    ["max", 2],
    ["min", 1],
  ] as const)("of the %s of a metric of one's own that says so", async (direction, best) => {
    const unsure = {
      name: "unsure",
      direction,
      of: ({ data }: { data: Float32Array }) => 1 - Math.max(...data),
    };
    const { end } = await trained({ validations }, { epochs: 3, metrics: [unsure], monitor: "unsure" });
    expect(end.bestEpoch).toBe(best);
  });

  test("of the first number where a metric gives none before", async () => {
    let calls = 0;
    // Called for the training pass and the validation set of each epoch.
    const late = {
      name: "late",
      direction: "max",
      of: () => (calls++ < 2 ? Number.NaN : 1 / calls),
    } as const;
    const { end } = await trained({ validations }, { epochs: 3, metrics: [late], monitor: "late" });
    expect(end.bestEpoch).toBe(2);
  });

  test("of the highest balanced accuracy or macro F1, which stand in the history then", async () => {
    const data = toyData(26, 10);
    for (const monitor of ["balancedAccuracy", "macroF1"]) {
      const { end } = await collect(fit(toyModel, data, toyOptions({ epochs: 4, monitor })));
      const values = end.history.map(({ validation }) => validation?.metrics?.[monitor] ?? Number.NaN);
      expect(values[end.bestEpoch - 1]).toBe(Math.max(...values));
      expect(end.history[0]?.metrics).toBeUndefined();
    }
  });

  test("balanced accuracy is the mean recall, macro F1 the mean F1, of the classes", async () => {
    // All four are of class 0 of two: its recall is 3/4; F1 is 6/7 for class 0 and 0 for class 1.
    const one = { validations: [{ right: 3 }] };
    const figure = async (monitor: string): Promise<number | undefined> =>
      (await trained(one, { epochs: 1, monitor })).end.history[0]?.validation?.metrics?.[monitor];
    expect(await figure("balancedAccuracy")).toBe(0.75);
    expect(await figure("macroF1")).toBeCloseTo(3 / 7, 12);
  });
});

// test/golden/make_early_stopping.py
describe("Keras's EarlyStopping", () => {
  test.each(golden.cases)(
    "$direction, patience $patience, minDelta $minDelta, startFromEpoch $startFromEpoch: the same end and the same best epoch",
    async ({ values, direction, epochs, best, ...options }) => {
      let calls = 0;
      // Called for the training pass and the validation set of each epoch.
      const figure: CustomMetric = {
        name: "figure",
        direction: direction === "max" ? "max" : "min",
        of: () => values[calls++ >> 1] ?? Number.NaN,
      };
      const { end } = await trained(
        {},
        { ...options, metrics: [figure], monitor: "figure", epochs: values.length },
      );
      expect([end.history.length, end.bestEpoch]).toEqual([epochs, best]);
    },
  );
});

describe("is refused, before anything is computed:", () => {
  const plain = { name: "plain", of: () => 1 };
  test.each<[string, Partial<FitOptions>, RegExp]>([
    ["a figure that there is not, with the nearest", { monitor: "acuracy" }, /use accuracy/],
    ["Keras's name of a validation figure, with ours", { monitor: "val_loss" }, /use loss/],
    ["Keras's name of another one", { monitor: "val_macro_f1" }, /use macroF1/],
    ["a metric without a direction", { metrics: [plain], monitor: "plain" }, /direction/],
    ["a patience of 0", { patience: 0 }, /a whole number from 1/],
    ["a negative minDelta", { minDelta: -0.1 }, /a number from 0/],
    ["to compare no epoch at all", { epochs: 3, startFromEpoch: 3 }, /below the 3 epochs/],
  ])("%s", async (_, options, words) => {
    expect(await refusal(options)).toMatchObject({ message: expect.stringMatching(words), exitCode: 2 });
  });

  test.each([{ monitor: "loss" }, { patience: 2 }, { minDelta: 0.1 }, { startFromEpoch: 1 }])(
    "%j without a validation set",
    async (options) => {
      const [name] = Object.keys(options);
      expect(await refusal(options, 0)).toMatchObject({
        message: expect.stringMatching(new RegExp(`${name}.*validation`)),
      });
    },
  );
});

test("a resumed training compares and stops as one that was not interrupted", async () => {
  const options = { epochs: 8, monitor: "macroF1", patience: 2, minDelta: 0.01, startFromEpoch: 1 } as const;
  const whole = await collect(fit(toyModel, toyData(), toyOptions({ ...options, checkpoints: true })));
  const checkpoint = whole.events.flatMap((event) =>
    event.type === "checkpoint" && event.checkpoint.state.epoch === 2 ? [event.checkpoint] : [],
  )[0];
  if (!checkpoint) throw new Error("no checkpoint of epoch 2");
  const { end } = await collect(fit(toyModel, toyData(), toyOptions({ ...options, resume: checkpoint })));
  expect(end.reason).toBe(whole.end.reason);
  expect(end.bestEpoch).toBe(whole.end.bestEpoch);
  expect(end.weights).toEqual(whole.end.weights);
});

test("a training that ran out of patience ends at once where it is resumed from its last checkpoint", async () => {
  const options = { epochs: 8, minDelta: 1, patience: 2 } as const;
  const whole = await collect(fit(toyModel, toyData(), toyOptions({ ...options, checkpoints: true })));
  const last = whole.events.findLast((event) => event.type === "checkpoint");
  expect(whole.end).toMatchObject({ reason: "stopped early", history: { length: 3 } });
  const resume = (last?.type === "checkpoint" ? last.checkpoint : undefined) as Checkpoint;
  const { events, end } = await collect(fit(toyModel, toyData(), toyOptions({ ...options, resume })));
  expect(events.map(({ type }) => type)).not.toContain("batch");
  expect(end).toMatchObject({ reason: "stopped early", bestEpoch: whole.end.bestEpoch });
  expect(end.weights).toEqual(whole.end.weights);
});
