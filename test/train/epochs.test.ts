import { describe, expect, test } from "vitest";
import { dense, sequential, sgd, stepDecay } from "../../src/nn/index.ts";
import { type FitEvent, type FitOptions, fit } from "../../src/train/index.ts";
import { type Script, scriptedData, scriptedModel, scriptedOptions } from "./scripted.ts";
import { collect } from "./toy.ts";

/** A training whose results are scripted: one step an epoch, four validation examples. */
const trained = (script: Script, options: Partial<FitOptions> = {}): ReturnType<typeof collect> =>
  collect(fit(scriptedModel, scriptedData(4, 4), scriptedOptions(script, options)));

/** Each step adds 1 to both weights, so a weight tells the epoch that it is from (less what it started with). */
const stepsBetween = (later: Float32Array | undefined, earlier: Float32Array | undefined): number =>
  Math.round((later?.[0] ?? 0) - (earlier?.[0] ?? 0));

describe("the best epoch", () => {
  test.each<[string, Script["validations"], number]>([
    ["has the highest validation accuracy", [{ right: 2 }, { right: 4 }, { right: 3 }], 2],
    [
      "has the lower loss of equal accuracies",
      [3, 3, 3].map((right, i) => ({ right, confidence: 0.7 + 0.1 * i })),
      1,
    ],
    [
      "goes by accuracy even where its loss is higher",
      [
        { right: 3, confidence: 0.6 },
        { right: 4, confidence: 0.51 },
      ],
      2,
    ],
    ["is the first of equal ones", [{ right: 3 }, { right: 3 }], 1],
    ["may be the last", [{ right: 1 }, { right: 2 }, { right: 3 }], 3],
  ])("%s", async (_, validations = [], best) => {
    const { end } = await trained({ validations }, { epochs: validations.length });
    expect(end.bestEpoch).toBe(best);
    expect(stepsBetween(end.lastWeights["dense/kernel"], end.weights["dense/kernel"])).toBe(
      validations.length - best,
    );
  });

  test("so far stands in the event of each epoch", async () => {
    const { events } = await trained(
      { validations: [{ right: 2 }, { right: 1 }, { right: 3 }] },
      { epochs: 3 },
    );
    expect(events.flatMap((event) => (event.type === "epoch" ? [event.bestEpoch] : []))).toEqual([1, 1, 3]);
  });
});

describe("patience", () => {
  const rights = (...counts: number[]): Script => ({ validations: counts.map((right) => ({ right })) });

  test.each<[string, Script, number, { epochs: number; best: number; reason: string }]>([
    ["counts epochs since the best", rights(2, 3, 1, 1), 2, { epochs: 4, best: 2, reason: "stopped early" }],
    [
      "begins anew with each better epoch",
      rights(1, 0, 2, 0, 3, 0, 0),
      2,
      { epochs: 7, best: 5, reason: "stopped early" },
    ],
    [
      "takes an equal epoch for none better",
      rights(3, 3),
      1,
      { epochs: 2, best: 1, reason: "stopped early" },
    ],
    ["never stops while epochs get better", rights(0, 1, 2, 3, 4), 1, { epochs: 5, best: 5, reason: "done" }],
    [
      "that ends with the last epoch is no early stop",
      rights(4, 0, 0),
      2,
      { epochs: 3, best: 1, reason: "done" },
    ],
  ])("%s", async (_, script, patience, { epochs, best, reason }) => {
    const planned = reason === "done" ? epochs : 20;
    const { end } = await trained(script, { patience, epochs: planned });
    expect(end).toMatchObject({ reason, bestEpoch: best });
    expect(end.history).toHaveLength(epochs);
  });

  test("waits for startFromEpoch: what comes before is neither best nor counted", async () => {
    const { end } = await trained(rights(4, 0, 1, 0, 0), { patience: 2, epochs: 20, startFromEpoch: 2 });
    expect(end).toMatchObject({ reason: "stopped early", bestEpoch: 3 });
    expect(end.history).toHaveLength(5);
  });

  test("of an epoch that is better by no more than minDelta goes on counting", async () => {
    const options = { patience: 2, epochs: 20 };
    const strict = await trained(rights(1, 2, 2), { ...options, minDelta: 0.25 });
    expect(strict.end).toMatchObject({ reason: "stopped early", bestEpoch: 1 });
    expect(strict.end.history).toHaveLength(3);
    const { end } = await trained(rights(1, 2, 3, 3, 3), { ...options, minDelta: 0.2 });
    expect(end).toMatchObject({ reason: "stopped early", bestEpoch: 3 });
  });
});

describe("an epoch's metrics", () => {
  test("are means over its examples, so that a short last batch counts less", async () => {
    // Batches of 2, 2 and 1: losses 1, 2 and 6; right, wrong, right.
    const options = scriptedOptions({ losses: [1, 2, 6] }, { batchSize: 2, epochs: 1 });
    const { events, end } = await collect(fit(scriptedModel, scriptedData(5), options));
    const batches = events.flatMap((event) => (event.type === "batch" ? [event] : []));
    expect(batches.map(({ loss }) => loss)).toEqual([1, 1.5, 2.4]);
    expect(batches.map(({ accuracy }) => accuracy)).toEqual([1, 0.5, 0.6]);
    expect(batches.map(({ images }) => images)).toEqual([2, 4, 5]);
    expect(end.history[0]).toMatchObject({ epoch: 1, loss: 2.4, accuracy: 0.6 });
  });

  test("begin anew with each epoch", async () => {
    const options = scriptedOptions({ losses: [8, 8, 2, 4] }, { batchSize: 2, epochs: 2 });
    const { end } = await collect(fit(scriptedModel, scriptedData(4), options));
    expect(end.history.map(({ loss }) => loss)).toEqual([8, 3]);
  });

  test("of validation count predictions and truths by class, and take the mean of -ln p", async () => {
    const { end } = await trained({ validations: [{ right: 3, confidence: 0.8 }] }, { epochs: 1 });
    const { validation } = end.history[0] ?? {};
    expect(validation).toMatchObject({ accuracy: 0.75, predicted: [3, 1], actual: [4, 0] });
    expect(validation?.loss).toBeCloseTo(-(3 * Math.log(0.8) + Math.log(0.2)) / 4, 6);
  });

  test("hold the learning rate of its last step", async () => {
    const schedule = stepDecay({ every: 3, factor: 0.5 });
    const optimizer = sgd({ learningRate: 0.8 });
    const options = scriptedOptions({}, { batchSize: 2, epochs: 3, schedule, optimizer });
    const { end } = await collect(fit(scriptedModel, scriptedData(4), options));
    // Steps 2, 4 and 6, of which three share a rate.
    expect(end.history.map(({ learningRate }) => learningRate)).toEqual([0.8, 0.4, 0.4]);
  });

  test.each([
    ["what the threads say", 0.4, 0.4],
    ["at most all of it", 1.7, 1],
    ["never less than nothing", -0.3, 0],
  ])("tell the time that the engine stood still: %s", async (_, share, expected) => {
    let now = 0;
    const options = scriptedOptions({}, { epochs: 1, clock: () => (now += 500) });
    const backend = { ...options.backend, idleMs: () => share * now };
    const { end } = await collect(fit(scriptedModel, scriptedData(4), { ...options, backend }));
    expect(end.history[0]?.stallFraction).toBeCloseTo(expected, 12);
  });
});

describe("a training that diverges", () => {
  const diverged = async (losses: readonly number[]): Promise<FitEvent[]> =>
    (await trained({ losses }, { epochs: losses.length })).events;

  test.each([
    ["NaN", [1, 1, Number.NaN], null],
    ["infinite", [1, 1, Number.POSITIVE_INFINITY], null],
    ["more than a thousand times the first", [2, 2, 2001], 2001],
    ["above a thousand after a small first one", [0.01, 0.01, 1001], 1001],
  ])("because its loss is %s keeps the last finite weights and says where", async (_, losses, loss) => {
    const events = await diverged(losses);
    const end = events.at(-1);
    expect(end).toMatchObject({ type: "end", reason: "diverged", bestEpoch: 1 });
    if (end?.type !== "end") throw new Error("no end");
    expect(end.advice[0]).toMatchObject({ code: "diverged", data: { epoch: 3, step: 1, loss } });
    // Two epochs were finished; the third step's numbers are gone.
    expect(stepsBetween(end.lastWeights["dense/kernel"], end.weights["dense/kernel"])).toBe(1);
  });

  test("is none while the loss stays within a thousand times the first", async () => {
    expect((await diverged([2, 1999, 2])).at(-1)).toMatchObject({ reason: "done" });
  });

  test("in its validation alone is told with the epoch", async () => {
    const validations = [{ right: 4 }, { right: 4, confidence: Number.NaN }];
    const { end } = await trained({ validations }, { epochs: 3 });
    expect(end).toMatchObject({ reason: "diverged", bestEpoch: 1 });
    expect(end.advice[0]).toMatchObject({ code: "diverged", data: { epoch: 2, loss: null } });
    expect(end.history).toHaveLength(1);
  });
});

describe("an interruption", () => {
  test("during validation leaves the unfinished epoch out", async () => {
    const controller = new AbortController();
    let validations = 0;
    const onRun = (program: string): void => {
      if (program === "validate" && ++validations === 3) controller.abort();
    };
    // Two validation batches an epoch: the third is the first of the second epoch.
    const options = scriptedOptions({ onRun }, { epochs: 5, signal: controller.signal });
    const { end } = await collect(fit(scriptedModel, scriptedData(4, 8), options));
    expect(end).toMatchObject({ reason: "interrupted", bestEpoch: 1 });
    expect(end.history).toHaveLength(1);
  });

  test("in the last batch of a validation still finishes the epoch", async () => {
    const controller = new AbortController();
    const onRun = (program: string): void => {
      if (program === "validate") controller.abort();
    };
    const { end } = await trained({ onRun }, { epochs: 5, signal: controller.signal });
    expect(end).toMatchObject({ reason: "interrupted", bestEpoch: 1 });
    expect(end.history).toHaveLength(1);
  });
});

describe("the session is closed once", () => {
  test("at the end, when the loop is left early, and when a step fails", async () => {
    const whole = scriptedOptions({}, { epochs: 2 });
    await collect(fit(scriptedModel, scriptedData(4), whole));
    const left = scriptedOptions({}, { epochs: 2 });
    for await (const { type } of fit(scriptedModel, scriptedData(4), left)) if (type === "batch") break;
    const onRun = (): void => {
      throw new Error("the engine broke");
    };
    const broken = scriptedOptions({ onRun });
    await expect(collect(fit(scriptedModel, scriptedData(4), broken))).rejects.toThrow("the engine broke");
    expect([whole, left, broken].map(({ closed }) => closed())).toEqual([1, 1, 1]);
  });

  test("when the first weights do not fit the model", async () => {
    const options = scriptedOptions({}, { weights: { "dense/bias": new Float32Array(2) } });
    await expect(collect(fit(scriptedModel, scriptedData(4), options))).rejects.toThrow(
      "fit: weights: expected numbers for dense/kernel, received none",
    );
    expect(options.closed()).toBe(1);
  });
});

test("a batch larger than the data is one step an epoch, without a program for a rest", async () => {
  const ran: string[] = [];
  const options = scriptedOptions({ onRun: (program) => ran.push(program) }, { batchSize: 32, epochs: 1 });
  const { events } = await collect(fit(scriptedModel, scriptedData(3), options));
  expect(ran).toEqual(["train", "inspect"]);
  expect(events[0]).toMatchObject({ steps: 1, parameters: 2, trainableParameters: 2 });
});

test("a model that has other classes than its labels' rows is refused before the session opens", async () => {
  const options = scriptedOptions({}, { loss: "meanSquaredError" });
  const model = sequential([dense({ units: 2 })]);
  await expect(collect(fit(model, scriptedData(4), options))).rejects.toThrow("a row [2] for each example");
  expect(options.closed()).toBe(0);
});

describe("a step that runs already when training is stopped", () => {
  /** Stopped as the event of its first step of four is heard. */
  const stopped = async (losses: readonly number[]): ReturnType<typeof collect> => {
    const controller = new AbortController();
    const { signal } = controller;
    const options = scriptedOptions({ losses }, { batchSize: 2, epochs: 1, startsAhead: true, signal });
    const all: FitEvent[] = [];
    for await (const event of fit(scriptedModel, scriptedData(8), options)) {
      all.push(event);
      if (event.type === "batch") controller.abort();
    }
    const end = all.at(-1);
    if (end?.type !== "end") throw new Error("the last event is no end");
    return { events: all, end };
  };

  test("is heard, and is the last: the weights are those after the last event", async () => {
    const { events, end } = await stopped([1]);
    const steps = events.filter(({ type }) => type === "batch");
    expect(steps).toHaveLength(2);
    expect(end.reason).toBe("interrupted");
    const kernel = end.lastWeights["dense/kernel"];
    const whole = scriptedOptions({}, { batchSize: 2, epochs: 1 });
    const { end: two } = await collect(fit(scriptedModel, scriptedData(4), whole));
    expect(kernel).toEqual(two.lastWeights["dense/kernel"]);
  });

  test("whose loss is no number ends it as diverged, with the weights from before", async () => {
    const { end } = await stopped([1, Number.NaN]);
    expect(end.reason).toBe("diverged");
    expect(end.advice[0]?.code).toBe("diverged");
  });
});
