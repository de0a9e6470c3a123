import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const source = join(import.meta.dirname, "../../src");

/** Folders of src whose files a file imports, types included, over any number of steps. */
function layersReachedFrom(entry: string): readonly string[] {
  const found = new Set([join(source, entry)]);
  // A set is walked in the order of insertion, what is added meanwhile included.
  for (const file of found) {
    for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g))
      found.add(join(dirname(file), path));
  }
  const inside = [...found].map((file) => relative(source, file)).filter((path) => path.includes("/"));
  return [...new Set(inside.map((path) => path.slice(0, path.indexOf("/"))))].sort();
}

describe("what an entry of the package pulls in", () => {
  test("the whole library trains and explains", () => {
    expect(layersReachedFrom("index.ts")).toEqual(expect.arrayContaining(["api", "explain", "train"]));
  });

  test("fovea/predict: neither training, evaluation, explanations nor reports", () => {
    expect(layersReachedFrom("predict.ts")).toEqual([
      "base",
      "bundle",
      "data",
      "engine",
      "nn",
      "platform",
      "predict",
      "simd",
    ]);
  });

  test("fovea/engine: no layers, models or training", () => {
    expect(layersReachedFrom("engine.ts")).toEqual(["base", "data", "engine", "platform", "simd"]);
  });
});
