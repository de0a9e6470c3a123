import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
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

  test("says of a class whose files are all broken that nothing is measured of it", async () => {
    const images = { ...colourImages(2), "red/0.png": "no image", "red/1.png": "no image" };
    const { notes, count } = await evaluated(servicesWith(images));
    expect(count).toBe(4);
    expect(notes).toMatchObject([
      {
        code: "classes-without-images",
        data: { classes: [{ name: "red", files: 2, reason: expect.stringContaining("expected an image") }] },
      },
    ]);
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
    const types = events.map(({ type }) => type).filter((type) => type !== "reading" && type !== "working");
    expect(types).toEqual(["found", "read", "groups", "evaluating"]);
    expect(events.findLast(({ type }) => type === "evaluating")).toEqual({
      type: "evaluating",
      done: 6,
      total: 6,
    });
    expect([...services.open]).toEqual([]);
    expect(services.files.written).toEqual([]);
  });
});

/** A split.csv beside the model that puts two of four images of each class into one group. */
async function withSplit(
  images: Readonly<Record<string, string>>,
  left: readonly string[] = [],
): Promise<FakeServices> {
  const services = servicesWith(images);
  const rows = Object.entries(images)
    .filter(([path]) => !left.includes(path))
    .map(([path, text], i) =>
      [
        path,
        path.replace(/[/].*/, ""),
        `g${path.replace(/[01].png/, "")}`,
        i === 0 ? "validation" : "train",
        digestOf(text),
      ].join(","),
    );
  await services.files.write("run/split.csv", ["path,label,group,part,sha256", ...rows].join("\n"));
  services.files.written.length = 0;
  return services;
}

describe("groups of images that the model's split knows", () => {
  const images = colourImages(4);

  test("are taken from there, and nothing is compared", async () => {
    const services = await withSplit(images);
    const { result, events } = await recorded(evaluate({ ...request, detect: true }, services, never));
    // Images 0 and 1 of each class are one group; the others have groups of their own.
    expect(result).toMatchObject({ groups: 9, groupSource: "file", count: 12 });
    expect(events.some(({ type }) => type === "comparing")).toBe(false);
  });

  test("are searched for where one image is not known there, and not where that one is no image", async () => {
    const unknown = await recorded(
      evaluate({ ...request, detect: true }, await withSplit(images, ["red/3.png"]), never),
    );
    expect(unknown.result).toMatchObject({ groups: 12, groupSource: "content" });
    expect(unknown.events.some(({ type }) => type === "comparing")).toBe(true);
    const broken = { ...images, "red/x.png": "no image" };
    const known = await evaluated(await withSplit(broken, ["red/x.png"]), { detect: true });
    expect(known).toMatchObject({ groups: 9, groupSource: "file" });
  });
});

describe("an evaluation with a folder for its results", () => {
  test("writes metrics, predictions, curves and the page, and says which rows the model was made from", async () => {
    const images = colourImages(4);
    const services = await withSplit(images, ["red/3.png"]);
    const result = await evaluated(services, { out: "seen" });
    expect(services.files.written).toEqual([
      "seen/metrics.json",
      "seen/predictions.csv",
      "seen/curves/roc.svg",
      "seen/curves/precision-recall.svg",
      "seen/curves/reliability.svg",
      "seen/report.html",
    ]);
    expect(result).toMatchObject({ run: "seen", report: "seen/report.html" });
    expect(JSON.parse(services.files.text("seen/metrics.json"))).toEqual({
      schema: 1,
      ...JSON.parse(JSON.stringify(result)),
    });
    const rows: readonly Record<string, string>[] = parse(services.files.text("seen/predictions.csv"), {
      columns: true,
    });
    expect(rows.map(({ path, part }) => [path, part])).toContainEqual(["red/3.png", "new"]);
    expect(rows.filter(({ part }) => part === "train")).toHaveLength(10);
    expect(rows.filter(({ part }) => part === "validation")).toHaveLength(1);
    const svg = services.files.text("seen/curves/roc.svg");
    expect(svg).toMatch(/^<svg\s+xmlns="http:[/][/]www.w3.org[/]2000[/]svg"/);
    // Colours and names are in the file, which has no page around it.
    for (const name of ["blue", "green", "red", "#0072b2"]) expect(svg).toContain(name);
    expect(svg).not.toContain("var(");
    expect(services.files.text("seen/report.html")).toContain("specificity");
  });

  test("is refused a folder that holds files, before an image is read", async () => {
    const services = servicesWith();
    await services.files.write("seen/notes.txt", "mine");
    const codec = { decode: () => Promise.reject(new Error("no image has to be read")) };
    await expect(evaluated({ ...services, codec }, { out: "seen" })).rejects.toMatchObject({ exitCode: 2 });
    expect(services.files.text("seen/notes.txt")).toBe("mine");
  });

  test("leaves nothing where it fails half-way", async () => {
    const services = servicesWith();
    const encodeJpeg = () => Promise.reject(new Error("no room"));
    await expect(evaluated({ ...services, encodeJpeg }, { out: "seen" })).rejects.toThrow("no room");
    expect([...services.files.held.keys()].filter((path) => path.startsWith("seen/"))).toEqual([]);
    expect([...services.open]).toEqual([]);
  });
});
