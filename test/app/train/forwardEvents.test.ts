import { describe, expect, test } from "vitest";
import type { TrainEvent } from "../../../src/app/events.ts";
import { eventsOf } from "../../../src/app/protocol.ts";
import { type ForwardOptions, forwardEvents } from "../../../src/app/train/forwardEvents.ts";
import type { Fitted } from "../../../src/app/train/types.ts";
import type { Checkpoint, FitEvent } from "../../../src/train/index.ts";
import { type Recorded, fakeServices, recorded } from "../fakeServices.ts";

const start: FitEvent = {
  type: "start",
  epoch: 1,
  epochs: 3,
  steps: 2,
  parameters: 9,
  trainableParameters: 8,
  memory: { parameters: 100, working: 200, code: 0, total: 300 },
  notes: [],
};
const end: FitEvent = {
  type: "end",
  reason: "done",
  bestEpoch: 1,
  weights: {},
  lastWeights: {},
  history: [],
  lengths: [],
  advice: [],
};
const batch = (images: number): FitEvent => ({
  type: "batch",
  epoch: 1,
  step: 1,
  steps: 2,
  loss: 1.5,
  accuracy: 0.25,
  images,
});
const epoch: FitEvent = {
  type: "epoch",
  epoch: 1,
  loss: 1.25,
  accuracy: 0.5,
  learningRate: 0.1,
  seconds: 7,
  deadLayers: [],
  bestEpoch: 1,
};
const dead: FitEvent = {
  type: "advice",
  code: "dead-layer",
  action: "change-learning-rate",
  data: { epoch: 1, layer: "conv2d" },
};

/** Forwards what a training is made to tell, of 40 images an epoch; each look at the clock takes `tick` milliseconds. */
async function forwarded(
  told: readonly FitEvent[],
  options: Partial<ForwardOptions> = {},
  { tick = 500, memoryBytes = 1e9 } = {},
): Promise<Recorded<TrainEvent, Fitted>> {
  const events = async function* (): AsyncGenerator<FitEvent, void, undefined> {
    yield* told;
  };
  let now = 0;
  const services = {
    ...fakeServices(),
    memory: { bytes: memoryBytes, of: "of the test" },
    clock: () => (now += tick),
  };
  const { events: all, result } = await recorded(
    eventsOf(forwardEvents(events(), { epochs: () => 3, count: 40, begin: () => [], services, ...options })),
  );
  const [compiling, ...others] = all;
  expect(compiling).toEqual({ type: "working", on: "compiling" });
  return { events: others, result };
}

describe("what a training tells", () => {
  test("has the speed and the time that is left of the epoch, from the clock", async () => {
    const { events } = await forwarded([start, batch(10), batch(30), end]);
    // The clock is looked at after the start and at each batch: half a second, then one second.
    expect(events).toEqual([
      expect.objectContaining({ done: 0.25, imagesPerSecond: 20, secondsLeft: 1.5, loss: 1.5, epochs: 3 }),
      expect.objectContaining({ done: 0.75, imagesPerSecond: 30, secondsLeft: 10 / 30 }),
    ]);
  });

  test("has a finite speed where the clock stands still", async () => {
    const { events } = await forwarded([start, batch(10), end], {}, { tick: 0 });
    expect(events[0]).toMatchObject({ imagesPerSecond: 10_000, secondsLeft: 30 / 10_000 });
  });

  test("counts the time of each epoch anew", async () => {
    const { events } = await forwarded([start, batch(40), epoch, batch(20), end]);
    expect(events.flatMap((event) => (event.type === "batch" ? [event.imagesPerSecond] : []))).toEqual([
      80, 40,
    ]);
  });

  test("has no number for what an epoch without a validation set does not know", async () => {
    const [told] = (await forwarded([start, epoch, end])).events;
    expect(told).toEqual({
      type: "epoch",
      epoch: 1,
      epochs: 3,
      loss: 1.25,
      accuracy: 0.5,
      validationLoss: Number.NaN,
      validationAccuracy: Number.NaN,
      seconds: 7,
    });
  });

  test("has the validation's numbers, and how long the engine waited, where these are known", async () => {
    const validation = { loss: 2, accuracy: 0.75, predicted: [3, 1], actual: [2, 2] };
    const validated: FitEvent = { ...epoch, validation, stallFraction: 0.5 };
    const [told] = (await forwarded([start, validated, end])).events;
    expect(told).toMatchObject({ validationLoss: 2, validationAccuracy: 0.75, stallFraction: 0.5 });
  });

  test("begins with the events that its caller makes of the start", async () => {
    const begin: ForwardOptions["begin"] = ({ epoch: first }) => [
      { type: "fold", folds: first, trainCount: 1, validationCount: 2 },
    ];
    const { events, result } = await forwarded([start, batch(40), end], { begin });
    expect(events.map(({ type }) => type)).toEqual(["fold", "batch"]);
    expect(result).toEqual({ start, end });
  });

  test("has advice and its withdrawal, with their text, unless it is to be quiet", async () => {
    const told = [start, dead, { type: "advice-withdrawn", code: "dead-layer" } as const, end];
    const { events } = await forwarded(told);
    expect(events).toEqual([
      expect.objectContaining({ type: "advice", code: "dead-layer", text: expect.any(String) }),
      expect.objectContaining({
        type: "advice-withdrawn",
        data: { advice: "dead-layer" },
        text: expect.any(String),
      }),
    ]);
    expect((await forwarded(told, { quiet: true })).events).toEqual([]);
  });
});

test("every checkpoint is kept before the training goes on", async () => {
  const checkpoint: Checkpoint = { tensors: {}, state: { epoch: 2 } } as unknown as Checkpoint;
  const order: string[] = [];
  const events = async function* (): AsyncGenerator<FitEvent, void, undefined> {
    yield start;
    yield { type: "checkpoint", checkpoint };
    order.push("goes on");
    yield end;
  };
  const keep = async (kept: Checkpoint): Promise<void> => {
    expect(kept).toBe(checkpoint);
    await new Promise((resolve) => setImmediate(resolve));
    order.push("kept");
  };
  const options = { epochs: () => 3, count: 40, begin: () => [], services: fakeServices() };
  await recorded(eventsOf(forwardEvents(events(), { ...options, keep })));
  expect(order).toEqual(["kept", "goes on"]);
});

test("a training that needs more memory than there is ends before its first event", async () => {
  const begin = (): never => {
    throw new Error("it has begun");
  };
  await expect(forwarded([start, end], { begin }, { memoryBytes: 299 })).rejects.toThrow(/^memory: /);
  await expect(forwarded([start, end], {}, { memoryBytes: 300 })).resolves.toBeDefined();
});

test.each([
  ["without an end", [start, batch(40)]],
  ["without a start", [end]],
])("a training %s is a fault of the program", async (_, told) => {
  await expect(forwarded(told)).rejects.toThrow(/end/);
});
