import { describe, expect, test } from "vitest";
import { fault, ndarray } from "../../src/base/index.ts";
import { type Bundle, writeBundle } from "../../src/bundle/index.ts";
import { rescale, resize } from "../../src/data/index.ts";
import { type Backend, referenceBackend } from "../../src/engine/index.ts";
import { dense, flatten, sequential } from "../../src/nn/index.ts";
import { type PredictPlatform, type Predictor, openPredictor } from "../../src/predict/index.ts";

// The network adds up the pixels of each channel: an image is of the class of its brightest colour.
const model = sequential([flatten(), dense({ units: 3, activation: "softmax" })]);
const bundle: Bundle = {
  model,
  inputShape: [2, 2, 3],
  classNames: ["red", "green", "blue"],
  transforms: [resize({ height: 2, width: 2 }), rescale({ scale: 1 / 255 })],
  weights: {
    "dense/kernel": Float32Array.from({ length: 36 }, (_, i) => (Math.floor(i / 3) % 3 === i % 3 ? 1 : 0)),
    "dense/bias": new Float32Array(3),
  },
};

/** Files in memory; an "image" is its colour, three bytes. */
function platformOf(files: Readonly<Record<string, Uint8Array>>): {
  readonly platform: PredictPlatform;
  /** What happened to backends, in order. */
  readonly log: string[];
} {
  const log: string[] = [];
  const platform: PredictPlatform = {
    backend: (options) => {
      const backend: Backend = referenceBackend();
      log.push(`open ${JSON.stringify(options)}`);
      return Promise.resolve({
        ...backend,
        open: async (programs) => {
          const session = await backend.open(programs);
          const close = (): void => {
            log.push("close session");
            session.close();
          };
          return { ...session, close };
        },
        close: () => {
          log.push("close backend");
          return backend.close();
        },
      });
    },
    codec: {
      decode: (bytes, path) =>
        bytes.length === 3
          ? Promise.resolve({
              width: 2,
              height: 2,
              data: Uint8Array.from({ length: 12 }, (_, i) => bytes[i % 3]!),
            })
          : Promise.reject(fault(path, { expected: "an image", received: `${bytes.length} bytes` })),
    },
    readFile: (path) => {
      const bytes = files[path];
      return bytes
        ? Promise.resolve(bytes)
        : Promise.reject(fault(path, { expected: "a file", received: "none" }));
    },
  };
  return { platform, log };
}

const files = {
  "m.safetensors": writeBundle(bundle),
  "green.jpg": Uint8Array.of(10, 200, 10),
  "blue.jpg": Uint8Array.of(0, 0, 90),
  "note.txt": Uint8Array.of(1),
};

describe("openPredictor", () => {
  test("answers for paths and bytes in their order, and for what cannot be read", async () => {
    const { platform } = platformOf(files);
    const loaded = await openPredictor("m.safetensors", {}, platform);
    expect(loaded.classNames).toEqual(["red", "green", "blue"]);
    const red = { path: "camera 1", bytes: Uint8Array.of(255, 0, 0) };
    const later = { path: "camera 2", bytes: () => Promise.resolve(Uint8Array.of(0, 80, 0)) };
    const found = await loaded.predict(["blue.jpg", red, "missing.jpg", "note.txt", later, "green.jpg"]);
    expect(found.map((one) => ("error" in one ? one.error : one.label))).toEqual([
      "blue",
      "red",
      "expected a file, received none",
      "expected an image, received 1 bytes",
      "green",
      "green",
    ]);
    expect(found.map(({ path }) => path)).toEqual([
      "blue.jpg",
      "camera 1",
      "missing.jpg",
      "note.txt",
      "camera 2",
      "green.jpg",
    ]);
    await loaded.close();
  });

  test("gives the probabilities of the definition, falling, as many as are asked for", async () => {
    const { platform } = platformOf(files);
    const loaded = await openPredictor(files["m.safetensors"], {}, platform);
    // Four pixels of (10, 200, 10) / 255.
    const powers = [10, 200, 10].map((value) => Math.exp((4 * value) / 255));
    const total = powers.reduce((a, b) => a + b, 0);
    for (const [top, labels] of [
      [1, ["green"]],
      [2, ["green", "red"]],
      [undefined, ["green", "red", "blue"]],
      [99, ["green", "red", "blue"]],
    ] as const) {
      const [one] = await loaded.predict(["green.jpg"], top === undefined ? {} : { top });
      if (!one || "error" in one) throw new Error("no answer");
      expect(one.top.map(({ label }) => label)).toEqual(labels);
      expect(one.probability).toBeCloseTo(powers[1]! / total, 6);
      one.top.slice(1).forEach(({ probability }) => expect(probability).toBeCloseTo(powers[0]! / total, 6));
    }
    await expect(loaded.predict(["green.jpg"], { top: 0 })).rejects.toThrow(
      /^predict: top: expected a whole number from 1, received 0/,
    );
    await loaded.close();
  });

  test("starts as many threads as it is told and closes session and backend once", async () => {
    const { platform, log } = platformOf(files);
    await (await openPredictor("m.safetensors", { threads: 3, batchSize: 1 }, platform)).close();
    expect(log).toEqual(['open {"threads":3}', "close session", "close backend"]);
    const other = platformOf(files);
    await (await openPredictor("m.safetensors", {}, other.platform)).close();
    expect(other.log[0]).toBe("open {}");
  });

  test("predicts many images in batches of any size alike", async () => {
    const { platform } = platformOf(files);
    const images = Array.from({ length: 7 }, (_, i) => ({
      path: `${i}`,
      bytes: Uint8Array.of(30 * i, 180 - 30 * i, 90),
    }));
    const [one, many] = [
      await openPredictor("m.safetensors", { batchSize: 2 }, platform),
      await openPredictor("m.safetensors", { batchSize: 64 }, platform),
    ];
    expect(await one.predict(images)).toEqual(await many.predict(images));
    await Promise.all([one.close(), many.close()]);
  });
});

describe("a model file that cannot be used", () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ["is missing", "none.safetensors", /^none\.safetensors: expected a file/],
    ["is an image", "green.jpg", /^green\.jpg: expected a model file/],
    ["is given as bytes that are none", Uint8Array.of(1, 2), /^model: expected a model file/],
  ])("because it %s is named, and no thread starts", async (_, source, message) => {
    const { platform, log } = platformOf(files);
    await expect(openPredictor(source, {}, platform)).rejects.toThrow(message);
    expect(log).toEqual([]);
  });

  const proof = {
    images: ndarray(new Uint8Array(12), [1, 2, 2, 3]),
    probabilities: ndarray(Float32Array.of(1, 0, 0), [1, 3]),
  };
  test.each<[string, Bundle, RegExp]>([
    [
      "computes otherwise than when it was saved",
      { ...bundle, proof },
      /^m: expected the probabilities stored/,
    ],
    [
      "does not say how to prepare images",
      { ...bundle, transforms: [] },
      /^m: expected a model trained on images/,
    ],
  ])("because it %s closes what was opened", async (_, broken, message) => {
    const { platform, log } = platformOf({ m: writeBundle(broken) });
    await expect(openPredictor("m", {}, platform)).rejects.toThrow(message);
    expect(log[0]).toBe("open {}");
    expect(log.at(-1)).toBe("close backend");
    expect(log.filter((line) => line === "close backend")).toHaveLength(1);
  });
});

describe("an open predictor", () => {
  const blue = Uint8Array.of(0, 0, 90);
  const open = async (more: Readonly<Record<string, Uint8Array>> = {}): Promise<Predictor> =>
    openPredictor("m.safetensors", {}, platformOf({ ...files, ...more }).platform);

  test("takes one image in every form, with one answer, and refuses what is none of them", async () => {
    const predictor = await open();
    const raster = { width: 1, height: 1, data: blue };
    const { buffer } = Uint8Array.from(blue);
    for (const image of ["blue.jpg", blue, buffer, { path: "upload", bytes: blue }, raster])
      expect((await predictor.predict(image, { top: 1 })).label).toBe("blue");
    expect((await predictor.predict({ path: "upload", bytes: blue })).path).toBe("upload");
    expect((await predictor.predict([blue, blue])).map(({ path }) => path)).toEqual([
      "images[0]",
      "images[1]",
    ]);
    await expect(predictor.predict("missing.jpg")).rejects.toThrow(/^missing\.jpg: expected a file/);
    for (const nothing of [7, null, {}, { width: 1, height: 1, data: new Uint8Array(4) }])
      await expect(predictor.predict(nothing as unknown as string)).rejects.toThrow(
        /^predict: image: expected/,
      );
    await expect(predictor.predict(blue, { topK: 2 } as object)).rejects.toThrow(/use top$/);
    await predictor.close();
  });

  test("keeps the failure of one image, or of what reads it, from the others", async () => {
    const predictor = await open();
    const broken = { path: "camera", bytes: () => Promise.reject(new Error("no signal")) };
    const answers = await Promise.all([
      predictor.predict(blue),
      predictor.predict([broken, blue]),
      predictor.predict(Uint8Array.of(1)).catch((error: unknown) => String(error)),
    ]);
    expect(answers).toMatchObject([
      { label: "blue" },
      [{ path: "camera", error: "expected the bytes of an image, received no signal" }, { label: "blue" }],
      "FoveaError: image: expected an image, received 1 bytes",
    ]);
    await predictor.close();
  });

  test("close waits for the calls under way and refuses later ones", async () => {
    const predictor = await open();
    const pending = predictor.predict([blue, "green.jpg"]);
    await Promise.all([predictor.close(), predictor.close()]);
    expect((await pending).map((one) => "label" in one && one.label)).toEqual(["blue", "green"]);
    await expect(predictor.predict(blue)).rejects.toThrow(
      "predict: expected an open predictor, received a closed one",
    );
    await predictor[Symbol.asyncDispose]();
  });

  test("takes a run folder for the model in it, and says what else it wants", async () => {
    const { platform, log } = platformOf({ "runs/a/model.safetensors": files["m.safetensors"] });
    await (await openPredictor("runs/a", {}, platform)).close();
    await expect(openPredictor("runs/b", {}, platform)).rejects.toThrow(/^runs\/b: expected a file/);
    await expect(openPredictor(7 as unknown as string, {}, platform)).rejects.toThrow(
      /^openPredictor: expected/,
    );
    await expect(openPredictor("runs/a", { batchSize: 0 }, platform)).rejects.toThrow(
      "openPredictor: batchSize",
    );
    await expect(openPredictor("runs/a", { batch_size: 2 } as object, platform)).rejects.toThrow(
      /use batchSize$/,
    );
    expect(log.filter((line) => line === "close backend")).toHaveLength(2);
  });
});
