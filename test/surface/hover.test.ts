import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import * as engine from "../../src/engine.ts";
import * as whole from "../../src/index.ts";
import * as predicting from "../../src/predict.ts";
import { promisesOf, usesFiles } from "./examples.ts";
import { type Surface, surfaceOf } from "./hover.ts";

let surface: Surface = { hovers: [], examples: [], exampleErrors: [] };
beforeAll(() => {
  surface = surfaceOf(["index.ts", "predict.ts", "engine.ts"]);
  // It reads most of the sources: seconds where other tests share the machine.
}, 60_000);

describe("the editor's hover", () => {
  const saying = (name: string): string =>
    surface.hovers.find((one) => one.name === name)?.documentation ?? "";

  test("looks at exports, at members of exported types, and at options that are not exported themselves", () => {
    const names = surface.hovers.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["index.ts: conv2d", "predict.ts: openPredictor"]));
    expect(names).toEqual(
      expect.arrayContaining(["engine.ts: matmul", "Model.fit", "Conv2dLayerOptions.filters"]),
    );
    // Inherited, of a mapped type and from a union.
    expect(names).toEqual(
      expect.arrayContaining(["SumLayerOptions.useBias", "Cosine.totalSteps", "FitBatchEvent.steps"]),
    );
  });

  test("has words for every one of them", () => {
    expect(
      surface.hovers.filter(({ documentation }) => documentation === "").map(({ name }) => name),
    ).toEqual([]);
  });

  test.each([
    ["index.ts: conv2d", "Keras: Conv2D", "[H, W, C]"],
    ["index.ts: sequential", "Keras: Sequential", "compile and fit"],
    ["Conv2dLayerOptions.kernelSize", "Pixels", "[vertical, horizontal]"],
    ["DropoutLayerOptions.rate", "Probability", "[0, 1)"],
    ["BackendOptions.threads", "Threads", "1-64"],
  ])("says of %s what it is, and its unit, shape or range", (name, ...words) => {
    for (const word of words) expect(saying(name)).toContain(word);
  });
});

describe("the examples of the doc comments", () => {
  const exportsOf = { "index.ts": whole, "predict.ts": predicting, "engine.ts": engine };

  test("stand at every name that an entry exports", () => {
    expect(surface.examples.length).toBeGreaterThan(150);
    expect(
      surface.examples.filter(({ code }) => code === "").map(({ entry, name }) => `${entry}: ${name}`),
    ).toEqual([]);
  });

  test("are correct TypeScript by the types of the package", () => {
    expect(surface.exampleErrors).toEqual([]);
  });

  test("do what their comments say, where they need no files", async () => {
    const broken: unknown[] = [];
    let promises = 0;
    for (const example of surface.examples.filter((one) => !usesFiles(one))) {
      const { entry, name } = example;
      const made = await promisesOf(example, exportsOf[entry]).catch((error: Error) => error.message);
      if (typeof made === "string") broken.push({ name, error: made });
      else {
        promises += made.length;
        broken.push(...made.filter(({ found, wanted }) => !isDeepStrictEqual(found, wanted)));
      }
    }
    expect(broken).toEqual([]);
    expect(promises).toBeGreaterThan(70);
  });
});
