import { describe, expect, test } from "vitest";
import { at } from "../../src/base/index.ts";
import { adam, sgd } from "../../src/nn/index.ts";
import {
  type RangeTestEvent,
  type RangeTestOptions,
  rangeTest,
  suggestedRate,
} from "../../src/train/index.ts";
import { analysed, divergenceWatch } from "../../src/train/rangeTest/analysis.ts";
import { scriptedBackend, scriptedData, scriptedModel } from "./scripted.ts";
import { float32Backend, toyData, toyModel } from "./toy.ts";

/** Losses over the rates 10^-6 … 10^1, 100 steps. */
const stepsOf = (lossAt: (exponent: number, i: number) => number) =>
  Array.from({ length: 100 }, (_, i) => {
    const exponent = -6 + (7 * i) / 99;
    return { learningRate: 10 ** exponent, loss: lossAt(exponent, i) };
  });

describe("a run of a range test", () => {
  test("is lowest where the valley of its losses is, noise or not", () => {
    const valley = (exponent: number): number => 1.4 - Math.max(0, 0.5 - 0.1 * (exponent + 2) ** 2);
    for (const noise of [0, 0.03]) {
      const { lowest } = analysed(
        0,
        stepsOf((exponent, i) => valley(exponent) + (i % 2 ? noise : -noise)),
      );
      expect(Math.log10(lowest?.learningRate ?? 0)).toBeCloseTo(-2, 0);
      expect(lowest?.isEdge).toBe(false);
    }
  });

  test("has no lowest point where the loss falls by less than 5%", () => {
    expect(
      analysed(
        0,
        stepsOf((exponent) => 1.4 - 0.005 * (exponent + 6)),
      ).lowest,
    ).toBeUndefined();
  });

  test("that still falls at the highest rate says so", () => {
    expect(
      analysed(
        0,
        stepsOf((exponent) => 1.4 - 0.1 * (exponent + 6)),
      ).lowest?.isEdge,
    ).toBe(true);
  });

  test("has diverged at a loss that is no number, or far above its lowest", () => {
    const losses = (values: readonly number[]) => values.map((loss) => ({ learningRate: 1, loss }));
    const told = (values: readonly number[]): readonly boolean[] => values.map(divergenceWatch());
    expect(told([1.4, 1.2, Number.NaN])).toEqual([false, false, true]);
    // The lowest mean of five is 1.12: the mean of the last five is above four times that, the one before is not.
    expect(told([1.4, 1.2, 1, 1, 1, 5, 5, 5, 5, 5]).lastIndexOf(false)).toBe(8);
    expect(told([1.4, 1.2, 1, 1, 2])).not.toContain(true);
    const { steps, diverged } = analysed(0, losses([1.4, 1.2, Number.NaN]));
    expect(diverged).toBe(true);
    expect(steps.map(({ loss }) => loss)).toEqual([1.4, 1.2, null]);
  });
});

describe("the work of a range test grows with its steps and not with their square:", () => {
  test("each loss is read a few times to tell a divergence", () => {
    const readsOf = (steps: number): number => {
      let reads = 0;
      const watch = divergenceWatch();
      // What counts how often it is read as a number.
      const loss = { valueOf: () => ++reads && 1 } as unknown as number;
      for (let step = 0; step < steps; step++) watch(loss);
      return reads;
    };
    expect(readsOf(100)).toBeGreaterThanOrEqual(100);
    expect(readsOf(400) / readsOf(100)).toBeLessThan(5);
  });

  test("and so it is by the analysis of a run", () => {
    const readsOf = (count: number): number => {
      let reads = 0;
      const steps = Array.from({ length: count }, (_, i) => ({
        learningRate: 1e-6 * 1.01 ** i,
        get loss() {
          reads++;
          return 1.4 - i / (2 * count);
        },
      }));
      analysed(0, steps);
      return reads;
    };
    expect(readsOf(400) / readsOf(100)).toBeLessThan(5);
  });

  test("a step runs one program and reads one batch", async () => {
    const workOf = async (steps: number): Promise<readonly [number, number]> => {
      const [source, script] = [scriptedData(8).train, { runs: 0, rows: 0 }];
      const { backend } = scriptedBackend({ onRun: () => void script.runs++ });
      const counted: typeof source = {
        ...source,
        write: (request, target) => {
          script.rows += request.indices.length;
          return source.write(request, target);
        },
      };
      const options = { backend, batchSize: 4, runs: 2, steps };
      for await (const _ of rangeTest(scriptedModel, counted, options));
      return [script.runs, script.rows];
    };
    expect(await workOf(20)).toEqual([40, 160]);
    expect(await workOf(80)).toEqual([160, 640]);
  });
});

test("the suggestion is a tenth of the lowest points' geometric mean, with its range", () => {
  const run = (learningRate: number) => ({
    seed: 0,
    steps: [],
    diverged: true,
    lowest: { learningRate, loss: 1, isEdge: false },
  });
  const { lowest: _, ...none } = run(1);
  expect(suggestedRate([run(0.01), run(0.04), none])).toEqual({
    learningRate: 0.002,
    low: 0.001,
    high: 0.004,
    runs: 2,
    isEdge: false,
  });
  expect(suggestedRate([none])).toBeUndefined();
});

describe("a range test", () => {
  const source = toyData(26).train;
  const tested = async (options: Partial<RangeTestOptions> = {}) => {
    const events = rangeTest(toyModel, source, {
      backend: float32Backend(),
      batchSize: 8,
      steps: 12,
      runs: 2,
      ...options,
    });
    const seen: RangeTestEvent[] = [];
    for (;;) {
      const { done, value } = await events.next();
      if (done) return { runs: value, seen };
      seen.push(value);
    }
  };

  test("raises the rate from the first to the last by one factor, and repeats with the next seed", async () => {
    const { runs, seen } = await tested({ maxLearningRate: 1e-2 });
    expect(runs.map(({ seed, steps }) => [seed, steps.length])).toEqual([
      [0, 12],
      [1, 12],
    ]);
    const rates = at(runs, 0).steps.map(({ learningRate }) => learningRate);
    expect(rates[0]).toBe(1e-6);
    expect(rates.at(-1)).toBeCloseTo(1e-2, 12);
    for (const [i, rate] of rates.slice(1).entries())
      expect(rate / at(rates, i)).toBeCloseTo(1e4 ** (1 / 11), 9);
    expect(seen.map(({ run, step }) => `${run}.${step}`).slice(11, 13)).toEqual(["1.12", "2.1"]);
  });

  test("gives the same numbers again, and another seed others", async () => {
    const { runs } = await tested();
    expect((await tested()).runs).toEqual(runs);
    expect((await tested({ seed: 1, runs: 1 })).runs[0]).toEqual(runs[1]);
  });

  test("begins every run anew, without what the optimiser kept", async () => {
    const { runs } = await tested({ optimizer: adam(), maxLearningRate: 0.1 });
    const { runs: alone } = await tested({ optimizer: adam(), maxLearningRate: 0.1, seed: 1, runs: 1 });
    expect(alone[0]).toEqual(runs[1]);
  });

  test("stops a run that diverges", async () => {
    const { runs } = await tested({ optimizer: sgd(), minLearningRate: 10, maxLearningRate: 1e6, steps: 40 });
    expect(runs.every(({ diverged }) => diverged)).toBe(true);
    expect(at(runs, 0).steps.length).toBeLessThan(40);
  });

  test("takes one batch a step and no averages, whatever the optimiser is told", async () => {
    const plain = await tested({ optimizer: sgd() });
    const averaging = sgd({ gradientAccumulationSteps: 4, useEma: true, lookahead: {} });
    expect((await tested({ optimizer: averaging })).runs).toEqual(plain.runs);
  });

  test.each([
    [{ steps: 9 }, /^findLearningRate: steps: /],
    [{ runs: 0 }, /^findLearningRate: runs: /],
    [{ minLearningRate: 0 }, /minLearningRate: expected a number above 0/],
    [{ minLearningRate: 1, maxLearningRate: 1 }, /maxLearningRate: expected a number above minLearningRate/],
  ])("%o is refused", async (options, says) => {
    await expect(tested(options)).rejects.toThrow(says);
  });
});
