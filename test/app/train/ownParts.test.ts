import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { type TrainRequest, type TrainResult, labels, resultOf, train } from "../../../src/app/index.ts";
import { type FakeServices, colourImages, fakeServices, never, request } from "../fakeServices.ts";

const tested = 33;

/** 60 training and 33 test images, by a column; the test images of one class are of groups of their own. */
function servicesWith(validation = 0, crossing = 0): FakeServices {
  const images = colourImages(20 + validation + 11);
  const rows = Object.keys(images).map((path) => {
    const i = Number(/\d+/.exec(path)?.[0]);
    const part = i < 20 ? "train" : i < 20 + validation ? "val" : "test";
    // The first test or validation images of each class come from the source of a training image.
    const group = i >= 20 && i < 20 + crossing ? i - 20 : i;
    return `${path},${path.replace(/[/].*/, "")},${part},${path.replace(/[/].*/, "")}${group}`;
  });
  return fakeServices({ ...images, "labels.csv": ["path,label,split,group", ...rows].join("\n") });
}

const trained = (services: FakeServices, changes: Partial<TrainRequest> = {}): Promise<TrainResult> =>
  resultOf(train({ ...request, epochs: 1, ...changes }, services, never), () => undefined);

const rowsOf = (services: FakeServices, name = "split.csv"): readonly Record<string, string>[] =>
  parse(services.files.text(`run/${name}`), { columns: true });

/** Images of the author's test part that a model was trained or validated on. */
const trainedOn = (services: FakeServices): number =>
  rowsOf(services).filter(
    ({ path = "", part, fold }) => Number(/\d+/.exec(path)?.[0]) >= 20 && (part !== "test" || Boolean(fold)),
  ).length;

describe("an image that the author marked test", () => {
  test.each<[string, Partial<TrainRequest>]>([
    ["by default", {}],
    ["in folds", { folds: 2 }],
  ])("is never trained on %s, and measured apart", async (_, changes) => {
    const services = servicesWith();
    const result = await trained(services, changes);
    expect(trainedOn(services)).toBe(0);
    expect(result.test?.count).toBe(tested);
    expect(result.images.test).toBe(tested);
    expect(result.splitReport.ownParts).toMatchObject({ outcome: "drawn", test: tested, pooled: 0 });
    expect(rowsOf(services, "predictions.csv").filter(({ part }) => part === "test")).toHaveLength(tested);
  });

  test("is trained on where the parts are pooled, which says so", async () => {
    const services = servicesWith();
    const result = await trained(services, { split: "pooled" });
    expect(trainedOn(services)).toBe(tested);
    expect(result).not.toHaveProperty("test");
    expect(result.splitReport.ownParts).toMatchObject({ outcome: "pooled", pooled: tested });
  });

  test("is in no fold of a review of the labels", async () => {
    const services = servicesWith();
    const result = await resultOf(
      labels({ ...request, epochs: 1, folds: 2 }, services, never),
      () => undefined,
    );
    expect(result.count).toBe(60);
    expect(trainedOn(services)).toBe(0);
    const listed = result.labels.map(({ path }) => Number(/\d+/.exec(path)?.[0]));
    expect(Math.max(...listed)).toBeLessThan(20);
  });
});

test("folds that leave a test part out are run again from their split.csv with the same metrics", async () => {
  const services = servicesWith();
  const first = await trained(services, { folds: 2 });
  const again = await trained(services, { split: "run/split.csv", out: "again" });
  expect(again).toMatchObject({
    accuracy: first.accuracy,
    loss: first.loss,
    test: { loss: first.test?.loss },
  });
  expect(services.files.text("again/split.csv")).toBe(services.files.text("run/split.csv"));
});

describe("the author's training and validation parts", () => {
  test("are kept by default, and warn with the number of images whose group is in the training part too", async () => {
    const { images, splitReport } = await trained(servicesWith(5, 7));
    expect(images).toEqual({ train: 60, validation: 15, test: 33 });
    expect(splitReport.ownParts).toMatchObject({ outcome: "kept" });
    expect(splitReport.leaking).toEqual({ validation: 15, test: 6 });
    expect(splitReport.warnings.find(({ code }) => code === "leakage")?.data).toEqual({
      source: "column",
      split: "folders",
      leaking: { validation: 15, test: 6 },
      nearDuplicates: false,
      images: { validation: 15, test: 33 },
    });
  });
});

test("a run that an older version began with a pooled split resumes with it", async () => {
  const services = servicesWith();
  const controller = new AbortController();
  const events = train({ ...request, epochs: 3, split: "pooled" }, services, controller.signal);
  for await (const { type } of events) if (type === "epoch") controller.abort();
  const config = services.files.text("run/config.json").replace('"pooled"', '"grouped"');
  await services.files.write("run/config.json", config);
  const before = services.files.text("run/split.csv");
  const { data, out } = request;
  const result = await resultOf(train({ data, out, resume: true }, services, never), () => undefined);
  expect(result.epochs).toBe(3);
  expect(services.files.text("run/split.csv")).toBe(before);
  expect(result.images.test).toBe(0);
});
