import { describe, expect, test } from "vitest";
import { sizeOf } from "../../src/base/index.ts";
import { readBundle, writeBundle } from "../../src/bundle/index.ts";
import { parametersOf, parseModel } from "../../src/nn/index.ts";
import { smallBundle } from "./smallBundle.ts";

// Model files are read by other programs. This reader knows the format's description alone
// (github.com/huggingface/safetensors, "Format") and nothing of src/bundle.

interface HandRead {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes. */
  readonly tensors: readonly HandTensor[];
  /** Bytes before the numbers. */
  readonly start: number;
}

interface HandTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly numbers: readonly number[];
}

/** Reads byte by byte: a length of 8 bytes, the JSON header, the numbers, all little-endian. */
function readByHand(bytes: Uint8Array): HandRead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getUint32(0, true) + 2 ** 32 * view.getUint32(4, true);
  const start = 8 + headerBytes;
  const { __metadata__: metadata, ...header } = JSON.parse(
    Buffer.from(bytes.subarray(8, start)).toString("utf8"),
  );
  const tensors = Object.entries<{ dtype: string; shape: number[]; data_offsets: [number, number] }>(header)
    .map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const width = dtype === "U8" ? 1 : 4;
        const numbers = Array.from({ length: (to - from) / width }, (_, i) =>
          dtype === "U8" ? view.getUint8(start + from + i) : view.getFloat32(start + from + 4 * i, true),
        );
        return { name, dtype, shape, from, to, numbers };
      },
    )
    .sort((a, b) => a.from - b.from);
  return { metadata, tensors, start };
}

describe("a model file, read by another reader,", () => {
  const bytes = writeBundle(smallBundle);
  const { metadata, tensors, start } = readByHand(bytes);
  const named = new Map(tensors.map((tensor) => [tensor.name, tensor]));

  test("holds every parameter as float32 in its shape, and the proof", () => {
    const wanted = parametersOf(smallBundle.model, smallBundle.inputShape);
    expect([...named.keys()].sort()).toEqual(
      [...wanted.map(({ name }) => name), "proof/images", "proof/probabilities"].sort(),
    );
    for (const { name, shape } of wanted) {
      expect(named.get(name)).toMatchObject({ dtype: "F32", shape });
      expect(named.get(name)?.numbers).toEqual([...(smallBundle.weights[name] ?? [])]);
    }
    expect(named.get("proof/images")).toMatchObject({ dtype: "U8", shape: [2, 4, 4, 3] });
    expect(named.get("proof/images")?.numbers).toEqual(Array.from({ length: 96 }, (_, i) => i));
    expect(named.get("proof/probabilities")?.numbers).toEqual([0.25, 0.75, 0.5, 0.5]);
  });

  test("has its numbers side by side to the last byte, each at a multiple of its width", () => {
    let end = 0;
    for (const { dtype, shape, from, to } of tensors) {
      const width = dtype === "U8" ? 1 : 4;
      expect(from).toBe(end);
      expect((start + from) % width).toBe(0);
      expect(to - from).toBe(width * sizeOf(shape));
      end = to;
    }
    expect(start % 8).toBe(0);
    expect(start + end).toBe(bytes.length);
  });

  test("carries the model and its data as JSON texts", () => {
    expect(metadata).toMatchObject({ format: "fovea", version: "1" });
    const json = (key: string): unknown => JSON.parse(metadata[key] ?? "");
    expect(parseModel(json("model"), "model")).toEqual(smallBundle.model);
    expect(json("inputShape")).toEqual([4, 4, 3]);
    expect(json("classNames")).toEqual(["cat", "dög"]);
    expect(json("transforms")).toEqual(smallBundle.transforms);
    expect(json("training")).toEqual({ seed: 4, data: "pets" });
    expect(metadata).not.toHaveProperty("temperature");
  });

  test("may have been written by another program: tensors in any order, spaces, strange keys", () => {
    const shuffled = [...tensors].sort((a, b) => (a.name < b.name ? 1 : -1));
    const header: Record<string, unknown> = { __metadata__: { ...metadata, note: "by hand" } };
    const parts: Uint8Array[] = [];
    let end = 0;
    for (const { name, dtype, shape, numbers } of shuffled) {
      const part = new Uint8Array((dtype === "U8" ? Uint8Array : Float32Array).from(numbers).buffer);
      header[name] = { data_offsets: [end, end + part.length], shape, dtype };
      parts.push(part);
      end += part.length;
    }
    const text = Buffer.from(`${JSON.stringify(header, null, 3)}     `);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    expect(readBundle(Buffer.concat([length, text, ...parts]), "m")).toEqual(smallBundle);
  });
});
