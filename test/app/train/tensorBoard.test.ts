import { expect, test } from "vitest";
import { train } from "../../../src/app/index.ts";
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

function eventsBelow(services: FakeServices, part: string): ReturnType<typeof eventsIn> {
  const [path = ""] = filesBelow(services, `logs/run/${part}`);
  return eventsIn(services.files.held.get(`logs/run/${part}/${path}`)!);
}

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
