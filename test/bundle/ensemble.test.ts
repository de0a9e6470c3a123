import { describe, expect, test } from "vitest";
import { FoveaError, seeded } from "../../src/base/index.ts";
import {
  readBundle,
  readNets,
  readSafetensors,
  writeBundle,
  writeEnsemble,
  writeSafetensors,
} from "../../src/bundle/index.ts";
import { resize } from "../../src/data/index.ts";
import { initialize } from "../../src/nn/index.ts";
import { smallBundle } from "./smallBundle.ts";

const { model, inputShape, transforms } = smallBundle;
const nets = [1, 2, 3].map((seed) => ({
  ...smallBundle,
  weights: initialize(model, inputShape, seeded(seed)),
  transforms: [...transforms.slice(0, 1), { type: "rescale", scale: 1 / seed, offset: 0 } as const],
  temperature: 1 + seed,
  training: { fold: seed },
}));
const bytes = writeEnsemble(nets);
const file = readSafetensors(bytes, "m");

/** The file with other metadata, written anew. */
const withMetadata = (changes: Readonly<Record<string, string>>): Uint8Array =>
  writeSafetensors({ ...file, metadata: { ...file.metadata, ...changes } });

describe("a model file of several nets", () => {
  test("gives back each net with its weights, transforms, temperature, proof and record", () => {
    expect(readNets(bytes, "m")).toEqual(nets);
    expect(writeEnsemble(readNets(bytes, "m"))).toEqual(bytes);
  });

  test("of one net is read as ever, and its bytes name version 1", () => {
    const one = writeBundle(smallBundle);
    expect(readNets(one, "m")).toEqual([smallBundle]);
    expect(readSafetensors(one, "m").metadata["version"]).toBe("1");
    expect(file.metadata["version"]).toBe("2");
  });

  test("is refused where one net is needed, with its number of nets", () => {
    expect(() => readBundle(bytes, "m")).toThrow(
      /^m: expected a model file of one net, received an ensemble of 3;/,
    );
  });

  test("is not written of nets that do not belong together", () => {
    const [first = smallBundle, ...rest] = nets;
    const others = [
      [{ classNames: ["cat", "dog"] }, "class names"],
      [{ transforms: [resize({ height: 4, width: 4, fit: "crop" })] }, "preprocessing"],
    ] as const;
    for (const [change, what] of others)
      expect(() => writeEnsemble([first, { ...first, ...change }, ...rest])).toThrow(
        `net 2: expected the ${what} of net 1`,
      );
  });

  test.each<[string, () => Uint8Array, RegExp]>([
    [
      "a missing tensor",
      () => {
        const { "net/2/conv2d/kernel": _, ...tensors } = file.tensors;
        return writeSafetensors({ ...file, tensors });
      },
      /^m: net 2: expected float32 numbers conv2d\/kernel .*, received none; the file is damaged/,
    ],
    [
      "a missing net",
      () => {
        const kept = Object.entries(file.tensors).filter(([name]) => !name.startsWith("net/3/"));
        return writeSafetensors({ ...file, tensors: Object.fromEntries(kept) });
      },
      /^m: net 3: expected float32 numbers conv2d\/kernel/,
    ],
    [
      "a net of other class names",
      () => {
        const own = nets.map((net, i) => ({
          transforms: net.transforms,
          ...(i === 1 && { classNames: ["dög", "cat"] }),
        }));
        return withMetadata({ nets: JSON.stringify(own) });
      },
      /^m: net 2: expected the class names of net 1, received another; the file is damaged/,
    ],
    ["no nets", () => withMetadata({ nets: "[]" }), /^m: expected a readable nets/],
    ["nets that are numbers", () => withMetadata({ nets: "[1, 2]" }), /^m: expected a readable nets/],
    [
      "a net without transforms",
      () => withMetadata({ nets: JSON.stringify(nets.map(() => ({}))) }),
      /^m: net 1: /,
    ],
    [
      "a later version",
      () => withMetadata({ version: "3" }),
      /^m: expected version 1 or 2 of the model file/,
    ],
  ])("with %s is refused by the net that is broken", (_, damagedFile, refusal) => {
    expect(() => readNets(damagedFile(), "m")).toThrow(refusal);
  });

  test("that breaks off anywhere is refused in one line", () => {
    for (let length = 0; length < bytes.length; length += 97) {
      let refusal: unknown;
      try {
        readNets(bytes.subarray(0, length), "m");
      } catch (error) {
        refusal = error;
      }
      expect(refusal).toBeInstanceOf(FoveaError);
      expect(String(refusal)).toMatch(/m: expected [^\n]+, received [^\n]+$/);
    }
  });
});
