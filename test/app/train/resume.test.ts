import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, test } from "vitest";
import { type TrainEvent, type TrainRequest, type TrainResult, train } from "../../../src/app/index.ts";
import { readBundle } from "../../../src/bundle/index.ts";
import { globalAveragePooling2d, sgd } from "../../../src/nn/index.ts";
import { wasmBackend } from "../../../src/platform/node/index.ts";
import {
  type FakeServices,
  type Recorded,
  colourImages,
  fakeServices,
  filesBelow,
  never,
  recorded,
  request,
} from "../fakeServices.ts";
import { modelBytes } from "../smallModel.ts";

const epochs = 4;
const resume: TrainRequest = { data: "cells", out: "run", resume: true };

type Files = ReadonlyMap<string, Uint8Array>;

/** The files of a run that was broken off after its second checkpoint. */
let left: Files;
const images = colourImages(6);

beforeAll(async () => {
  left = await brokenOff(images);
});

async function brokenOff(data: Record<string, string>): Promise<Files> {
  const services = fakeServices(data);
  let seen = 0;
  // Where the third epoch is told, its checkpoint is not written yet.
  for await (const { type } of train({ ...request, epochs }, services, never))
    if (type === "epoch" && ++seen === 3) break;
  return services.files.held;
}

/** Services where that run lies, for data that may have changed since. */
function withRun(data: Record<string, string> = images, run: Files = left): FakeServices {
  const services = fakeServices(data);
  for (const [path, bytes] of run) services.files.held.set(path, bytes);
  return services;
}

const resumed = (
  services: FakeServices,
  changes: Partial<TrainRequest> = {},
): Promise<Recorded<TrainEvent, TrainResult>> => recorded(train({ ...resume, ...changes }, services, never));

/** Expects a refusal that leaves the run as it was and closes what was opened. */
async function refuses(
  services: FakeServices,
  says: RegExp,
  changes: Partial<TrainRequest> = {},
): Promise<void> {
  const before = new Map(services.files.held);
  await expect(resumed(services, changes)).rejects.toThrow(says);
  expect(services.files.held).toEqual(before);
  expect([...services.open]).toEqual([]);
}

describe("a resumed training", () => {
  test("goes on after its last checkpoint, to as many epochs as it was begun with", async () => {
    const services = withRun();
    const { events, result } = await resumed(services);
    expect(events.find(({ type }) => type === "ready")).toMatchObject({ firstEpoch: 3, epochs });
    expect(events.flatMap((event) => (event.type === "epoch" ? [event.epoch] : []))).toEqual([3, 4]);
    expect(result).toMatchObject({ epochs, end: "done" });
    const history: readonly Record<string, string>[] = parse(services.files.text("run/history.csv"), {
      columns: true,
    });
    expect(history.map(({ epoch }) => epoch)).toEqual(["1", "2", "3", "4"]);
    for (const kept of ["run/config.json", "run/split.csv"]) {
      expect(services.files.written).not.toContain(kept);
      expect(services.files.held.get(kept)).toBe(left.get(kept));
    }
  });

  test("comes to the metrics of one that was never broken off", async () => {
    const whole = await recorded(train({ ...request, epochs }, fakeServices(images), never));
    const { result } = await resumed(withRun());
    // A checkpoint holds float32, and the reference computes in float64.
    expect(result.loss).toBeCloseTo(whole.result.loss, 5);
    expect(result.confusionMatrix).toEqual(whole.result.confusionMatrix);
    expect(result.splitReport).toEqual(whole.result.splitReport);
  });

  test("may use another number of threads, which changes no bit", async () => {
    const asked: unknown[] = [];
    const services = withRun();
    const openBackend: typeof services.openBackend = (options) => {
      asked.push(options);
      return services.openBackend(options);
    };
    await resumed({ ...services, openBackend }, { threads: 3 });
    expect(asked).toEqual([{ exact: false, threads: 3 }]);
  });

  test("that is broken off again keeps the newest checkpoint and goes on from there", async () => {
    const services = withRun();
    let told = 0;
    for await (const { type } of train(resume, services, never)) if (type === "epoch" && ++told === 2) break;
    const { events } = await resumed(services);
    expect(events.find(({ type }) => type === "ready")).toMatchObject({ firstEpoch: 4 });
  });
});

test.each([1, 2])(
  "a resume in the middle of a cycle of rate and momentum gives the same bits, %i threads",
  async (threads) => {
    const cycling: TrainRequest = {
      ...request,
      epochs,
      optimizer: sgd({ momentum: 0.9 }),
      schedule: { type: "oneCycle", momentum: { min: 0.8, max: 0.9 } },
    };
    const backend = await wasmBackend({ threads });
    const openBackend: FakeServices["openBackend"] = async () => ({
      ...backend,
      close: async () => undefined,
    });
    try {
      const whole = { ...fakeServices(images), openBackend };
      await recorded(train(cycling, whole, never));
      const broken = { ...fakeServices(images), openBackend };
      let told = 0;
      for await (const { type } of train(cycling, broken, never)) if (type === "epoch" && ++told === 3) break;
      await resumed(broken);
      const ofTime = new Set(["seconds", "stall_fraction"]);
      const epochsOf = ({ files }: FakeServices): readonly Readonly<Record<string, string>>[] => {
        const rows: readonly Record<string, string>[] = parse(files.text("run/history.csv"), {
          columns: true,
        });
        return rows.map((row) =>
          Object.fromEntries(Object.entries(row).filter(([name]) => !ofTime.has(name))),
        );
      };
      expect(epochsOf(broken)).toEqual(epochsOf(whole));
      expect(new Set(epochsOf(whole).map((row) => row["learning_rate"])).size).toBe(epochs);
      const weightsOf = ({ files }: FakeServices): unknown =>
        readBundle(files.held.get("run/model.safetensors")!, "model").weights;
      expect(weightsOf(broken)).toEqual(weightsOf(whole));
    } finally {
      await backend.close();
    }
  },
);

describe("a resume is refused, and the run stays as it is,", () => {
  const others: Required<
    Omit<TrainRequest, "data" | "out" | "resume" | "threads" | "learningRate" | "tensorboard">
  > = {
    model: "plain4",
    range: { min: 0, max: 4095 },
    size: 6,
    epochs: 4,
    minutes: 5,
    lengths: [{ after: 2, epochs: 3 }],
    batch: 8,
    optimizer: "sgd",
    schedule: "step",
    warmupEpochs: 1,
    weightDecay: 0.1,
    clipNorm: 1,
    accumulate: 2,
    ema: true,
    lookahead: true,
    classWeights: "balanced",
    sampling: "balanced",
    loss: "categoricalFocalCrossentropy",
    labelSmoothing: 0.1,
    ensemble: true,
    mixup: true,
    cutmix: 0.5,
    normalise: "rescale",
    batchNormStatistics: "moving",
    seed: 0,
    split: "grouped",
    groupPattern: "p",
    detect: false,
    classFolders: "inner",
    mergeClasses: true,
    validation: 0.2,
    monitor: "loss",
    patience: 3,
    minDelta: 0.01,
    startFromEpoch: 1,
    folds: 2,
    augment: "none",
    exact: true,
  };
  const options = Object.entries({ ...others, learningRate: 0.1 });
  const flags: Readonly<Record<string, string>> = {
    learningRate: "lr",
    groupPattern: "group-pattern",
    classFolders: "class-folders",
    mergeClasses: "merge-classes",
    warmupEpochs: "warmup-epochs",
    weightDecay: "weight-decay",
    clipNorm: "clip-norm",
    minDelta: "min-delta",
    labelSmoothing: "label-smoothing",
    batchNormStatistics: "batch-norm-statistics",
    startFromEpoch: "start-from-epoch",
    classWeights: "class-weights",
  };

  test.each(options)("with the option %s, even at the run's own value", async (name, value) => {
    await refuses(withRun(), new RegExp(`^--${flags[name] ?? name}: `), { [name]: value });
    await expect(resumed(withRun(), { [name]: value })).rejects.toMatchObject({ exitCode: 2 });
  });

  const { "red/0.png": first = "", ...withoutFirst } = images;
  test.each<[string, Record<string, string>, RegExp]>([
    ["an image has other bytes", { ...images, "red/0.png": "190 20 30 77" }, /red\/0\.png: .*sha256/],
    ["an image is gone", withoutFirst, /red\/0\.png/],
    ["an image has come", { ...images, "red/new.png": first }, /red\/new\.png/],
    ["a class has come", { ...images, "violet/0.png": first, "violet/1.png": first }, /^cells: .*violet/],
  ])("where %s", async (_, data, says) => {
    await refuses(withRun(data), says);
  });

  test("where there is no run", async () => {
    await refuses(withRun(), /^--resume: elsewhere: /, { out: "elsewhere" });
  });

  test.each<[string, string, Uint8Array | string, RegExp]>([
    ["the checkpoint is no record", "checkpoints/last.safetensors", "text", /^run\/checkpoints\/last/],
    [
      "the checkpoint is another record",
      "checkpoints/last.safetensors",
      modelBytes([globalAveragePooling2d()]),
      /^run\/checkpoints\/last/,
    ],
    ["config.json is cut off", "config.json", '{"format": "fovea-run"', /^run\/config\.json: /],
    ["config.json is of another program", "config.json", '{"format": "other"}', /^run\/config\.json: /],
  ])("where %s", async (_, name, bytes, says) => {
    const services = withRun();
    await services.files.write(`run/${name}`, bytes);
    await refuses(services, says);
  });

  test("where the machine rounds otherwise", async () => {
    const services = withRun();
    const openBackend: typeof services.openBackend = async (options) => ({
      ...(await services.openBackend(options)),
      arithmetic: "another",
    });
    await refuses({ ...services, openBackend }, /^--resume: run: .*another/);
  });

  test("where it needs more memory than there is", async () => {
    await refuses({ ...withRun(), memory: { bytes: 1000, of: "of the test" } }, /^memory: /);
    expect(filesBelow(withRun(), "run")).toContain("checkpoints/last.safetensors");
  });
});

describe("a run on a table with a column of weights", () => {
  const paths = Object.keys(images);
  /** The images with a table of their weights; without a weight in a cell of 1. */
  const weighed = (weightOf: (path: string) => number | undefined, column = "weight"): typeof images => ({
    ...images,
    "labels.csv": [
      `path,label,${column}`,
      ...paths.map((path) => `${path},${path.replace(/\/.*/, "")},${weightOf(path) ?? ""}`),
    ].join("\n"),
  });
  const ofBlue = (weight: number) => weighed((path) => (path.startsWith("blue/") ? weight : undefined));
  let weightedRun: Files;
  beforeAll(async () => {
    weightedRun = await brokenOff(ofBlue(0.1));
  });

  test("resumes with the same weights", async () => {
    const { result } = await resumed(withRun(ofBlue(0.1), weightedRun));
    const whole = await recorded(train({ ...request, epochs }, fakeServices(ofBlue(0.1)), never));
    expect(result.loss).toBeCloseTo(whole.result.loss, 5);
  });

  test("resumes where only images that are not trained on count otherwise", async () => {
    const csv: readonly Record<string, string>[] = parse(
      new TextDecoder().decode(weightedRun.get("run/split.csv")),
      { columns: true },
    );
    const isTrained = (path: string): boolean =>
      csv.some((row) => row["path"] === path && row["part"] === "train");
    const data = weighed((path) => (isTrained(path) ? (path.startsWith("blue/") ? 0.1 : undefined) : 3));
    expect((await resumed(withRun(data, weightedRun))).result.epochs).toBe(epochs);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      "a weight has changed",
      ofBlue(0.2),
      /^run\/split\.csv: blue\/\d\.png: .*weight 0\.1.*weight 0\.2 in the data; /,
    ],
    ["the column is gone", weighed(() => undefined, "other"), /weight 0\.1, .*no weight in the data/],
  ])("does not where %s", (_, data, says) => refuses(withRun(data, weightedRun), says));

  test("does not where the column has come since", () =>
    refuses(withRun(weighed(() => 1)), /expected no weight, .*received the weight 1 in the data/));
});
