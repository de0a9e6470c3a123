import { describe, expect, test } from "vitest";
import {
  type Events,
  type Services,
  audit,
  compare,
  evaluate,
  explain,
  labels,
  predict,
  train,
} from "../../src/app/index.ts";
import { globalAveragePooling2d } from "../../src/nn/index.ts";
import { type FakeServices, colourImages, fakeServices, filesBelow, request } from "./fakeServices.ts";
import { convolutional, modelBytes } from "./smallModel.ts";

/** Runs with predictions, models, and two images to look at. */
function servicesFor(): FakeServices {
  const services = fakeServices(colourImages(6));
  const { held } = services.files;
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const classNames = ["blue", "green", "red"];
  held.set("flat.safetensors", modelBytes([globalAveragePooling2d()], { side: 6, classNames }));
  held.set("deep.safetensors", modelBytes(convolutional, { side: 8, classNames }));
  for (const path of ["in/a.png", "in/b.png"]) held.set(path, bytes("190 20 30 1"));
  const rows = Array.from({ length: 12 }, (_, i) => `${i}.jpg,cat,,validation,${i},${i ? "cat" : "dog"}`);
  for (const run of ["one", "two"]) {
    held.set(`${run}/config.json`, bytes("{}"));
    held.set(`${run}/predictions.csv`, bytes(["path,label,group,part,sha256,predicted", ...rows].join("\n")));
  }
  return services;
}

type AnyEvent = { readonly type: string };
type Start = (services: Services, signal: AbortSignal) => Events<AnyEvent, unknown>;

const { model = "", size = 6, epochs = 2, batch = 8 } = request;
const recipe = { data: "cells", out: "out", model, size, epochs, batch };

/** Every verb that tells what happens, and its events in their order, each run of one type once. */
const verbs: readonly (readonly [string, Start, RegExp])[] = [
  [
    "train",
    (services, signal) => train({ ...recipe, detect: false }, services, signal),
    /^found (reading )?read groups ready (batch epoch ){2}(advice )?result$/,
  ],
  [
    "train with detection",
    (services, signal) => train(recipe, services, signal),
    /^found (reading )?read (comparing )?groups ready (batch epoch ){2}(advice )?result$/,
  ],
  [
    "train in folds",
    (services, signal) => train({ ...recipe, epochs: 1, folds: 2, detect: false }, services, signal),
    /^found (reading )?read groups ready (fold batch epoch ){3}(advice )?result$/,
  ],
  [
    "labels",
    (services, signal) => labels({ ...recipe, epochs: 1, folds: 2, detect: false }, services, signal),
    /^found (reading )?read groups ready (fold batch epoch ){2}result$/,
  ],
  [
    "evaluate",
    (services, signal) =>
      evaluate({ model: "flat.safetensors", data: "cells", detect: false }, services, signal),
    /^found (reading )?read groups (evaluating )?result$/,
  ],
  [
    "audit",
    (services, signal) => audit({ data: "cells", out: "out" }, services, signal),
    /^found (reading )?(comparing )?result$/,
  ],
  [
    "predict",
    (services, signal) => predict({ model: "flat.safetensors", images: ["in"] }, services, signal),
    /^predicting result$/,
  ],
  [
    "explain",
    (services, signal) =>
      explain({ model: "deep.safetensors", images: ["in"], out: "out" }, services, signal),
    /^explaining result$/,
  ],
  [
    "explain by all methods",
    (services, signal) =>
      explain(
        { model: "deep.safetensors", images: ["in/a.png"], out: "out", method: "all", patch: 4 },
        services,
        signal,
      ),
    /^explaining result$/,
  ],
  [
    "evaluate with detection",
    (services, signal) => evaluate({ model: "flat.safetensors", data: "cells" }, services, signal),
    /^found (reading )?read (comparing )?groups (evaluating )?result$/,
  ],
  ["compare", (services) => compare({ runs: ["one", "two"] }, services), /^result$/],
];

/** Reads a verb and calls `at` for each event; what it throws goes on. */
async function read(events: Events<AnyEvent, unknown>, at: (type: string) => boolean | void): Promise<void> {
  for await (const { type } of events) if (at(type)) break;
}

/** What stays of a training that is broken off after an epoch: all that --resume needs. */
const resumable = ["checkpoints/last.safetensors", "config.json", "split.csv"];

const signalOf = (): AbortController => new AbortController();

/** The types of events, each run of one type once. */
async function typesOf(start: Start, services = servicesFor()): Promise<readonly string[]> {
  const types: string[] = [];
  await read(start(services, signalOf().signal), (type) => void types.push(type));
  return types.filter((type, i) => types[i - 1] !== type);
}

describe.each(verbs)("%s", (_, start, order) => {
  test("tells its events in their order, and the result once, at the end", async () => {
    const services = servicesFor();
    const types = await typesOf(start, services);
    // What goes on meanwhile is told at every turn.
    const told = types.filter((type) => type !== "working").filter((type, i, all) => all[i - 1] !== type);
    expect(told.join(" ")).toMatch(order);
    expect(types.filter((type) => type === "result")).toHaveLength(1);
    expect([...services.open]).toEqual([]);
  });

  test("does nothing before somebody asks for its first event", async () => {
    const services = servicesFor();
    const events = start(services, signalOf().signal);
    await Promise.resolve();
    expect([...services.open, ...services.files.written]).toEqual([]);
    await events.return();
  });

  test("closes what it opened and leaves nothing half-written wherever its reader breaks off", async () => {
    for (const type of new Set(await typesOf(start))) {
      if (type === "result") continue;
      const services = servicesFor();
      await read(start(services, signalOf().signal), (told) => told === type);
      expect([...services.open], type).toEqual([]);
      expect([[], resumable], type).toContainEqual(filesBelow(services, "out"));
    }
  });

  test("does so wherever it is aborted; a training keeps its model from the first epoch on", async () => {
    for (const type of new Set(await typesOf(start))) {
      if (type === "result") continue;
      const services = servicesFor();
      const controller = signalOf();
      const told: string[] = [];
      const ending = read(start(services, controller.signal), (now) => {
        told.push(now);
        if (now === type) controller.abort();
      });
      const error: unknown = await ending.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect([...services.open], type).toEqual([]);
      if (error === undefined) expect(told.at(-1), type).toBe("result");
      else {
        expect(error, type).toMatchObject({ name: "AbortError" });
        expect(filesBelow(services, "out"), type).toEqual([]);
      }
    }
  });

  test("hands on what a service throws, and leaves nothing", async () => {
    const services = servicesFor();
    const broken = (): never => {
      throw new Error("the machine is broken");
    };
    const failing: Services = {
      ...services,
      codec: { decode: async () => broken() },
      openBackend: async () => broken(),
      files: { ...services.files, read: async () => broken() },
    };
    await expect(read(start(failing, signalOf().signal), () => undefined)).rejects.toThrow("broken");
    expect([...services.open]).toEqual([]);
    expect(filesBelow(services, "out")).toEqual([]);
  });
});

test("a temporary file of pixels goes wherever the reader of an evaluation breaks off", async () => {
  const start: Start = (services, signal) =>
    evaluate({ model: "flat.safetensors", data: "cells" }, services, signal);
  // The pixels may take four tenths of the memory: 6 x 6 x 3 bytes of 18 images do not fit.
  const withSpill = (): FakeServices => {
    const services = { ...servicesFor(), memory: { bytes: 4000, of: "of the test" } };
    const pixels = new Uint8Array(4000);
    return {
      ...services,
      openSpill: async () => {
        services.open.add("spill");
        return {
          write: async (bytes, at) => pixels.set(bytes, at),
          read: async (target, at) => target.set(pixels.subarray(at, at + target.length)),
          close: async () => void services.open.delete("spill"),
        };
      },
    };
  };
  const whole = withSpill();
  let spilled = false;
  for (const type of new Set(await typesOf(start, whole))) {
    const services = withSpill();
    await read(start(services, signalOf().signal), (told) => {
      spilled ||= services.open.has("spill");
      return told === type;
    });
    expect([...services.open], type).toEqual([]);
  }
  expect(spilled).toBe(true);
});

test("each verb ends by the exit code of its fault", async () => {
  const services = servicesFor();
  await services.files.write("out/mine.txt", "mine");
  const refused = async (name: string): Promise<unknown> => {
    const [, start] = verbs.find(([verb]) => verb === name) ?? [];
    if (!start) throw new Error(`no verb ${name}`);
    return read(start(services, signalOf().signal), () => undefined).catch((error: unknown) => error);
  };
  for (const name of ["train", "labels", "audit", "explain"])
    expect(await refused(name), name).toMatchObject({ exitCode: 2 });
  services.files.held.delete("two/predictions.csv");
  expect(await refused("compare")).toMatchObject({ exitCode: 2 });
  services.files.held.set("flat.safetensors", new Uint8Array(3));
  for (const name of ["evaluate", "predict"])
    expect(await refused(name), name).toMatchObject({ exitCode: 1 });
});
