import { describe, expect, test } from "vitest";
import { ndarray } from "../../src/base/index.ts";
import { readRecord, writeRecord } from "../../src/bundle/index.ts";
import { arraySource, evaluateModel } from "../../src/evaluate/index.ts";
import { adam, dense, flatten, sequential, sgd, cosine } from "../../src/nn/index.ts";
import { type Checkpoint, type FitEvent, fit } from "../../src/train/index.ts";
import { collect, toyArrays, toyData, toyModel, toyOptions } from "./toy.ts";

const typesOf = (events: readonly FitEvent[]): string => events.map(({ type }) => type.slice(0, 2)).join(" ");

const weightsOf = async (seed: number): Promise<unknown> =>
  (await collect(fit(toyModel, toyData(), toyOptions({ seed })))).end.lastWeights;

describe("fit", () => {
  test("tells start, each batch, each epoch and the end, in that order", async () => {
    const { events } = await collect(fit(toyModel, toyData(), toyOptions()));
    expect(typesOf(events.filter(({ type }) => type !== "advice"))).toBe(
      "st ba ba ba ba ep ba ba ba ba ep en",
    );
    expect(events[0]).toMatchObject({ type: "start", epoch: 1, epochs: 2, steps: 4, parameters: 112 + 51 });
    // 26 examples in batches of 8: the last has 2.
    expect(events[4]).toMatchObject({ epoch: 1, step: 4, steps: 4, images: 26 });
  });

  test("tells which part of an epoch's training the engine waited, where the backend can", async () => {
    let now = 0;
    const clock = (): number => (now += 1000);
    const options = toyOptions({ clock });
    const { end } = await collect(fit(toyModel, toyData(), options));
    expect(end.history.map(({ stallFraction: waitShare }) => waitShare)).toEqual([undefined, undefined]);
    const backend = { ...options.backend, idleMs: () => now / 4 };
    const told = await collect(fit(toyModel, toyData(), { ...options, backend }));
    expect(told.end.history.map(({ stallFraction: waitShare }) => waitShare)).toEqual([0.25, 0.25]);
  });

  test("learns what can be learned, and its validation figures are those of evaluateModel", async () => {
    const data = toyData(60, 30);
    const options = toyOptions({ epochs: 6, optimizer: adam({ learningRate: 0.02 }) });
    const { end } = await collect(fit(toyModel, data, options));
    const best = end.history.find(({ epoch }) => epoch === end.bestEpoch);
    expect(best?.validation?.accuracy).toBeGreaterThan(0.9);
    expect(end.history.at(-1)?.loss).toBeLessThan((end.history[0]?.loss ?? 0) / 2);
    const { backend } = options;
    const again = await evaluateModel({ model: toyModel, weights: end.weights }, data.validation!, {
      backend,
    });
    expect(again?.loss).toBeCloseTo(best?.validation?.loss ?? 0, 6);
    expect(again?.accuracy).toBe(best?.validation?.accuracy);
    expect(again?.predicted).toEqual(best?.validation?.predicted);
  });

  test("the same seed gives the same bits, another seed others", async () => {
    expect(await weightsOf(7)).toEqual(await weightsOf(7));
    expect(await weightsOf(7)).not.toEqual(await weightsOf(8));
  });

  test("steps that start ahead give the same bits and the same events", async () => {
    const of = (startsAhead: boolean): ReturnType<typeof collect> =>
      collect(fit(toyModel, toyData(), toyOptions({ startsAhead, checkpoints: true, seed: 7 })));
    const [one, ahead] = [await of(false), await of(true)];
    expect(ahead.events).toEqual(one.events);
    expect(ahead.end).toEqual(one.end);
  });

  test("resumed from a checkpoint that went through bytes, it goes on bit for bit", async () => {
    const options = {
      epochs: 3,
      checkpoints: true,
      schedule: cosine({ warmupSteps: 3, totalSteps: 12 }),
    };
    const whole = await collect(fit(toyModel, toyData(), toyOptions(options)));
    const [first] = whole.events.flatMap((event) => (event.type === "checkpoint" ? [event.checkpoint] : []));
    const bytes = writeRecord(first as Checkpoint);
    const resume = readRecord(bytes, "checkpoint") as Checkpoint;
    const rest = await collect(fit(toyModel, toyData(), toyOptions({ ...options, resume })));
    expect(rest.events[0]).toMatchObject({ type: "start", epoch: 2 });
    expect(rest.end.lastWeights).toEqual(whole.end.lastWeights);
    expect(rest.end.weights).toEqual(whole.end.weights);
    expect(rest.end.bestEpoch).toBe(whole.end.bestEpoch);
    expect(rest.end.history.map(({ loss }) => loss)).toEqual(whole.end.history.map(({ loss }) => loss));
  });

  test("a checkpoint of another optimiser is refused", async () => {
    const { events } = await collect(
      fit(toyModel, toyData(), toyOptions({ epochs: 1, checkpoints: true, optimizer: sgd() })),
    );
    const found = events.find((event) => event.type === "checkpoint");
    const resume = found?.type === "checkpoint" ? found.checkpoint : undefined;
    await expect(collect(fit(toyModel, toyData(), toyOptions({ resume: resume! })))).rejects.toThrow(
      /^resume: expected a checkpoint of this model and optimiser, with 108 numbers now\/adam\//,
    );
  });

  test("an abort ends after the running step and keeps the best finished epoch", async () => {
    const controller = new AbortController();
    const events: FitEvent[] = [];
    for await (const event of fit(
      toyModel,
      toyData(),
      toyOptions({ epochs: 9, signal: controller.signal }),
    )) {
      events.push(event);
      if (event.type === "batch" && event.epoch === 2 && event.step === 2) controller.abort();
    }
    const end = events.at(-1);
    expect(typesOf(events.filter(({ type }) => type !== "advice"))).toBe("st ba ba ba ba ep ba ba en");
    expect(end).toMatchObject({ type: "end", reason: "interrupted", bestEpoch: 1 });
    expect(end?.type === "end" && end.weights).not.toEqual(end?.type === "end" && end.lastWeights);
  });

  test("an abort in the first epoch keeps the weights as they are", async () => {
    const controller = new AbortController();
    controller.abort();
    const { end } = await collect(fit(toyModel, toyData(), toyOptions({ signal: controller.signal })));
    const untouched = await collect(
      fit(
        toyModel,
        toyData(),
        toyOptions({ optimizer: sgd({ learningRate: 1e-30 }), signal: controller.signal }),
      ),
    );
    expect(end).toMatchObject({ reason: "interrupted", bestEpoch: 0, history: [] });
    expect(end.weights).toEqual(end.lastWeights);
    expect(end.weights["dense/kernel"]).not.toEqual(untouched.end.weights["dense/kernel"]);
  });

  test("patience stops early and the best epoch's weights are kept", async () => {
    const { x, y } = toyArrays(26, 1);
    const source = arraySource(x, y);
    const data = { train: source, validation: source };
    const options = toyOptions({ epochs: 9, patience: 1, optimizer: sgd({ learningRate: 1e-30 }) });
    const { end } = await collect(fit(toyModel, data, options));
    expect(end).toMatchObject({ reason: "stopped early", bestEpoch: 1 });
    expect(end.history).toHaveLength(2);
  });

  test("without validation the last epoch is the best", async () => {
    const { end } = await collect(fit(toyModel, { train: toyData().train }, toyOptions()));
    expect(end.bestEpoch).toBe(2);
    expect(end.weights).toEqual(end.lastWeights);
    expect(end.history[0]?.validation).toBeUndefined();
  });

  test("the next batch is assembled while a step runs", async () => {
    const { train } = toyData();
    const log: string[] = [];
    const options = toyOptions({ epochs: 1 });
    const backend: typeof options.backend = {
      ...options.backend,
      open: async (programs) => {
        const session = await options.backend.open(programs);
        return {
          ...session,
          run: async (program, inputs) => {
            log.push(`${program} starts`);
            // Anything that is assembled meanwhile comes before the end.
            await new Promise((resolve) => setTimeout(resolve, 5));
            const outputs = await session.run(program, inputs);
            log.push(`${program} ends`);
            return outputs;
          },
        };
      },
    };
    const watched: typeof train = {
      ...train,
      write: (request, target) => {
        log.push(`write ${request.indices.length}`);
        return train.write(request, target);
      },
    };
    await collect(fit(toyModel, { train: watched }, { ...options, backend }));
    expect(log.slice(0, 7)).toEqual([
      "write 8",
      "train starts",
      "write 8",
      "train ends",
      "train starts",
      "write 8",
      "train ends",
    ]);
  });

  test("one-hot rows train to the same weights as class indices", async () => {
    const { x, y } = toyArrays(12, 3);
    const rows = new Float32Array(36);
    y.data.forEach((label, i) => (rows[i * 3 + label] = 1));
    const sparse = await collect(fit(toyModel, { train: arraySource(x, y) }, toyOptions()));
    const loss = "categoricalCrossentropy";
    const train = arraySource(x, ndarray(rows, [12, 3]));
    const oneHot = await collect(fit(toyModel, { train }, toyOptions({ loss })));
    expect(oneHot.end.lastWeights).toEqual(sparse.end.lastWeights);
    expect(oneHot.end.history[0]?.accuracy).toBe(sparse.end.history[0]?.accuracy);
  });

  test("one sigmoid unit and binary cross-entropy tell two classes apart", async () => {
    const { x, y } = toyArrays(24, 3);
    const binary = ndarray(
      Float32Array.from(y.data, (label) => (label === 0 ? 1 : 0)),
      [24, 1],
    );
    const source = arraySource(x, binary);
    const model = sequential([flatten(), dense({ units: 1, activation: "sigmoid" })]);
    const options = toyOptions({
      epochs: 8,
      loss: "binaryCrossentropy",
      optimizer: sgd({ learningRate: 0.3 }),
    });
    const { end } = await collect(fit(model, { train: source, validation: source }, options));
    expect(end.history.at(-1)?.validation?.accuracy).toBeGreaterThan(0.9);
    expect(end.history.at(-1)?.validation?.actual).toEqual([16, 8]);
  });
});

describe("fit refuses before anything runs", () => {
  const { x, y } = toyArrays(6, 1);
  const train = arraySource(x, y);
  test.each([
    [
      "no epochs",
      toyModel,
      { train },
      { epochs: 0 },
      /fit: epochs: expected a whole number, 1 or more, received 0/,
    ],
    ["half a batch", toyModel, { train }, { batchSize: 2.5 }, /fit: batchSize/],
    [
      "indices where rows are needed",
      toyModel,
      { train },
      { loss: "categoricalCrossentropy" },
      /a row \[3\] .* received a class index; use toCategorical/,
    ],
    [
      "a model that does not fit the images",
      sequential([flatten(), dense({ units: 3 })]),
      { train },
      {},
      /ends in softmax/,
    ],
    [
      "validation of another size",
      toyModel,
      {
        train,
        validation: arraySource(ndarray(new Float32Array(12), [1, 2, 2, 3]), ndarray(new Int32Array(1), [1])),
      },
      {},
      /validation inputShape: expected \[6, 6, 3\], as in training, received \[2, 2, 3\]/,
    ],
  ] as const)("%s", async (...[, model, data, options, message]) => {
    await expect(collect(fit(model, data, toyOptions(options)))).rejects.toThrow(message);
  });
});
