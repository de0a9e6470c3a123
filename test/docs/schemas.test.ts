import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { modelNames, buildModel } from "../../src/models/index.ts";
import { readSettings } from "../../src/app/train/config/fields.ts";
import { parseModel } from "../../src/nn/index.ts";
import { faultsOf, readSchema, schemaNames } from "./validator.ts";

/** Every schema within a schema that describes an object, by its path. */
function* objectsIn(
  schema: unknown,
  path: string,
): Generator<readonly [string, Readonly<Record<string, unknown>>]> {
  if (typeof schema !== "object" || schema === null) return;
  if ("properties" in schema) yield [path, { ...schema }];
  for (const [key, part] of Object.entries(schema)) yield* objectsIn(part, `${path}/${key}`);
}

describe.each(schemaNames)("the schema %s", (name) => {
  test("is a schema of draft 2020-12, and refuses what is no such document", () => {
    expect(readSchema(name)["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(faultsOf(name, { "no such field": 0 })).not.toEqual([]);
  });

  test("is closed: no object may hold a field that it does not name", () => {
    const open = [...objectsIn(readSchema(name), name)].filter(
      ([, one]) => one["additionalProperties"] !== false,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });
});

const dense = { type: "dense", units: 3, activation: "softmax" };

describe("a network file", () => {
  test.each(modelNames)("%s with all its options is one", (name) => {
    const model: unknown = JSON.parse(
      JSON.stringify(buildModel(name, { inputShape: [96, 96, 3], classes: 3 })),
    );
    expect(faultsOf("network", model)).toEqual([]);
    expect(() => parseModel(model, name)).not.toThrow();
  });

  test.each<[string, object]>([
    ["the least", { layers: [{ type: "flatten" }, dense] }],
    ["the address of its schema", { $schema: "./network.schema.json", layers: [{ type: "flatten" }, dense] }],
    [
      "branches",
      {
        layers: [
          { type: "add", branches: [[], [{ type: "conv2d", filters: 3, kernelSize: 3, padding: "same" }]] },
          dense,
        ],
      },
    ],
    ["an input", { layers: [{ type: "input", shape: [8, 8, 3] }, { type: "globalMaxPooling2d" }, dense] }],
  ])("may have %s", (_, network) => {
    expect(faultsOf("network", network)).toEqual([]);
    expect(() => parseModel(network, "net.json")).not.toThrow();
  });

  test.each<[string, object]>([
    ["an unknown layer", { layers: [{ type: "conv3d" }] }],
    ["an unknown option", { layers: [{ ...dense, unit: 3 }] }],
    ["a missing option", { layers: [{ type: "dense" }] }],
    ["an unknown activation", { layers: [{ ...dense, activation: "relux" }] }],
    ["a text in place of a number", { layers: [{ ...dense, units: "3" }] }],
    ["no layers", { name: "net" }],
    ["a field of its own", { layers: [dense], author: "me" }],
  ])("may not have %s: the schema refuses what the reader refuses", (_, network) => {
    expect(faultsOf("network", network)).not.toEqual([]);
    expect(() => parseModel(network, "net.json")).toThrow();
  });
});

describe("a file for --config", () => {
  test.each<[string, object]>([
    ["nothing", {}],
    ["names", { data: "cells", model: "resnet9", optimizer: "sgd", schedule: "cosine", augment: "light" }],
    [
      "settings of an optimizer, a schedule and steps",
      {
        optimizer: { type: "sgd", momentum: 0.95 },
        schedule: { type: "step", every: 3 },
        augment: [{ type: "randomFlip" }],
      },
    ],
    ["a network", { model: { layers: [{ type: "flatten" }, dense] }, batchSize: 8 }],
  ])("may have %s", (_, config) => {
    expect(faultsOf("train-config", config)).toEqual([]);
    expect(() => readSettings("my.json", config)).not.toThrow();
  });

  test.each<[string, object]>([
    ["an unknown field", { epoch: 3 }],
    ["an unknown optimizer", { optimizer: "sdg" }],
    ["a text in place of a number", { epochs: "3" }],
    ["an unknown step", { augment: [{ type: "randomFlipp" }] }],
    ["an unknown layer", { model: { layers: [{ type: "conv3d" }] } }],
  ])("may not have %s: the schema refuses what the reader refuses", (_, config) => {
    expect(faultsOf("train-config", config)).not.toEqual([]);
    expect(() => readSettings("my.json", config)).toThrow();
  });
});

test("docs/model.schema.json is the schema of a network", async () => {
  const { $id, $ref } = JSON.parse(await readFile("docs/model.schema.json", "utf8")) as Record<
    string,
    string
  >;
  expect(String(new URL(String($ref), $id))).toBe(readSchema("network")["$id"]);
});

describe("docs/formats/json.md", async () => {
  const page = await readFile("docs/formats/json.md", "utf8");

  test("names every schema, and no other", () => {
    const named = [...page.matchAll(/schemas\/([\w-]+)\.schema\.json\)/g)].map(([, name]) => name);
    expect(new Set(named)).toEqual(new Set(schemaNames));
    expect(named.length).toBe(schemaNames.length);
  });

  test("shows a network that can be trained", () => {
    const [, text = ""] = /```json\n(.*?)```/s.exec(page) ?? [];
    const network: unknown = JSON.parse(text);
    expect(faultsOf("network", network)).toEqual([]);
    expect(() => parseModel(network, "net.json")).not.toThrow();
  });
});
