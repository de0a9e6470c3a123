import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type EvaluateRequest, type EvaluationResult, evaluate } from "../../src/app/index.ts";
import { globalAveragePooling2d } from "../../src/nn/index.ts";
import { type FakeServices, colourImages, fakeServices, never, recorded } from "./fakeServices.ts";
import { modelBytes } from "./smallModel.ts";

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A run folder whose untrained model knows the classes of the data, and two images of each. */
function servicesWith(images = colourImages(2), classNames = ["blue", "green", "red"]): FakeServices {
  const services = fakeServices(images);
  services.files.held.set(
    "run/model.safetensors",
    modelBytes([globalAveragePooling2d()], { side: 6, classNames }),
  );
  return services;
}

const request: EvaluateRequest = { model: "run", data: "cells", detect: false };

const evaluated = async (
  services: FakeServices,
  changes: Partial<EvaluateRequest> = {},
): Promise<EvaluationResult> =>
  (await recorded(evaluate({ ...request, ...changes }, services, never))).result;

describe("an evaluation", () => {
  test("takes a run folder for its model file, and counts by their bytes the images it was made from", async () => {
    const images = colourImages(2);
    const services = servicesWith(images);
    const row = (path: string, part: string): string => {
      const [label = ""] = path.split("/");
      return `elsewhere/${path},${label},${part},${digestOf(images[path] ?? "")}`;
    };
    const rows = [
      row("green/0.png", "train"),
      row("red/0.png", "train"),
      row("red/1.png", "validation"),
      row("green/1.png", "test"),
    ];
    await services.files.write("run/split.csv", ["path,label,part,sha256", ...rows].join("\n"));
    const result = await evaluated(services);
    expect(result.model).toBe("run/model.safetensors");
    expect(result.overlap).toMatchObject({
      code: "training-overlap",
      data: { images: 6, training: 2, validation: 1 },
    });
  });

  test("does not know the training images where no split lies beside the model", async () => {
    const services = servicesWith();
    expect((await evaluated(services, { model: "run/model.safetensors" })).overlap).toMatchObject({
      code: "training-overlap-unknown",
      data: { images: 6 },
    });
  });

  test("matches classes by name, and data may lack some", async () => {
    const images = Object.fromEntries(
      Object.entries(colourImages(2)).filter(([path]) => !path.startsWith("blue/")),
    );
    const whole = await evaluated(servicesWith());
    const part = await evaluated(servicesWith(images));
    expect(part.classes).toEqual(["blue", "green", "red"]);
    expect(part.perClass.map(({ support }) => support)).toEqual([0, 2, 2]);
    expect(part.confusionMatrix.slice(1)).toEqual(whole.confusionMatrix.slice(1));
  });

  test("refuses a class that the model does not know, before an image is read", async () => {
    const services = servicesWith(undefined, ["blue", "green", "violet"]);
    const codec = { decode: () => Promise.reject(new Error("no image has to be read")) };
    await expect(evaluated({ ...services, codec })).rejects.toThrow(/^cells: .*red/);
    expect([...services.open]).toEqual([]);
  });

  test("gives the same metrics for every batch size", async () => {
    const [one, all] = [await evaluated(servicesWith(), { batch: 1 }), await evaluated(servicesWith())];
    expect(one.confusionMatrix).toEqual(all.confusionMatrix);
    expect(one.loss).toBeCloseTo(all.loss, 6);
  });

  test("counts a group of the pattern as one, and names what it skipped", async () => {
    const services = servicesWith({ ...colourImages(4), "red/x.png": "no image", "notes.txt": "words" });
    const result = await evaluated(services, { groupPattern: "([a-z]+)/" });
    expect(result).toMatchObject({ count: 12, groups: 3, groupSource: "pattern" });
    expect(result.skipped.map(({ path }) => path).toSorted()).toEqual(["notes.txt", "red/x.png"]);
  });

  test("tells found, read and groups, and closes the data and the engine", async () => {
    const services = servicesWith();
    const { events } = await recorded(evaluate(request, services, never));
    const types = events.map(({ type }) => type).filter((type) => type !== "reading");
    expect(types).toEqual(["found", "read", "groups"]);
    expect([...services.open]).toEqual([]);
    expect(services.files.written).toEqual([]);
  });
});
