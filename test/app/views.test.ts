import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { at } from "../../src/base/index.ts";
import { evaluate, predict, train } from "../../src/app/index.ts";
import { type FakeServices, colourImages, fakeServices, never, recorded, request } from "./fakeServices.ts";

const layers = [
  { type: "conv2d", filters: 4, kernelSize: 3, activation: "relu" },
  { type: "flatten" },
  { type: "dense", units: 3, activation: "softmax" },
];
const images = colourImages(10);

/** A run of a net whose predictions depend on where things are in the image. */
async function trainedWith(testTimeAugmentation?: object): Promise<FakeServices> {
  const services = fakeServices(images);
  await services.files.write("net.json", JSON.stringify({ name: "net", layers, testTimeAugmentation }));
  await recorded(train({ ...request, model: "net.json" }, services, never));
  return services;
}

/** Probabilities of the classes for each validation image, by its path. */
function written({ files }: FakeServices, run: string): ReadonlyMap<string, readonly number[]> {
  const rows: readonly Record<string, string>[] = parse(files.text(`${run}/predictions.csv`), {
    columns: true,
  });
  return new Map(
    rows.map((row) => [row["path"] ?? "", ["blue", "green", "red"].map((name) => Number(row[`p(${name})`]))]),
  );
}

describe("a model that looks at several views of an image", () => {
  test("gives the same probabilities in train, evaluate and predict, other than by the image alone", async () => {
    const services = await trainedWith({ mirror: true, shift: 1 });
    const ofTraining = written(services, "run");
    expect(ofTraining.size).toBeGreaterThan(2);

    const alone = written(await trainedWith(), "run");
    expect([...alone.keys()]).toEqual([...ofTraining.keys()]);
    expect([...alone.values()]).not.toEqual([...ofTraining.values()]);

    await recorded(
      evaluate({ model: "run", data: "cells", out: "evaluation", detect: false }, services, never),
    );
    const ofEvaluation = written(services, "evaluation");
    for (const path of ofTraining.keys()) {
      services.files.held.set(`in/${path}`, new TextEncoder().encode(images[path]));
      const { result } = await recorded(predict({ model: "run", images: [`in/${path}`] }, services, never));
      const { top = [] } = at(result.predictions, 0);
      const predicted = ["blue", "green", "red"].map(
        (name) => top.find(({ label }) => label === name)?.probability,
      );
      for (const [c, probability] of (ofTraining.get(path) ?? []).entries()) {
        expect(predicted[c]).toBeCloseTo(probability, 4);
        expect(ofEvaluation.get(path)?.[c]).toBeCloseTo(probability, 4);
      }
    }
  });
});
