import { beforeAll, describe, expect, test } from "vitest";
import { type Hover, hoversOf } from "./hover.ts";

describe("the editor's hover", () => {
  let hovers: readonly Hover[] = [];
  beforeAll(() => {
    hovers = hoversOf(["index.ts", "predict.ts", "engine.ts"]);
    // It reads most of the sources: seconds where other tests share the machine.
  }, 60_000);
  const saying = (name: string): string => hovers.find((one) => one.name === name)?.documentation ?? "";

  test("looks at exports, at members of exported types, and at options that are not exported themselves", () => {
    const names = hovers.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["index.ts: conv2d", "predict.ts: openPredictor"]));
    expect(names).toEqual(
      expect.arrayContaining(["engine.ts: matmul", "Model.fit", "Conv2dLayerOptions.filters"]),
    );
    // Inherited, inline and from a union.
    expect(names).toEqual(
      expect.arrayContaining(["KernelLayerOptions.useBias", "cosine.totalSteps", "FitBatchEvent.steps"]),
    );
  });

  test("has words for every one of them", () => {
    expect(hovers.filter(({ documentation }) => documentation === "").map(({ name }) => name)).toEqual([]);
  });

  test.each([
    ["index.ts: conv2d", "Keras: Conv2D", "[H, W, C]"],
    ["index.ts: sequential", "Keras: Sequential", "sequential(["],
    ["Conv2dLayerOptions.kernelSize", "Pixels", "[vertical, horizontal]"],
    ["DropoutLayerOptions.rate", "Probability", "[0, 1)"],
    ["BackendOptions.threads", "Threads", "1-64"],
  ])("says of %s what it is, and its unit, shape or range", (name, ...words) => {
    for (const word of words) expect(saying(name)).toContain(word);
  });
});
