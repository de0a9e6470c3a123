import { expect, test } from "vitest";
import { ndarray } from "../../../src/base/index.ts";
import { augmentSets, parseAugmentation } from "../../../src/data/index.ts";
import { augmentedArraySource, augmentedSource, imageSource } from "../../../src/evaluate/index.ts";
import { numbered } from "../scripted.ts";

const count = 6;
const images = Array.from({ length: count }, (_, i) => numbered(8 + i, 8).data.subarray(i, i + 192));
const x = ndarray(Uint8Array.from(images.flatMap((image) => [...image])), [count, 8, 8, 3]);
const y = ndarray(Int32Array.from(images.keys()), [count]);

function written(indices: readonly number[], epoch: number, seed = 4): Float32Array {
  const source = augmentedArraySource(x, y, { augment: augmentSets.heavy, seed });
  const target = { x: new Float32Array(indices.length * 192), y: new Float32Array(indices.length) };
  void source.write({ indices: Int32Array.from(indices), epoch }, target);
  expect([...target.y]).toEqual(indices);
  return target.x;
}

test("an image is the same in any batch and any order, another in each epoch and for each seed", () => {
  const all = written([0, 1, 2, 3, 4, 5], 1);
  const turned = written([5, 3, 1], 1);
  expect(turned.subarray(0, 192)).toEqual(all.subarray(5 * 192, 6 * 192));
  expect(turned.subarray(192, 384)).toEqual(all.subarray(3 * 192, 4 * 192));
  expect(written([2], 2)).not.toEqual(all.subarray(384, 576));
  expect(written([2], 1, 5)).not.toEqual(all.subarray(384, 576));
});

test("rows of arrays are augmented as images of a folder are", () => {
  const prepared = {
    count,
    shape: [8, 8, 3] as const,
    images: images.map((_, i) => ({ path: `${i}`, label: `${i}` })),
    paths: images.map((_, i) => `${i}`),
    labels: y.data,
    sha256: [],
    channelSums: new Float64Array(0),
    skipped: [],
    spilled: false,
    copyInto: (i: number, target: Uint8Array, offset: number) => target.set(images[i]!, offset),
    close: () => Promise.resolve(),
  };
  const options = { normalise: [], augment: augmentSets.heavy, seed: 4 };
  const target = { x: new Float32Array(count * 192), y: new Float32Array(count) };
  void augmentedSource(prepared, options).write({ indices: y.data, epoch: 1 }, target);
  expect(target.x).toEqual(written([0, 1, 2, 3, 4, 5], 1));
  // What is measured: the bytes themselves.
  void imageSource(prepared, { normalise: [] }).write({ indices: y.data, epoch: 1 }, target);
  expect(target.x).toEqual(Float32Array.from(x.data));
});

test("grey images stay grey, in one channel", () => {
  const grey = ndarray(
    Uint8Array.from({ length: 2 * 64 }, (_, i) => (i * 5) % 256),
    [2, 8, 8, 1],
  );
  const labels = ndarray(Int32Array.of(0, 1), [2]);
  const target = { x: new Float32Array(128), y: new Float32Array(2) };
  const none = augmentedArraySource(grey, labels, { augment: [], seed: 0 });
  void none.write({ indices: Int32Array.of(1, 0), epoch: 1 }, target);
  expect([...target.x.subarray(0, 64)]).toEqual([...grey.data.subarray(64)]);
  const flips = parseAugmentation("steps", [{ type: "randomFlip", vertical: true }, { type: "randomHue" }]);
  const moved = augmentedArraySource(grey, labels, { augment: flips, seed: 0 });
  void moved.write({ indices: Int32Array.of(0), epoch: 1 }, { x: target.x.subarray(0, 64), y: target.y });
  expect(target.x.slice(0, 64).toSorted()).toEqual(Float32Array.from(grey.data.subarray(0, 64)).toSorted());
});

test("floats are refused: nothing says which of their values is white", () => {
  const floats = ndarray(new Float32Array(192), [1, 8, 8, 3]);
  expect(() => augmentedArraySource(floats, y, { augment: [], seed: 0 })).toThrow(
    "augment: x: expected bytes, 0 to 255 in a Uint8Array",
  );
});
