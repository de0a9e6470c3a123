import { describe, expect, test } from "vitest";
import { ndarray } from "../../src/base/index.ts";
import {
  readBundle,
  readSafetensors,
  verifyProof,
  writeBundle,
  writeSafetensors,
} from "../../src/bundle/index.ts";
import { smallBundle as bundle } from "./smallBundle.ts";

/** The bundle's file with other texts or tensors. */
function changed(
  metadata: Readonly<Record<string, string>>,
  tensors: Parameters<typeof writeSafetensors>[0]["tensors"] = {},
): Uint8Array {
  const file = readSafetensors(writeBundle(bundle), "m");
  return writeSafetensors({
    tensors: { ...file.tensors, ...tensors },
    metadata: { ...file.metadata, ...metadata },
  });
}

describe("a model file", () => {
  test("brings back everything that was put in", () => {
    expect(readBundle(writeBundle(bundle), "m")).toEqual(bundle);
    const { proof: _, training: __, ...least } = bundle;
    expect(readBundle(writeBundle(least), "m")).toEqual(least);
  });

  test("keeps a temperature, and a file without one has none", () => {
    expect(readBundle(writeBundle({ ...bundle, temperature: 1.7 }), "m").temperature).toBe(1.7);
    expect(readBundle(writeBundle(bundle), "m")).not.toHaveProperty("temperature");
    expect(() => readBundle(changed({ temperature: "0" }), "m")).toThrow(
      /temperature: expected a number above 0/,
    );
  });

  test("has the same bytes for the same bundle", () => {
    const weights = Object.fromEntries(Object.entries(bundle.weights).reverse());
    expect(writeBundle({ ...bundle, weights })).toEqual(writeBundle(bundle));
  });

  test("is safetensors that others can read: float32 tensors by parameter name, texts as metadata", () => {
    const { tensors, metadata } = readSafetensors(writeBundle(bundle), "m");
    expect(tensors["conv2d/kernel"]?.shape).toEqual([3, 3, 3, 2]);
    expect(metadata).toMatchObject({ format: "fovea", version: "1", classNames: '["cat","dög"]' });
  });

  test("is not written without all of its weights", () => {
    const { "dense/bias": _, ...weights } = bundle.weights;
    expect(() => writeBundle({ ...bundle, weights })).toThrow(/numbers for dense\/bias, received none/);
    const short = { ...bundle.weights, "dense/bias": new Float32Array(3) };
    expect(() => writeBundle({ ...bundle, weights: short })).toThrow(/2 numbers for shape \[2\], received 3/);
  });

  test.each([
    [
      "of somebody else",
      changed({ format: "pt" }),
      /expected a model file of Fovea, received safetensors with format pt/,
    ],
    [
      "of a later version",
      changed({ version: "9" }),
      /expected version 1 .* received 9; read it with the Fovea/,
    ],
    [
      "with a layer that this version does not know",
      changed({ model: '{"layers":[{"type":"banana"}]}' }),
      /one of conv2d, .*, received "banana"; read it with the Fovea/,
    ],
    ["with text that is no JSON", changed({ transforms: "{" }), /a readable transforms/],
    [
      "with a broken step",
      changed({ transforms: '[{"type":"resize","height":0}]' }),
      /transforms\[0\].height/,
    ],
    ["with one name twice", changed({ classNames: '["a","a"]' }), /different names/],
    [
      "with a weight of another shape",
      changed({}, { "dense/bias": ndarray(new Float32Array(3), [3]) }),
      /dense\/bias \[2\], received \[3\]/,
    ],
    [
      "with proof of another size",
      changed({}, { "proof/images": ndarray(new Uint8Array(9), [1, 9]) }),
      /proof images \[1, 4, 4, 3\]/,
    ],
  ])("%s is refused in one line that names it", (_, bytes, message) => {
    expect(() => readBundle(bytes, "m.safetensors")).toThrow(message);
    expect(() => readBundle(bytes, "m.safetensors")).toThrow(/^m\.safetensors: [^\n]*$/);
  });
});

describe("verifyProof", () => {
  const { proof } = bundle;
  test("accepts the same probabilities but for rounding, and tells the difference", () => {
    expect(verifyProof(proof, Float32Array.of(0.25, 0.75, 0.5, 0.5), "m")).toBe(0);
    expect(verifyProof(proof, Float32Array.of(0.2501, 0.7499, 0.5, 0.5), "m")).toBeCloseTo(0.0001, 5);
  });
  test.each([
    ["others", Float32Array.of(0.2, 0.8, 0.5, 0.5), /^m: .* received others, by up to 0.0500/],
    ["broken numbers", Float32Array.of(0.25, Number.NaN, 0.5, 0.5), /no such numbers/],
    ["too few", Float32Array.of(0.25, 0.75), /no such numbers/],
  ])("refuses %s", (_, probabilities, message) => {
    expect(() => verifyProof(proof, probabilities, "m")).toThrow(message);
  });
});
