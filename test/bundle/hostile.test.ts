import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FoveaError, ndarray } from "../../src/base/index.ts";
import {
  readBundle,
  readRecord,
  readSafetensors,
  writeBundle,
  writeRecord,
  writeSafetensors,
} from "../../src/bundle/index.ts";
import { safetensorsOf, smallBundle } from "./smallBundle.ts";

// Files come from anywhere: every refusal is one line that names the file, what was expected, what came, and what to do.
const complete = /^m\.safetensors: expected [^\n]+, received [^\n]+; [^\n]+$/;

const refusalOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof FoveaError) return error.message;
    throw error;
  }
  return "accepted";
};

const tensor = (fields: object): Uint8Array => safetensorsOf({ a: fields }, 4);
const whole = { dtype: "F32", shape: [1], data_offsets: [0, 4] };

/** A header of two bytes that says it is longer. */
function withLength(length: bigint): Uint8Array {
  const bytes = safetensorsOf({}, 4);
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  return bytes;
}

test("a model whose weights hold NaN is refused, by the name of the parameter", () => {
  const bias = Float32Array.of(0, Number.NaN);
  const bytes = writeBundle({ ...smallBundle, weights: { ...smallBundle.weights, "dense/bias": bias } });
  const refusal = refusalOf(() => readBundle(bytes, "m.safetensors"));
  expect(refusal).toMatch(complete);
  expect(refusal).toContain("received NaN in dense/bias");
});

describe("a hostile safetensors file", () => {
  test.each<[string, Uint8Array, RegExp]>([
    ["whose header would fill any memory", withLength(2n ** 63n), /received other bytes/],
    [
      "whose header length is no exact number in JavaScript",
      withLength(2n ** 53n + 1n),
      /received other bytes/,
    ],
    ["whose header is longer than the file", withLength(7n), /a header of 7 bytes, received 6 left/],
    ["without room for a header", Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 123), /received 9 bytes/],
    ["whose header breaks off", safetensorsOf('{"a": ', 0), /no JSON/],
    ["whose header is no UTF-8", Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 123, 0xff), /no JSON/],
    ["whose tensor is a number", safetensorsOf({ a: 4 }, 4), /a of type F64, F32, I32, U8, received none/],
    ["whose tensor is a list", safetensorsOf({ a: [whole] }, 4), /received none/],
    ["of a type that Fovea does not read", tensor({ ...whole, dtype: "BF16" }), /received "BF16"/],
    ["of a type that every object has", tensor({ ...whole, dtype: "constructor" }), /received "constructor"/],
    ["of a type that is no text", tensor({ ...whole, dtype: ["F32"] }), /received \["F32"\]/],
    ["without a shape", tensor({ ...whole, shape: undefined }), /a shape of a, received none/],
    ["with half an element", tensor({ ...whole, shape: [0.5] }), /a shape of a, received \[0.5\]/],
    ["with an extent in text", tensor({ ...whole, shape: ["1"] }), /a shape of a, received \["1"\]/],
    ["with an extent past exact numbers", tensor({ ...whole, shape: [2 ** 53] }), /a shape of a/],
    [
      "whose extents overflow when multiplied",
      tensor({ ...whole, shape: Array.from({ length: 40 }, () => 2 ** 40) }),
      /Infinity bytes for a .*, received 4/,
    ],
    ["whose extents multiply to terabytes", tensor({ ...whole, shape: [2 ** 20, 2 ** 20] }), /received 4/],
    ["without offsets", tensor({ ...whole, data_offsets: undefined }), /two offsets of a, received none/],
    [
      "with three offsets",
      tensor({ ...whole, data_offsets: [0, 4, 8] }),
      /two offsets of a, received \[0,4,8\]/,
    ],
    ["with an offset below 0", tensor({ ...whole, data_offsets: [-4, 0] }), /two offsets of a/],
    [
      "whose numbers lie past its end",
      tensor({ ...whole, data_offsets: [2 ** 50, 2 ** 50 + 4] }),
      /a to start at byte 0, received 1125899906842624/,
    ],
    ["whose metadata is a list", safetensorsOf({ __metadata__: [] }, 0), /__metadata__ of texts/],
    ["whose metadata is nested", safetensorsOf({ __metadata__: { a: {} } }, 0), /__metadata__ of texts/],
  ])("%s is refused with what to do", (_, bytes, message) => {
    const refusal = refusalOf(() => readSafetensors(bytes, "m.safetensors"));
    expect(refusal).toMatch(message);
    expect(refusal).toMatch(complete);
  });

  test("may name a tensor like a property of every object", () => {
    const names = ["toString", "constructor", "hasOwnProperty"];
    const tensors = Object.fromEntries(names.map((name, i) => [name, ndarray(Float32Array.of(i), [1])]));
    const { tensors: found } = readSafetensors(writeSafetensors({ tensors, metadata: {} }), "m");
    expect(Object.keys(found).sort()).toEqual([...names].sort());
    expect(found["constructor"]?.data).toEqual(Float32Array.of(1));
  });
});

const { tensors, metadata } = readSafetensors(writeBundle(smallBundle), "m");
const withTexts = (texts: Readonly<Record<string, string>>): Uint8Array =>
  writeSafetensors({ tensors, metadata: { ...metadata, ...texts } });
const withTensors = (changed: Parameters<typeof writeSafetensors>[0]["tensors"]): Uint8Array =>
  writeSafetensors({ tensors: { ...tensors, ...changed }, metadata });
const without = (key: string): Uint8Array => {
  const { [key]: _, ...rest } = metadata;
  return writeSafetensors({ tensors, metadata: rest });
};

describe("a model file of the right format", () => {
  test.each<[string, Uint8Array, RegExp]>([
    ["of no format", without("format"), /received safetensors with format not given/],
    ["of no version", without("version"), /version 1 or 2 of the model file, received none/],
    ["without a model", without("model"), /a readable model, received .*null/],
    [
      "whose model breaks off",
      withTexts({ model: '{"layers": [' }),
      /a readable model, received text that is no JSON/,
    ],
    ["without a size of its images", without("inputShape"), /a readable inputShape, received .*null/],
    [
      "for images without pixels",
      withTexts({ inputShape: "[0, 4, 3]" }),
      /a readable inputShape, .*\[0,4,3\]/,
    ],
    ["for images without axes", withTexts({ inputShape: "[]" }), /a readable inputShape/],
    ["for images whose size is text", withTexts({ inputShape: '["4", 4, 3]' }), /a readable inputShape/],
    ["without class names", without("classNames"), /a readable classNames/],
    ["of no class", withTexts({ classNames: "[]" }), /a readable classNames, .*different names/],
    ["with a class of a number", withTexts({ classNames: '["a", 1]' }), /a readable classNames/],
    ["whose temperature is text", withTexts({ temperature: '"warm"' }), /a readable temperature/],
    ["of a temperature past all numbers", withTexts({ temperature: "1e999" }), /a readable temperature/],
    ["of a negative temperature", withTexts({ temperature: "-1" }), /a readable temperature/],
    ["whose training is a list", withTexts({ training: "[1]" }), /a readable training, .*\[1\]/],
    ["whose training breaks off", withTexts({ training: "{" }), /a readable training, received text/],
    ["whose transforms are no list", withTexts({ transforms: "{}" }), /a readable transforms/],
    [
      "whose weights are of another type",
      withTensors({ "dense/bias": ndarray(Float64Array.of(0, 0), [2]) }),
      /float32 numbers dense\/bias \[2\], received \[2\] of Float64Array/,
    ],
    [
      "whose weights are turned",
      withTensors({ "dense/kernel": ndarray(new Float32Array(16), [2, 8]) }),
      /float32 numbers dense\/kernel \[8, 2\], received \[2, 8\]/,
    ],
    [
      "whose proof is measured",
      withTensors({ "proof/images": ndarray(new Float32Array(96), [2, 4, 4, 3]) }),
      /proof images \[2, 4, 4, 3\] of bytes, received \[2, 4, 4, 3\] of Float32Array/,
    ],
    [
      "whose proof has a class too many",
      withTensors({ "proof/probabilities": ndarray(new Float32Array(6), [2, 3]) }),
      /proof\/probabilities \[2, 2\], received \[2, 3\]/,
    ],
  ])("but %s is refused with what to do", (_, bytes, message) => {
    const refusal = refusalOf(() => readBundle(bytes, "m.safetensors"));
    expect(refusal).toMatch(message);
    expect(refusal).toMatch(complete);
  });

  test("but cut off at any byte is refused", () => {
    const bytes = writeBundle(smallBundle);
    for (let length = 0; length < bytes.length; length += length < 40 ? 1 : 37)
      expect(refusalOf(() => readBundle(bytes.subarray(0, length), "m.safetensors"))).toMatch(complete);
  });

  test("but damaged in any byte is refused by name, or reads as what it says: never another error", () => {
    const bytes = writeBundle(smallBundle);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (index, value) => {
        const damaged = Uint8Array.from(bytes).fill(value, index, index + 1);
        expect(refusalOf(() => readBundle(damaged, "m.safetensors"))).toMatch(
          /^(accepted$|m\.safetensors: )/,
        );
      }),
      { numRuns: 200, seed: 4 },
    );
  });
});

describe("a record", () => {
  const record = {
    tensors: { a: Float32Array.of(1, -0, 3e-40), b: new Float32Array(0) },
    state: { epoch: 2 },
  };

  test("brings back its rows bit for bit, and its state", () => {
    const { tensors: rows, state } = readRecord(writeRecord(record), "m.safetensors");
    expect(Object.is(rows["a"]?.[1], -0)).toBe(true);
    expect(rows).toEqual(record.tensors);
    expect(state).toEqual({ epoch: 2 });
  });

  const file = readSafetensors(writeRecord(record), "m");
  const changed = (texts: Readonly<Record<string, string>>): Uint8Array =>
    writeSafetensors({ ...file, metadata: { ...file.metadata, ...texts } });

  test.each<[string, Uint8Array, RegExp]>([
    ["of a model", writeBundle(smallBundle), /a checkpoint, received a file of format fovea;/],
    ["of no format", writeSafetensors({ ...file, metadata: {} }), /received a file of format none/],
    ["whose state breaks off", changed({ state: '{"epoch": 2' }), /a readable state, received text/],
    ["whose state is empty", changed({ state: "" }), /a readable state, received text/],
    [
      "with a row of bytes",
      writeSafetensors({ ...file, tensors: { a: ndarray(Uint8Array.of(1), [1]) } }),
      /float32 numbers a, received Uint8Array/,
    ],
    ["cut off", writeRecord(record).subarray(0, -1), /bytes of numbers, received/],
  ])("%s is refused with what to do", (_, bytes, message) => {
    const refusal = refusalOf(() => readRecord(bytes, "m.safetensors"));
    expect(refusal).toMatch(message);
    expect(refusal).toMatch(complete);
  });
});
