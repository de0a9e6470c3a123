import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type TrainEvent,
  type TrainRequest,
  type TrainResult,
  evaluate,
  explain,
  predict,
  train,
} from "../../../src/app/index.ts";
import { at } from "../../../src/base/index.ts";
import { readNets, writeBundle } from "../../../src/bundle/index.ts";
import { stagesOf } from "../../../src/data/index.ts";
import {
  type FakeServices,
  type Recorded,
  colourImages,
  fakeServices,
  never,
  recorded,
  request,
} from "../fakeServices.ts";

const trained = (
  services: FakeServices,
  changes: Partial<TrainRequest> = {},
): Promise<Recorded<TrainEvent, TrainResult>> =>
  recorded(
    train(
      { ...request, epochs: 1, folds: 3, ensemble: true, normalise: "standardize", ...changes },
      services,
      never,
    ),
  );

type Row = Readonly<Record<string, string>>;
const rowsOf = (services: FakeServices, path: string): readonly Row[] =>
  parse(services.files.text(path), { columns: true });

const netsOf = (services: FakeServices): ReturnType<typeof readNets> =>
  readNets(services.files.held.get("run/model.safetensors") ?? new Uint8Array(), "m");

/** The images of every class after the twelfth are the data's own test part. */
const images = colourImages(16);
const table = Object.keys(images).map((path) => {
  const [label = "", name = ""] = path.split("/");
  return `${path},${label},${Number.parseInt(name) < 12 ? "train" : "test"},${path}`;
});
const tested = { ...images, "labels.csv": ["path,label,split,group", ...table].join("\n") };

/** What one model file says of every image, by path. */
async function evaluated(services: FakeServices, model: string): Promise<Map<string, Row>> {
  const out = `by-${model.replaceAll("/", "-")}`;
  await recorded(evaluate({ model, data: "cells", out }, services, never));
  return new Map(rowsOf(services, `${out}/predictions.csv`).map((row) => [row["path"] ?? "", row]));
}

const probabilitiesIn = (row: Row | undefined): readonly number[] =>
  Object.entries(row ?? {}).flatMap(([name, text]) => (name.startsWith("p(") ? [Number(text)] : []));

describe("an ensemble of a cross-validation's nets", () => {
  const services = fakeServices(tested);
  let { events, result }: Partial<Recorded<TrainEvent, TrainResult>> = {};
  beforeAll(async () => {
    ({ events, result } = await trained(services));
  });

  test("is one file of a net for each fold, with its own weights and normalisation, and no final model is trained", () => {
    const nets = netsOf(services);
    expect(nets.map(({ training }) => training?.["fold"])).toEqual([1, 2, 3]);
    expect(nets.map(({ training }) => training?.["accuracy"])).toEqual(result?.folds?.accuracies);
    expect(new Set(nets.map(({ weights }) => JSON.stringify(Object.values(weights)))).size).toBe(3);
    expect(new Set(nets.map(({ transforms }) => JSON.stringify(stagesOf(transforms).normalise))).size).toBe(
      3,
    );
    expect(events?.filter(({ type }) => type === "epoch")).toHaveLength(3);
    expect(events?.filter(({ type }) => type === "fold")).toHaveLength(3);
    expect(result?.folds?.ensemble).toBe(true);
  });

  test("predicts and evaluates the mean of its nets, each of which predicted its own fold as predictions.csv has it", async () => {
    for (const [i, net] of netsOf(services).entries())
      services.files.held.set(`nets/${i + 1}.safetensors`, writeBundle(net));
    const each = await Promise.all([1, 2, 3].map((i) => evaluated(services, `nets/${i}.safetensors`)));
    const whole = await evaluated(services, "run");
    const written = new Map(rowsOf(services, "run/predictions.csv").map((row) => [row["path"] ?? "", row]));
    const folds = new Map(
      rowsOf(services, "run/split.csv").map(({ path = "", fold }) => [path, Number(fold)]),
    );
    expect(whole.size).toBe(48);
    for (const [path, row] of whole) {
      const own = each.map((rows) => probabilitiesIn(rows.get(path)));
      const mean = probabilitiesIn(row).map((_, c) => own.reduce((sum, p) => sum + at(p, c), 0) / 3);
      const fold = folds.get(path) || 0;
      const held = fold === 0 ? mean : at(own, fold - 1);
      expect(mean).toHaveLength(3);
      for (const [c, p] of mean.entries()) {
        expect(at(probabilitiesIn(row), c)).toBeCloseTo(p, 4);
        expect(at(probabilitiesIn(written.get(path)), c)).toBeCloseTo(at(held, c), 4);
      }
    }
    const [path = ""] = whole.keys();
    await services.files.write("new.png", images[path] ?? "");
    const said = await recorded(predict({ model: "run", images: ["new.png"] }, services, never));
    const [first] = said.result.predictions;
    if (!first || "error" in first) throw new Error(first?.error);
    expect(first.probability).toBeCloseTo(Math.max(...probabilitiesIn(whole.get(path))), 4);
  });

  test("is measured on the data's own test part, and its training images are known when it is evaluated", async () => {
    expect(result?.images).toEqual({ train: 36, validation: 36, test: 12 });
    expect(result?.test?.count).toBe(12);
    const { overlap } = (await recorded(evaluate({ model: "run", data: "cells" }, services, never))).result;
    expect(overlap).toMatchObject({
      code: "training-overlap",
      data: { images: 48, training: 36, validation: 0 },
    });
  });

  test("is not explained, and lends another training its architecture", async () => {
    const explaining = recorded(
      explain({ model: "run", images: ["cells/red/0.png"], out: "maps" }, services, never),
    );
    await expect(explaining).rejects.toThrow(/expected a model file of one net, received an ensemble of 3;/);
    const other = { out: "other", model: "run/model.safetensors", folds: 2, ensemble: false };
    expect((await trained(services, other)).result.folds?.ensemble).toBeUndefined();
  });
});

test("an ensemble without folds is refused before anything is read", async () => {
  const services = fakeServices(images);
  const { folds: _, ...without } = request;
  await expect(recorded(train({ ...without, ensemble: true }, services, never))).rejects.toThrow(
    /^--ensemble: expected --folds beside it, received none;/,
  );
});
