import { describe, expect, test } from "vitest";
import { fault, ndarray, seeded } from "../../src/base/index.ts";
import type { Bundle } from "../../src/bundle/index.ts";
import { type Codec, prepareImages, rescale, resize } from "../../src/data/index.ts";
import { type Backend, type Session, referenceBackend } from "../../src/engine/index.ts";
import { predictModel, imageSource } from "../../src/evaluate/index.ts";
import { conv2d, dense, flatten, initialize, sequential } from "../../src/nn/index.ts";
import { openModel, openNetwork } from "../../src/predict/index.ts";

const model = sequential([
  conv2d({ filters: 2, kernelSize: 3, activation: "relu" }),
  flatten(),
  dense({ units: 3, activation: "softmax" }),
]);
const inputShape = [5, 5, 3];
const bundle: Bundle = {
  model,
  inputShape,
  classNames: ["ant", "bee", "cow"],
  transforms: [resize({ height: 5, width: 5 }), rescale({ scale: 1 / 50, offset: -1 })],
  weights: initialize(model, inputShape, seeded(3)),
};

/** A "file" of 8 bytes is a seed for a 9 by 7 image; anything else is broken. */
const codec: Codec = {
  decode: (bytes, path) => {
    if (bytes.length !== 8) return Promise.reject(fault(path, { expected: "an image", received: "a text" }));
    const random = seeded(bytes[0] ?? 0);
    const data = Uint8Array.from({ length: 9 * 7 * 3 }, () => random.integer(256));
    return Promise.resolve({ width: 9, height: 7, data });
  },
};
const image = (seed: number): { path: string; bytes: Uint8Array } => ({
  path: `${seed}.jpg`,
  bytes: new Uint8Array(8).fill(seed),
});
const images = Array.from({ length: 37 }, (_, i) => image(i));

describe("a model", () => {
  test("says what evaluation says of the same images, in batches of any size", async () => {
    const tree = {
      name: "t",
      list: () => Promise.resolve([]),
      read: (path: string) => Promise.resolve(image(Number.parseInt(path)).bytes),
      close: () => Promise.resolve(),
    };
    const prepared = await prepareImages(
      tree,
      images.map(({ path }) => ({ path, label: "ant" })),
      { codec, transforms: [resize({ height: 5, width: 5 })], classNames: bundle.classNames },
    );
    const source = imageSource(prepared, { normalise: [rescale({ scale: 1 / 50, offset: -1 })] });
    const backend = referenceBackend();
    const wanted = await predictModel(bundle, source, { backend, batchSize: 8 });
    for (const batchSize of [1, 16, 50]) {
      const model = await openModel([bundle], { backend, codec, batchSize });
      const found = await model.predict(images, { top: 3 });
      model.close();
      expect(found.map(({ path }) => path)).toEqual(images.map(({ path }) => path));
      found.forEach((one, i) => {
        if ("error" in one) throw new Error(one.error);
        const row = [...(wanted?.probabilities.data.subarray(i * 3, i * 3 + 3) ?? [])];
        const named = bundle.classNames.map(
          (name) => one.top.find(({ label }) => label === name)?.probability,
        );
        expect(named).toEqual(row);
        expect(one.probability).toBe(Math.max(...row));
        expect(one.label).toBe(one.top[0]?.label);
      });
    }
  });

  test("brings probabilities to the file's temperature, while the proof stays as the network says it", async () => {
    const backend = referenceBackend();
    const pixels = Uint8Array.from({ length: 75 }, (_, i) => i * 3);
    const plain = await openNetwork(bundle, { backend });
    const said = await plain.probabilities([pixels]);
    plain.close();
    const proof = { images: ndarray(pixels, [1, 5, 5, 3]), probabilities: ndarray(said, [1, 3]) };
    const warm = await openNetwork({ ...bundle, proof, temperature: 2 }, { backend });
    const roots = said.map(Math.sqrt);
    const sum = roots.reduce((total, root) => total + root, 0);
    (await warm.probabilities([pixels])).forEach((p, c) => expect(p).toBeCloseTo(roots[c]! / sum, 6));
    warm.close();
  });

  test("names an image that cannot be read and predicts the others", async () => {
    const model = await openModel([bundle], { backend: referenceBackend(), codec });
    const broken = { path: "note.jpg", bytes: new Uint8Array(3) };
    const [a, b, c] = await model.predict([image(1), broken, image(2)], { top: 1 });
    const [only] = await model.predict([image(2)], { top: 1 });
    expect(b).toEqual({ path: "note.jpg", error: "expected an image, received a text" });
    expect(a).toMatchObject({ path: "1.jpg" });
    expect(c).toEqual(only);
    expect(c && "top" in c && c.top).toHaveLength(1);
    expect(await model.predict([broken])).toHaveLength(1);
    expect(await model.predict([])).toEqual([]);
  });

  test("calls that overlap give the answers of calls one after the other", async () => {
    const plain = referenceBackend();
    // Takes its inputs when its turn comes, as the WebAssembly backend does.
    const backend: Backend = {
      ...plain,
      open: async (programs) => {
        const session = await plain.open(programs);
        const run: Session["run"] = async (name, inputs) => {
          await Promise.resolve();
          return session.run(name, inputs);
        };
        return { ...session, run };
      },
    };
    const network = await openNetwork(bundle, { backend });
    const [a, b] = [new Uint8Array(75).fill(10), new Uint8Array(75).fill(200)];
    const apart = [await network.probabilities([a]), await network.probabilities([b])];
    expect(apart[0]).not.toEqual(apart[1]);
    expect(await Promise.all([network.probabilities([a]), network.probabilities([b])])).toEqual(apart);
  });

  test("an aborted call ends with the reason of its signal", async () => {
    const model = await openModel([bundle], { backend: referenceBackend(), codec });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(model.predict([image(1)], { signal })).rejects.toThrow("enough");
  });

  test("a fault of the program is not reported as a broken image", async () => {
    const bug: Codec = { decode: () => Promise.reject(new TypeError("oops")) };
    const model = await openModel([bundle], { backend: referenceBackend(), codec: bug });
    await expect(model.predict([image(1)])).rejects.toThrow("oops");
  });

  test("proof images are checked before anything is predicted", async () => {
    const backend = referenceBackend();
    const images = Uint8Array.from({ length: 150 }, (_, i) => i);
    const plain = await openNetwork(bundle, { backend });
    const probabilities = await plain.probabilities([images.subarray(0, 75), images.subarray(75)]);
    const proof = {
      images: ndarray(images, [2, 5, 5, 3]),
      probabilities: ndarray(probabilities, [2, 3]),
    };
    (await openNetwork({ ...bundle, proof }, { backend })).close();
    const weights = { ...bundle.weights, "dense/bias": Float32Array.of(1, 0, 0) };
    await expect(openNetwork({ ...bundle, proof, weights }, { backend, who: "m.st" })).rejects.toThrow(
      /^m\.st: expected the probabilities stored with its proof images/,
    );
  });

  test("a model trained on arrays is refused, since it does not say how to resize", async () => {
    const arrays = { ...bundle, transforms: [] };
    await expect(openModel([arrays], { backend: referenceBackend(), codec, who: "m" })).rejects.toThrow(
      /^m: expected a model trained on images/,
    );
  });
});
