import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { train } from "../../../src/app/index.ts";
import { snakeCase } from "../../../src/base/index.ts";
import { readBundle } from "../../../src/bundle/index.ts";
import { eventsIn } from "../../formats/eventFiles.ts";
import {
  type FakeServices,
  colourImages,
  fakeServices,
  filesBelow,
  never,
  recorded,
  request,
} from "../fakeServices.ts";

const logged = { ...request, epochs: 2, tensorboard: "logs" };

/** The events of all files of a part, in the order of their names. */
const eventsBelow = (services: FakeServices, part: string): ReturnType<typeof eventsIn> =>
  filesBelow(services, `logs/run/${part}`).flatMap((path) =>
    eventsIn(services.files.held.get(`logs/run/${part}/${path}`)!),
  );

test("the event files hold each epoch's figures and weights, as the history and the model have them", async () => {
  const services = fakeServices();
  const { result } = await recorded(train(logged, services, never));
  const history = services.files.text("run/history.csv").trim().split("\n").slice(1);
  const [header, ...epochs] = eventsBelow(services, "train");
  expect(header).toMatchObject({ version: "brain.Event:2" });
  expect(epochs.map(({ step }) => step)).toEqual([1, 2]);
  for (const [i, { scalars }] of epochs.entries()) {
    const [, loss, accuracy] = history[i]!.split(",").map(Number);
    expect(scalars["epoch_loss"]).toBeCloseTo(loss!, 5);
    expect(scalars["epoch_accuracy"]).toBeCloseTo(accuracy!, 5);
  }
  const { weights } = readBundle(services.files.held.get("run/model.safetensors")!, "model");
  const last = epochs[result.bestEpoch - 1]!.histograms;
  expect(Object.keys(last)).toEqual(Object.keys(weights));
  const kernel = weights["dense/kernel"]!;
  expect(last["dense/kernel"]!.numbers.slice(0, 3)).toEqual([
    Math.min(...kernel),
    Math.max(...kernel),
    kernel.length,
  ]);
});

test("validation has its own file, with the images of errors at the end", async () => {
  const services = fakeServices();
  // A step too small to learn anything: some classes are wrong.
  const { result } = await recorded(train({ ...logged, learningRate: 1e-9 }, services, never));
  const events = eventsBelow(services, "validation");
  expect(events.map(({ step }) => step)).toEqual([0, 1, 2, 2]);
  expect(events[2]!.scalars["epoch_accuracy"]).toBeCloseTo(result.accuracy, 6);
  const wrong = services.files
    .text("run/predictions.csv")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","))
    .filter(([, , label, predicted]) => label !== predicted);
  const images = Object.keys(events[3]!.images);
  expect(images).toHaveLength(Math.min(wrong.length, 16));
  for (const tag of images)
    expect(tag).toMatch(/^errors\/(\w+)\/.*: \1, predicted (?!\1)\w+ \(\d+(\.\d)?%\)$/);
});

test.each(["balancedAccuracy", "macroF1"] as const)(
  "the metric %s that decides the epoch stands beside accuracy, as in the history",
  async (monitor) => {
    const services = fakeServices();
    const { result } = await recorded(train({ ...logged, epochs: 3, monitor }, services, never));
    const history: readonly Record<string, string>[] = parse(services.files.text("run/history.csv"), {
      columns: true,
    });
    const name = snakeCase(monitor);
    const values = eventsBelow(services, "validation").flatMap(
      ({ scalars }) => scalars[`epoch_${name}`] ?? [],
    );
    expect(values).toEqual(
      history.map((row) => expect.closeTo(Number(row[`validation_${name}`]), 5) as number),
    );
    expect(values).toHaveLength(3);
    expect(values[result.bestEpoch - 1]).toBe(Math.max(...values));
    expect(eventsBelow(services, "train").every(({ scalars }) => !(`epoch_${name}` in scalars))).toBe(true);
  },
);

describe("a resumed run", () => {
  /** Services where a run was broken off when its third epoch was told: its events are written, its checkpoint is not. */
  async function brokenOff(): Promise<FakeServices> {
    const services = fakeServices();
    let seen = 0;
    for await (const { type } of train({ ...logged, epochs: 4 }, services, never))
      if (type === "epoch" && ++seen === 3) break;
    return { ...services, now: () => services.now() + 60_000 };
  }
  const resume = { data: "cells", out: "run", resume: true, tensorboard: "logs" } as const;

  test("writes on in files of its own, in which the session starts at its first epoch", async () => {
    const services = await brokenOff();
    await recorded(train(resume, services, never));
    const history = services.files.text("run/history.csv").trim().split("\n").slice(1);
    for (const part of ["train", "validation"]) {
      expect(filesBelow(services, `logs/run/${part}`)).toHaveLength(2);
      const events = eventsBelow(services, part).filter(({ images }) => Object.keys(images).length === 0);
      expect(events.map(({ step, session }) => (session === 1 ? `from ${step}` : step))).toEqual([
        0,
        1,
        2,
        3,
        0,
        "from 3",
        3,
        4,
      ]);
    }
    const losses = eventsBelow(services, "train").map(({ scalars }) => scalars["epoch_loss"]);
    // The third epoch is repeated to the same bits.
    expect(losses[6]).toBe(losses[3]);
    expect(losses[7]).toBeCloseTo(Number(history[3]!.split(",")[1]), 5);
  });

  test("that is refused leaves the events of before, and none of its own", async () => {
    const services = await brokenOff();
    const before = [...services.files.held.keys()];
    const openBackend = (): never => {
      throw new Error("no engine");
    };
    await expect(recorded(train(resume, { ...services, openBackend }, never))).rejects.toThrow("no engine");
    services.files.held.set("run/checkpoints/last.safetensors", new Uint8Array(8));
    await expect(recorded(train(resume, services, never))).rejects.toThrow(/checkpoints/);
    expect([...services.files.held.keys()]).toEqual(before);
  });
});

test("a place that cannot be written to is told before an image is read, and nothing stays", async () => {
  const services = fakeServices(colourImages(10), {});
  const files = { ...services.files, append: () => Promise.reject(new Error("no place")) };
  await expect(recorded(train(logged, { ...services, files }, never))).rejects.toThrow("no place");
  expect([...services.open]).toEqual([]);
  const broken = fakeServices({ "red/0.png": "red 1" });
  await expect(recorded(train(logged, broken, never))).rejects.toThrow();
  expect(filesBelow(broken, "logs")).toEqual([]);
});

test("without the option no event file is written", async () => {
  const services = fakeServices();
  await recorded(train({ ...request, epochs: 1 }, services, never));
  expect([...services.files.held.keys()].filter((path) => path.includes("tfevents"))).toEqual([]);
});
