import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseModel } from "../../src/nn/index.ts";
import { layerOptions as layers } from "./layerOptions.ts";

const page = readFileSync("docs/formats/json.md", "utf8");

const kernelOptions = /^- Kernel options: (.*?)\.\n/ms.exec(page)?.[1] ?? "";

/** The table's row of a layer, with what its short words stand for. */
const rowOf = (type: string): string =>
  (
    page.split("\n").find((line) => line.startsWith("| `") && line.split("|")[1]?.includes(`\`${type}\``)) ??
    ""
  )
    .split("|")
    .slice(2)
    .join("|")
    .replace("kernel options", kernelOptions);

const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([a-z]\w*)`(?! of)/g)].map(([, name = ""]) => name);

describe("the table of layers in docs/formats/json.md", () => {
  test("has a row for every layer of the schema", () => {
    expect(layers.size).toBeGreaterThan(30);
    expect([...layers.keys()].filter((type) => rowOf(type) === "")).toEqual([]);
  });

  test.each([...layers].map(([type, options]) => [type, options] as const))(
    "has the options of %s",
    (type, options) => {
      const known = new Set([...layers.values()].flat());
      const named = namesIn(rowOf(type)).filter((name) => known.has(name));
      expect(new Set(named)).toEqual(new Set(options));
    },
  );

  test("has the defaults that a file's reader fills in", () => {
    const wrong = [...layers.keys()].flatMap((type) => {
      if (type === "input") return [];
      const defaults = [...rowOf(type).matchAll(/`(\w+)` \(([\w.-]+)\)/g)];
      const { layers: read } = parseModel({ layers: [{ ...least[type], type }] }, "net.json");
      const layer: Readonly<Record<string, unknown>> = { ...read[0] };
      // What is not filled in is told by the reader of the layer: its tests hold that.
      return defaults
        .filter(([, name = "", text = ""]) => layer[name] !== undefined && !isShown(layer[name], text))
        .map(([, name = "", text]) => `${type}: ${name} is ${String(layer[name])}, documented ${text}`);
    });
    expect(wrong).toEqual([]);
  });
});

/** Options that have to be given. */
const least: Readonly<Record<string, object>> = {
  conv2d: { filters: 1, kernelSize: 1 },
  conv2dTranspose: { filters: 1, kernelSize: 1 },
  depthwiseConv2d: { kernelSize: 1 },
  separableConv2d: { filters: 1, kernelSize: 1 },
  dense: { units: 1 },
  activation: { activation: "relu" },
  rescaling: { scale: 1 },
  reshape: { targetShape: [1] },
  permute: { dims: [1] },
  dropout: { rate: 0 },
  spatialDropout2d: { rate: 0 },
  gaussianDropout: { rate: 0 },
  gaussianNoise: { stddev: 0 },
  stochasticDepth: { rate: 0 },
  sliceChannels: { size: 1 },
  add: { branches: [[], []] },
  multiply: { branches: [[], []] },
  concatenate: { branches: [[], []] },
};

/** Whether a default reads so: a pair of equal numbers as one, an empty list as none. */
function isShown(value: unknown, text: string): boolean {
  if (!Array.isArray(value)) return String(value) === text || Number(value) === Number(text);
  return value.length === 0 ? text === "none" : value.flat().every((one) => String(one) === text);
}
