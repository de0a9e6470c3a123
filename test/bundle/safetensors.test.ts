import { describe, expect, test } from "vitest";
import { ndarray } from "../../src/base/index.ts";
import { readSafetensors, writeSafetensors } from "../../src/bundle/index.ts";
import { safetensorsOf } from "./smallBundle.ts";

const file = {
  tensors: {
    "dense/kernel": ndarray(Float32Array.of(1.5, -2, 0, 3e-40, 5, 6), [2, 3]),
    "dense/bias": ndarray(Float32Array.of(7, 8, 9), [3]),
    image: ndarray(Uint8Array.of(0, 128, 255), [1, 1, 3]),
    nothing: ndarray(new Float32Array(0), [0, 4]),
  },
  metadata: { format: "fovea", note: "é" },
};

const f32 = (from: number, to: number, shape = [(to - from) / 4]): unknown => ({
  dtype: "F32",
  shape,
  data_offsets: [from, to],
});

describe("safetensors", () => {
  test("what is written is read again, also from bytes that start at an odd address", () => {
    const bytes = writeSafetensors(file);
    expect(readSafetensors(bytes, "m")).toEqual(file);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(readSafetensors(shifted.subarray(1), "m")).toEqual(file);
    expect(readSafetensors(Buffer.from(bytes), "m")).toEqual(file);
  });

  test("the order in which tensors were named does not change the bytes", () => {
    const turned = { ...file, tensors: Object.fromEntries(Object.entries(file.tensors).reverse()) };
    expect(writeSafetensors(turned)).toEqual(writeSafetensors(file));
  });

  // safetensors.numpy.save({"b": np.float32([1, 2]), "a": np.uint8([3])}, {"k": "v"}) has this layout.
  test("the header is JSON padded with spaces to 8 bytes, float tensors first", () => {
    const bytes = writeSafetensors({
      tensors: { a: ndarray(Uint8Array.of(3), [1]), b: ndarray(Float32Array.of(1, 2), [2]) },
      metadata: { k: "v" },
    });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { k: "v" },
      b: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
      a: { dtype: "U8", shape: [1], data_offsets: [8, 9] },
    });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 128, 63, 0, 0, 0, 64, 3]);
  });

  test.each([
    ["an empty file", new Uint8Array(0), /^m: expected a model file/],
    ["a text", new TextEncoder().encode("this is not a model, it is a poem"), /^m: expected a model file/],
    ["a JSON text", new TextEncoder().encode('{"layers": [1, 2, 3]}'), /^m: expected a model file/],
    [
      "a header longer than the file",
      safetensorsOf({ a: f32(0, 4) }, 4).subarray(0, 20),
      /header of \d+ bytes, received 12/,
    ],
    ["a header that is no JSON", safetensorsOf("{broken", 0), /no JSON/],
    ["an unknown type", safetensorsOf({ a: { dtype: "F16", shape: [2], data_offsets: [0, 4] } }, 4), /"F16"/],
    ["a negative extent", safetensorsOf({ a: f32(0, 4, [-1]) }, 4), /a shape of a/],
    [
      "offsets that do not fit the shape",
      safetensorsOf({ a: f32(0, 8, [1]) }, 8),
      /4 bytes for a \[1\], received 8/,
    ],
    ["offsets backwards", safetensorsOf({ a: f32(4, 0, [1]) }, 4), /4 bytes for a/],
    [
      "two tensors on the same bytes",
      safetensorsOf({ a: f32(0, 8), b: f32(4, 12) }, 12),
      /b to start at byte 8/,
    ],
    ["a hole", safetensorsOf({ a: f32(0, 4), b: f32(8, 12) }, 12), /b to start at byte 4/],
    ["bytes behind the last tensor", safetensorsOf({ a: f32(0, 4) }, 8), /4 bytes of numbers, received 8/],
    ["a truncated tensor", safetensorsOf({ a: f32(0, 8) }, 4), /8 bytes of numbers, received 4/],
    ["metadata that is no text", safetensorsOf({ __metadata__: { a: 1 } }, 0), /__metadata__ of texts/],
  ])("%s is refused in one line that names the file", (_, bytes, message) => {
    expect(() => readSafetensors(bytes, "m")).toThrow(message);
    expect(() => readSafetensors(bytes, "m")).toThrow(/^m: [^\n]*$/);
  });
});
