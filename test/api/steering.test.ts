import { describe, expect, test } from "vitest";
import type { Model, TrainingHistory } from "../../src/api/index.ts";
import { type NdArray, ndarray } from "../../src/base/index.ts";
import { dense, flatten, sgd, stepDecay } from "../../src/nn/index.ts";
import type { CustomMetric, TrainingControl } from "../../src/train/index.ts";
import { fillFolder, toyPlatform } from "./platform.ts";

// Eight points on a line; those from 4 on are of class 1.
const x = ndarray(
  Float32Array.from({ length: 8 }, (_, i) => i - 3.5),
  [8, 1],
);
const y = ndarray(Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1), [8]);

type Toy = ReturnType<typeof toyPlatform>;

function compiled({ api }: Toy = toyPlatform()): Model {
  const model = api.sequential([dense({ units: 2, activation: "softmax" })]);
  model.compile({ optimizer: sgd({ learningRate: 0.1 }) });
  return model;
}

const quiet = { verbose: false, batchSize: 4 } as const;

describe("a metric of one's own", () => {
  /** Of the validation data: 0, 1, 2 …, after that of the training pass. */
  const counting = (direction?: "max" | "min"): CustomMetric => {
    let calls = 0;
    return { name: "calls", of: () => calls++ >> 1, ...(direction && { direction }) };
  };
  const fitted = (metric: CustomMetric): Promise<TrainingHistory> => {
    const model = compiled();
    model.compile({ optimizer: sgd({ learningRate: 0.1 }), metrics: [metric] });
    return model.fit(x, y, {
      ...quiet,
      epochs: 6,
      validationData: [x, y],
      monitor: "calls",
      patience: 2,
      restoreBestWeights: true,
    });
  };

  test("decides which epoch is the best and when training stops", async () => {
    expect(await fitted(counting("min"))).toMatchObject({ bestEpoch: 1, reason: "stopped early" });
    expect(await fitted(counting("max"))).toMatchObject({ bestEpoch: 6, reason: "done" });
  });

  test("has to say whether more is better", async () => {
    await expect(fitted(counting())).rejects.toThrow(/monitor calls: expected a metric with direction/);
  });
});

describe("callbacks", () => {
  test("are called in order, each waited for before training goes on", async () => {
    const calls: string[] = [];
    const note = async (line: string): Promise<void> => {
      calls.push(`${line}?`);
      await new Promise((resolve) => setTimeout(resolve, 2));
      calls.push(line);
    };
    await compiled().fit(x, y, {
      ...quiet,
      epochs: 2,
      callbacks: [
        {
          onTrainBegin: ({ epochs }) => note(`begin ${epochs}`),
          onBatchEnd: ({ epoch, step }) => note(`batch ${epoch}.${step}`),
          onEpochEnd: ({ epoch }) => note(`epoch ${epoch}`),
          onTrainEnd: ({ epochs }) => note(`end ${epochs.length}`),
        },
        { onEpochEnd: ({ epoch }) => void calls.push(`second ${epoch}`) },
      ],
    });
    const epoch = (n: number): string[] => [`batch ${n}.1`, `batch ${n}.2`, `epoch ${n}`, `second ${n}`];
    const wanted = ["begin 2", ...epoch(1), ...epoch(2), "end 2"];
    expect(calls.filter((line) => !line.endsWith("?"))).toEqual(wanted);
    expect(calls).toEqual(
      wanted.flatMap((line) => (line.startsWith("second") ? [line] : [`${line}?`, line])),
    );
  });

  test("stop training after an epoch, which counts, or after a step, whose epoch does not", async () => {
    const afterEpoch = await compiled().fit(x, y, {
      ...quiet,
      epochs: 9,
      callbacks: [{ onEpochEnd: ({ epoch }, training) => (epoch === 2 ? training.stop() : undefined) }],
    });
    expect(afterEpoch).toMatchObject({ reason: "stopped early", bestEpoch: 2 });
    const inEpoch = await compiled().fit(x, y, {
      ...quiet,
      epochs: 9,
      callbacks: [
        {
          onBatchEnd: ({ epoch, step }, training) =>
            epoch === 2 && step === 1 ? training.stop() : undefined,
        },
      ],
    });
    expect(inEpoch).toMatchObject({ reason: "stopped early", epochs: [{ epoch: 1 }] });
  });

  test("change the learning rate of the next step, whatever the schedule says then", async () => {
    const seen: number[] = [];
    const history = await compiled().fit(x, y, {
      ...quiet,
      epochs: 3,
      schedule: stepDecay({ every: 2, factor: 0.5 }),
      callbacks: [
        {
          onEpochEnd: ({ epoch }, training) => {
            seen.push(training.learningRate);
            if (epoch === 2) training.learningRate = 0.01;
          },
        },
      ],
    });
    expect(seen).toEqual([0.05, 0.025, 0.01]);
    expect(history.epochs.map(({ learningRate }) => learningRate)).toEqual([0.1, 0.05, 0.01]);
  });

  test("with a rate of 0 leave the weights as they are, and refuse one that is none", async () => {
    const model = compiled();
    let before: unknown;
    await model.fit(x, y, {
      ...quiet,
      epochs: 2,
      callbacks: [
        {
          onEpochEnd: async ({ epoch }, training) => {
            if (epoch > 1) return;
            training.learningRate = 0;
            before = await training.readWeights();
          },
        },
      ],
    });
    expect(model.weights).toEqual(before);
    const refuse = (training: TrainingControl): void => {
      training.learningRate = Number.NaN;
    };
    await expect(
      model.fit(x, y, { ...quiet, callbacks: [{ onBatchEnd: (_, training) => refuse(training) }] }),
    ).rejects.toThrow("learningRate: expected a number from 0, received NaN");
  });

  test("that throw end the training with their error, and nothing stays open", async () => {
    const toy = toyPlatform();
    const fail = (): never => {
      throw new Error("mine");
    };
    await expect(compiled(toy).fit(x, y, { ...quiet, callbacks: [{ onBatchEnd: fail }] })).rejects.toThrow(
      "mine",
    );
    expect(toy.opened.at(-1)).toBe("close");
  });
});

describe("figures of one's own", () => {
  /** Share of rows that are said to be of class 1. */
  const ones = {
    name: "ones",
    of: ({ data, shape }: NdArray<Float32Array>): number =>
      data.filter((p, i) => i % 2 === 1 && p > 0.5).length / (shape[0] ?? 1),
  };
  const rows = {
    name: "rows",
    of: (_: unknown, { data, shape }: NdArray): number => data.length + (shape[0] ?? 0),
  };

  test("stand in the history, of training and validation, and in what evaluate gives", async () => {
    const model = compiled();
    model.compile({ optimizer: sgd({ learningRate: 1 }), metrics: ["accuracy", ones, rows] });
    const history = await model.fit(x, y, { ...quiet, epochs: 3, batchSize: 3, validationData: [x, y] });
    expect(history.metrics["rows"]).toEqual([16, 16, 16]);
    expect(history.valMetrics["ones"]?.at(-1)).toBe(0.5);
    expect(history.epochs[2]?.validation?.metrics).toEqual({ ones: 0.5, rows: 16 });
    expect((await model.evaluate(x, y)).metrics).toEqual({ ones: 0.5, rows: 16 });
  });

  test("are printed with each epoch", async () => {
    const toy = toyPlatform();
    const model = compiled(toy);
    model.compile({ metrics: [rows] });
    await model.fit(x, y, { validationData: [x, y] });
    expect(toy.lines.at(0)).toMatch(/accuracy: [\d.]+ - rows: 16\.0000 - valLoss: .* - valRows: 16\.0000$/);
  });

  test("have names of their own and give numbers", async () => {
    const model = compiled();
    expect(() => model.compile({ metrics: [{ ...rows, name: "loss" }] })).toThrow(
      'compile: metrics: expected names of their own, received "loss" twice',
    );
    model.compile({ metrics: [{ name: "text", of: () => "much" as never }] });
    await expect(model.fit(x, y, quiet)).rejects.toThrow('metric text: expected a number, received "much"');
  });
});

describe("what fit takes", () => {
  test("a folder with its class names, for validation too", async () => {
    const toy = toyPlatform();
    fillFolder(toy.files, "folder", 4);
    const folder = await toy.api.imageFolder("folder", { size: 4, detect: false });
    const model = toy.api.sequential([flatten(), dense({ units: 3, activation: "softmax" })]);
    model.compile();
    const history = await model.fit(folder, { verbose: false, validationData: folder });
    expect(model.classNames).toEqual(["blue", "green", "red"]);
    expect(history.valAccuracy).toHaveLength(1);
  });

  test("a stream in pieces of any size gives the bits of the same rows in their order", async () => {
    const seen: number[] = [];
    async function* pieces(epoch: number): AsyncGenerator<[number[][], number[]]> {
      seen.push(epoch);
      await Promise.resolve();
      for (const [from, to] of [
        [0, 3],
        [3, 4],
        [4, 8],
      ] as const)
        yield [Array.from(x.data.subarray(from, to), (value) => [value]), [...y.data.subarray(from, to)]];
    }
    const streamed = compiled();
    await streamed.fit(pieces, { ...quiet, epochs: 2, stepsPerEpoch: 2 });
    const endless = compiled();
    function* forever(): Generator<[NdArray, NdArray]> {
      for (;;) yield [x, y];
    }
    await endless.fit(forever(), { ...quiet, epochs: 2, stepsPerEpoch: 2 });
    expect(seen).toEqual([1, 2]);
    expect(streamed.weights).toEqual(endless.weights);
    expect(streamed.weights?.["dense/bias"]).not.toEqual(Float32Array.of(0, 0));
  });

  test("a stream is told when no more is wanted, also after an error", async () => {
    let ended = 0;
    const stream = function* (): Generator<[NdArray, NdArray]> {
      try {
        for (;;) yield [x, y];
      } finally {
        ended++;
      }
    };
    await compiled().fit(stream, { ...quiet, stepsPerEpoch: 1, epochs: 2 });
    expect(ended).toBe(2);
    const fail = (): never => {
      throw new Error("mine");
    };
    const broken = { ...quiet, stepsPerEpoch: 1, callbacks: [{ onBatchEnd: fail }] };
    await expect(compiled().fit(stream, broken)).rejects.toThrow("mine");
    expect(ended).toBe(3);
    const bad = function* (): Generator {
      try {
        yield "no pair";
      } finally {
        ended++;
      }
    };
    await expect(compiled().fit(bad as never, { ...quiet, stepsPerEpoch: 1 })).rejects.toThrow(
      "expected [x, y]",
    );
    expect(ended).toBe(4);
  });

  test.each<[string, unknown, object, string]>([
    [
      "of unknown length",
      [[x, y]].values(),
      {},
      "model.fit: stepsPerEpoch: expected a whole number from 1 for a stream",
    ],
    [
      "that ends at once",
      [].values(),
      { stepsPerEpoch: 1 },
      "model.fit: expected a stream of [x, y], received one that ends at once",
    ],
    [
      "that ends early",
      [[x, y]].values(),
      { stepsPerEpoch: 3 },
      "model.fit: expected 12 examples an epoch, stepsPerEpoch times batchSize, received 8 in epoch 1, then the stream ended",
    ],
    ["of other things", [x].values(), { stepsPerEpoch: 1 }, "model.fit: stream: expected [x, y]"],
    [
      "whose pieces differ in shape",
      [
        [x, y],
        [[[1, 2]], [0]],
      ].values(),
      { stepsPerEpoch: 3 },
      "model.fit: stream: x: expected shape [n, 1], n 1 or more, received [1, 2]",
    ],
  ])("a stream %s is refused", async (_, stream, options, message) => {
    await expect(compiled().fit(stream as never, { ...quiet, ...options })).rejects.toThrow(message);
  });
});

describe("weights and layers", () => {
  test("weights are read and set by name, and predict one row alone", async () => {
    const model = compiled();
    await model.fit(x, y, quiet);
    const { "dense/kernel": kernel } = model.getWeights();
    expect(kernel?.shape).toEqual([1, 2]);
    model.setWeights({ "dense/kernel": [[-1, 1]], "dense/bias": [0, 0] });
    const p = 1 / (1 + Math.exp(-4));
    const single = await model.predict([2]);
    expect(single.shape).toEqual([2]);
    expect(single.data[1]).toBeCloseTo(p, 6);
    expect((await model.predict([[2], [2]])).shape).toEqual([2, 2]);
    kernel?.data.fill(9);
    expect(model.getWeights()["dense/kernel"]?.data).toEqual(Float32Array.of(-1, 1));
    await model.close();
  });

  test("weights that do not fit change nothing", async () => {
    const model = compiled();
    await model.fit(x, y, quiet);
    const before = model.getWeights();
    expect(() => model.setWeights({ "dense/bias": [1, 1], "dense/kernal": [[1, 1]] })).toThrow(
      'model.setWeights: dense/kernal: expected one of dense/kernel, dense/bias, received "dense/kernal"; use dense/kernel',
    );
    expect(() => model.setWeights({ "dense/bias": [1, 1, 1] })).toThrow(
      "model.setWeights: dense/bias: expected shape [2], received [3]",
    );
    expect(model.getWeights()).toEqual(before);
  });

  test("a model without weights needs all of them, and an input shape", () => {
    const { api } = toyPlatform();
    const open = api.sequential([dense({ units: 2, activation: "softmax" })]);
    expect(() => open.setWeights({})).toThrow("sequential: expected an input shape");
    const model = api.sequential([{ type: "input", shape: [1] }, dense({ units: 2, activation: "softmax" })]);
    expect(() => model.getWeights()).toThrow("model.getWeights: expected a trained model");
    expect(() => model.setWeights({ "dense/kernel": [[1, 2]] })).toThrow(
      "model.setWeights: dense/bias: expected numbers for every parameter of a model that has none yet",
    );
    model.setWeights({ "dense/kernel": [[1, 2]], "dense/bias": [0, 0] });
    expect(model.getWeights()["dense/kernel"]?.data).toEqual(Float32Array.of(1, 2));
  });

  test("layers are listed with their shapes and parameters, once the input shape is known", async () => {
    const model = compiled();
    expect(model.layers).toMatchObject([
      { name: "dense", config: { type: "dense", units: 2 }, parameters: [] },
    ]);
    await model.fit(x, y, quiet);
    expect(model.layers).toMatchObject([
      {
        name: "dense",
        outputShape: [2],
        parameters: [
          { name: "dense/kernel", shape: [1, 2], trainable: true },
          { name: "dense/bias", shape: [2], trainable: true },
        ],
      },
    ]);
  });
});
