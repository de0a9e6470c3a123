import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isObject } from "../../src/base/index.ts";
import { buildModel, modelNames } from "../../src/models/index.ts";
import { optimizerNames, summarize } from "../../src/nn/index.ts";
import { activationNames } from "../../src/nn/activations.ts";
import { layerOptions } from "./layerOptions.ts";

// docs/layers.md says what holds each of its rows: that it is there, and is about the row.

const page = readFileSync("docs/layers.md", "utf8");

/** Rows of the table under a heading: the names in the first cell, and all cells. */
function rowsOf(
  heading: string,
): readonly { readonly names: readonly string[]; readonly cells: readonly string[] }[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .map((cells) => ({
      names: [...(cells[0] ?? "").matchAll(/`([\w-]+)`/g)].map(([, name = ""]) => name),
      cells,
    }));
}

const filesIn = (text: string): readonly string[] =>
  [...text.matchAll(/[\w/-]+\.test\.ts/g)].map(([file]) =>
    file.startsWith("test/") ? file : `test/${file}`,
  );

test("every test and script that the page names is there", () => {
  const scripts = [...page.matchAll(/test\/golden\/[\w/]+\.py/g)].map(([path]) => path);
  const named = [...filesIn(page), ...scripts];
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

const golden: readonly unknown[] = [
  "activations",
  "convolutions",
  "edges",
  "merges",
  "normalizations",
  "others",
].flatMap((file) => JSON.parse(readFileSync(`test/golden/layers/${file}.json`, "utf8")) as unknown[]);

/** Types of layers and names of activations in a value, however deep. */
function* namesWithin(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const one of value) yield* namesWithin(one);
  if (!isObject(value)) return;
  for (const key of ["type", "activation"]) if (typeof value[key] === "string") yield value[key];
  yield* namesWithin(value["branches"]);
}

const inGolden = new Set(golden.flatMap((one) => (isObject(one) ? [...namesWithin(one["layer"])] : [])));

describe("layers", () => {
  const rows = rowsOf("Layers");
  const types = [...layerOptions.keys()].filter((type) => type !== "input");

  test("of network files are all there, and no other but the block", () => {
    expect(new Set(rows.flatMap(({ names }) => names))).toEqual(new Set([...types, "squeezeExcite"]));
  });

  test.each(rows.map(({ names, cells }) => [names.join(", "), names, cells.at(-1) ?? ""] as const))(
    "%s: the tests that are named hold them",
    (_, names, held) => {
      if (held.includes("parity"))
        expect(names.filter((name) => name !== "squeezeExcite" && !inGolden.has(name))).toEqual([]);
      for (const file of filesIn(held)) {
        const text = readFileSync(file, "utf8");
        for (const name of names) expect(text).toContain(`${name}(`);
      }
      expect(held).toMatch(/parity|\.test\.ts/);
    },
  );
});

test("activations are all there, each with numbers of Keras", () => {
  const names = rowsOf("Activations").flatMap((row) => row.names);
  expect(names.toSorted()).toEqual([...activationNames].toSorted());
  expect(names.filter((name) => !inGolden.has(name))).toEqual([]);
});

describe("models", () => {
  const rows = rowsOf("Models");

  test("are all there, each with its numbers", () => {
    const named = rows.flatMap(({ names }) => names);
    expect(named.toSorted()).toEqual(modelNames.filter((name) => !/-(half|quarter)$/.test(name)).toSorted());
    expect(named.filter((name) => !existsSync(`test/golden/models/${name}.json`))).toEqual([]);
  });

  test.each(rows.map(({ names, cells }) => [names[0] ?? "", cells] as const))(
    "%s has as many parameters and as much work as it says",
    (name, cells) => {
      const [input = 0, parameters = 0, mflop = 0] = cells
        .slice(-3)
        .map((cell) => Number(cell.replaceAll(",", "")));
      const classes = name === "tutorial" ? 4 : input >= 128 ? 1000 : 10;
      const { trainable, flops } = summarize(buildModel(name, { inputShape: [input, input, 3], classes }));
      expect(trainable).toBe(parameters);
      expect(Math.round(flops / 1e6)).toBe(mflop);
    },
  );
});

test("optimisers are all there, and their tests name them", () => {
  const rows = rowsOf("Optimisers");
  const named = new Set<string>(rows.flatMap(({ names }) => names));
  expect(optimizerNames.filter((name) => !named.has(name))).toEqual([]);
  for (const { names, cells } of rows) {
    const [file = ""] = filesIn(cells.at(-1) ?? "");
    const numbers = readFileSync("test/golden/optimizers.json", "utf8");
    const text = readFileSync(file, "utf8") + (file.includes("optimizerGolden") ? numbers : "");
    for (const name of names) expect(text, `${name} in ${file}`).toContain(name);
  }
});
