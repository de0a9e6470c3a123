import { describe, expect, test } from "vitest";
import {
  type OptimizerRequest,
  chosenOptimizer,
  optimizerFlags,
} from "../../../src/app/train/options/optimizer.ts";
import {
  type ScheduleRequest,
  chosenSchedule,
  scheduleFlags,
} from "../../../src/app/train/options/schedule.ts";
import { type LossRequest, chosenLoss, lossFlags } from "../../../src/app/train/options/loss.ts";
import { stoppingFlags } from "../../../src/app/train/options/stopping.ts";
import { parseRateCurve, recipeOf, scheduleOf } from "../../../src/models/index.ts";
import { type LossSpec, adam, adamw, learningRateAt, sgd } from "../../../src/nn/index.ts";

const recipe = recipeOf("plain4");
const optimizerOf = (request: OptimizerRequest): ReturnType<typeof chosenOptimizer> =>
  chosenOptimizer(request, recipe);
const scheduleFor = (request: ScheduleRequest): ReturnType<typeof chosenSchedule> =>
  chosenSchedule(request, { recipe, optimizer: recipe.optimizer, epochs: 8 });

describe("the optimiser of a training", () => {
  test("is the model's with what was asked for in place", () => {
    expect(optimizerOf({})).toEqual(adam({ learningRate: 1e-3 }));
    expect(optimizerOf({ learningRate: 0.01, ema: true, accumulate: 4 })).toEqual(
      adam({
        learningRate: 0.01,
        gradientAccumulationSteps: 4,
        useEma: true,
        emaMomentum: 0.99,
        emaWarmup: true,
      }),
    );
  });

  test("decays kernels alone where the command line asks for decay", () => {
    expect(optimizerOf({ optimizer: "adamw", weightDecay: 0.05 })).toEqual(
      adamw({ weightDecay: 0.05, excludeFromWeightDecay: "biasesAndNorms" }),
    );
  });

  test("is clipped one way: an option beside another way is refused, and takes the place of its own", () => {
    expect(() => optimizerOf({ optimizer: adam({ clipValue: 1 }), clipNorm: 2 })).toThrow(
      /^--clip-norm: .*--clip-norm 2 and clipValue 1;/,
    );
    expect(optimizerOf({ optimizer: adam({ globalClipNorm: 1 }), clipNorm: 2 })).toEqual(
      adam({ globalClipNorm: 2 }),
    );
    expect(() => adam({ clipValue: 1, clipNorm: 1 })).toThrow(/^optimizer: .*one of clipNorm/);
  });
});

describe("options of the command line that choose the same again", () => {
  test.each<OptimizerRequest>([
    {},
    { optimizer: "sgd", learningRate: 0.1 },
    { optimizer: "lion", weightDecay: 0.1, clipNorm: 1, accumulate: 2, ema: 0.9, lookahead: true },
    { optimizer: sgd({ momentum: 0.9, clipValue: 0.5, lookahead: { syncPeriod: 10 } }) },
    { weightDecay: 0 },
  ])("optimiser of %o", (request) => {
    const optimizer = optimizerOf(request);
    const {
      lr,
      "weight-decay": weightDecay,
      "clip-norm": clipNorm,
      ...flags
    } = optimizerFlags(optimizer, recipe);
    const name = flags["optimizer"];
    const read = typeof name === "string" && name.startsWith("{") ? JSON.parse(name) : name;
    const again = {
      ...flags,
      optimizer: read,
      ...(lr !== undefined && { learningRate: lr }),
      ...(weightDecay !== undefined && { weightDecay }),
      ...(clipNorm !== undefined && { clipNorm }),
    };
    expect(optimizerOf(again as OptimizerRequest)).toEqual(optimizer);
  });

  test.each<[ScheduleRequest, Record<string, unknown>]>([
    [{}, {}],
    [{ schedule: "oneCycle" }, { schedule: "one-cycle" }],
    // The model's own warm-up stays.
    [{ schedule: "multiStep" }, { schedule: "multi-step" }],
    [
      { schedule: "step", warmupEpochs: 0 },
      { schedule: "step", "warmup-epochs": 0 },
    ],
    [{ warmupEpochs: 2 }, { schedule: "cosine", "warmup-epochs": 2 }],
    [{ schedule: { type: "step", every: 3 } }, { schedule: '{"type":"step","every":3}' }],
  ])("schedule of %o", (request, flags) => {
    expect(scheduleFlags(scheduleFor(request), recipe)).toEqual(flags);
  });
});

describe("the loss of a training", () => {
  const focal = { type: "categoricalFocalCrossentropy" } as const;
  const smoothed = { ...recipe, labelSmoothing: 0.2 };

  test.each<[LossRequest, Record<string, unknown>, Record<string, unknown>]>([
    [{}, {}, {}],
    [{ labelSmoothing: 0.1 }, smooth(0.1), { "label-smoothing": 0.1 }],
    [{ loss: "categoricalFocalCrossentropy" }, { loss: focal }, { loss: "focal" }],
    [
      { loss: { ...focal, gamma: 1 }, labelSmoothing: 0.1 },
      { loss: { ...focal, gamma: 1, labelSmoothing: 0.1 } },
      { loss: '{"type":"categoricalFocalCrossentropy","gamma":1,"labelSmoothing":0.1}' },
    ],
    [{ loss: "categoricalHinge" }, { loss: { type: "categoricalHinge" } }, { loss: "hinge" }],
  ])("of %j is that, and is written as the command line takes it", (request, chosen, flags) => {
    expect(chosenLoss(request, recipe)).toEqual(chosen);
    expect(lossFlags(chosenLoss(request, recipe), recipe)).toEqual(flags);
  });

  test("is the recipe's, and smooths no class where that is asked for", () => {
    expect(chosenLoss({}, smoothed)).toEqual(smooth(0.2));
    expect(lossFlags(smooth(0.2), smoothed)).toEqual({});
    expect(chosenLoss({ labelSmoothing: 0 }, smoothed)).toEqual({});
    expect(lossFlags({}, smoothed)).toEqual({ "label-smoothing": 0 });
    expect(chosenLoss({ loss: focal }, smoothed)).toEqual({ loss: focal });
  });

  test("is refused where it takes no class indices, or no smoothing", () => {
    expect(() => chosenLoss({ loss: "meanSquaredError" }, recipe)).toThrow(
      /^--loss: .*received meanSquaredError/,
    );
    expect(() => chosenLoss({ loss: "categoricalHinge", labelSmoothing: 0.1 }, recipe)).toThrow(
      /labelSmoothing/,
    );
    expect(() => chosenLoss({ labelSmoothing: 1 }, recipe)).toThrow(
      /labelSmoothing: expected a number from 0 to below 1/,
    );
  });

  function smooth(labelSmoothing: number): { readonly loss: LossSpec } {
    return { loss: { type: "sparseCategoricalCrossentropy", labelSmoothing } };
  }
});

test("what chooses the best epoch is written as the command line takes it", () => {
  expect(stoppingFlags({})).toEqual({});
  expect(stoppingFlags({ monitor: "macroF1", patience: 3, minDelta: 0.01, startFromEpoch: 2 })).toEqual({
    monitor: "macro-f1",
    patience: 3,
    "min-delta": 0.01,
    "start-from-epoch": 2,
  });
});

describe("a schedule in epochs", () => {
  /** The rate in each of eight epochs of five steps, at their middle. */
  const ratesOf = (curve: unknown): readonly number[] => {
    const schedule = scheduleOf(parseRateCurve("test", curve), { epochs: 8, stepsPerEpoch: 5 });
    return Array.from({ length: 8 }, (_, epoch) => learningRateAt(schedule, 1, 5 * epoch + 3));
  };

  test("changes at its epochs, and without any at parts of the training", () => {
    expect(ratesOf({ type: "step", every: 4, factor: 0.5 })).toEqual([1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]);
    expect(ratesOf("step")).toEqual([1, 1, 1, 0.1, 0.1, 0.1, 0.1 * 0.1, 0.1 * 0.1]);
    expect(ratesOf("multiStep")).toEqual([1, 1, 1, 1, 0.1, 0.1, 0.1 * 0.1, 0.1 * 0.1]);
    expect(ratesOf({ type: "multiStep", milestones: [2], factor: 0.5 })).toEqual([
      1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
    ]);
  });

  test("loses all but a hundredth by exponential, and as much in steps of whole epochs", () => {
    const smooth = scheduleOf({ type: "exponential" }, { epochs: 8, stepsPerEpoch: 5 });
    expect(learningRateAt(smooth, 1, 41)).toBeCloseTo(0.01, 12);
    const stairs = ratesOf({ type: "exponential", staircase: true });
    for (const [epoch, rate] of stairs.entries()) expect(rate).toBeCloseTo(0.01 ** (epoch / 8), 12);
  });

  test("of one cycle rises for its warm-up, and falls from there", () => {
    const rates = ratesOf({ type: "oneCycle", warmupEpochs: 4 });
    expect(rates.indexOf(Math.max(...rates))).toBe(3);
    expect(rates[0]).toBeLessThan(0.2);
  });

  test("of an earlier version is the cosine that it was", () => {
    expect(parseRateCurve("config", { type: "warmupCosine", warmupEpochs: 0.5 })).toEqual({
      type: "cosine",
      warmupEpochs: 0.5,
    });
  });

  test.each([
    [{ type: "step", evry: 3 }, /evry.*every/],
    [{ type: "sigmoid" }, /^test: expected one of constant, cosine/],
    [{ type: "polynomial", power: 0 }, /power: expected a number above 0/],
    [{ type: "multiStep", milestones: [5, 2] }, /milestones: .*rising/],
  ])("%o is refused", (curve, says) => {
    expect(() => parseRateCurve("test", curve)).toThrow(says);
  });

  test("reaches its full rate: a warm-up as long as the training is refused, and a recipe's own is cut", () => {
    const given = { recipe, optimizer: recipe.optimizer, epochs: 2 };
    expect(() => chosenSchedule({ warmupEpochs: 2 }, given)).toThrow(
      /^--warmup-epochs: expected a number from 0, below the 2 epochs of the training, received 2$/,
    );
    expect(chosenSchedule({ warmupEpochs: 1.5 }, given)).toMatchObject({ warmupEpochs: 1.5 });
    const long = { ...recipe, schedule: { type: "cosine", warmupEpochs: 3 } } as const;
    const named = chosenSchedule({ schedule: "step" }, { ...given, recipe: long });
    expect(named).toMatchObject({ type: "step", warmupEpochs: 3 });
    // So is it in the command that repeats the run.
    expect(scheduleFlags(named, long)).toEqual({ schedule: "step" });
  });

  test("cannot cycle a momentum that the optimiser does not have", () => {
    const schedule = { type: "oneCycle", momentum: { min: 0.8, max: 0.9 } } as const;
    expect(() => chosenSchedule({ schedule }, { recipe, optimizer: sgd(), epochs: 8 })).toThrow(
      /without momentum/,
    );
    expect(chosenSchedule({ schedule }, { recipe, optimizer: adam(), epochs: 8 }).type).toBe("oneCycle");
  });
});
