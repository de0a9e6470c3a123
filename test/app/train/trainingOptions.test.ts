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
import { stoppingFlags } from "../../../src/app/train/options/stopping.ts";
import { parseRateCurve, recipeOf, scheduleOf } from "../../../src/models/index.ts";
import { adam, adamw, learningRateAt, sgd } from "../../../src/nn/index.ts";

const recipe = recipeOf("plain4");
const optimizerOf = (request: OptimizerRequest): ReturnType<typeof chosenOptimizer> =>
  chosenOptimizer(request, recipe);
const scheduleFor = (request: ScheduleRequest): ReturnType<typeof chosenSchedule> =>
  chosenSchedule(request, { recipe, optimizer: recipe.optimizer });

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

  test("is clipped one way: that of the option takes the place of the settings'", () => {
    expect(optimizerOf({ optimizer: adam({ clipValue: 1 }), clipNorm: 2 })).toEqual(
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
    [{ schedule: "multiStep" }, { schedule: "multi-step", "warmup-epochs": 0.5 }],
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

  test("cannot cycle a momentum that the optimiser does not have", () => {
    const schedule = { type: "oneCycle", momentum: { min: 0.8, max: 0.9 } } as const;
    expect(() => chosenSchedule({ schedule }, { recipe, optimizer: sgd() })).toThrow(/without momentum/);
    expect(chosenSchedule({ schedule }, { recipe, optimizer: adam() }).type).toBe("oneCycle");
  });
});
