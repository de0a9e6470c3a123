import { describe, expect, test } from "vitest";
import { type ModelsEvent, listModels, models, resultOf } from "../../src/app/index.ts";
import type { Backend } from "../../src/engine/index.ts";
import { modelNames, recipeOf } from "../../src/models/index.ts";
import { fakeServices } from "./fakeServices.ts";

const list = models();

describe("the list of models", () => {
  test("has every architecture once, with the recipe it is trained by", () => {
    expect(list.map(({ name }) => name)).toEqual(modelNames);
    for (const { name, size, batchSize, epochs } of list) {
      const recipe = recipeOf(name);
      expect({ size, batchSize, epochs }).toEqual({
        size: recipe.size,
        batchSize: recipe.batchSize,
        epochs: recipe.epochs,
      });
    }
  });

  test("counts parameters for four classes, and operations for one image", () => {
    const tutorial = list.find(({ name }) => name === "tutorial");
    // Two convolutions 3x3, then 50 x 50 maps of 32 channels into 128 units and 4 classes, each with a bias.
    const [first, second, hidden, last] = [32 * (27 + 1), 32 * (288 + 1), 128 * (50 * 50 * 32 + 1), 4 * 129];
    expect(tutorial?.parameters).toBe(first + second + hidden + last);
    // A product and a sum for each filter weight at each place.
    const products = 200 * 200 * 32 * 27 + 100 * 100 * 32 * 288 + 80_000 * 128 + 128 * 4;
    expect((tutorial?.flops ?? 0) / (2 * products)).toBeCloseTo(1, 2);
  });

  test("says of each what it is, on one line", () => {
    // What is left of a line of 100 characters.
    for (const { about } of list) expect(about).toMatch(/^[^\n]{10,36}$/);
  });
});

describe("memory and speed of the list", () => {
  async function services(): Promise<Parameters<typeof listModels>[1]> {
    const measure: Backend["measure"] = (programs) => {
      const [program] = Object.values(programs);
      const images = program?.graph.values.find(({ name, role }) => name === "x" && role === "input");
      const total = 1000 * (images?.shape[0] ?? 0);
      return { parameters: 0, working: total, code: 0, total };
    };
    const backend = { ...(await fakeServices().openBackend({})), measure };
    return { openBackend: async () => backend, clock: () => 0, memory: { bytes: 1e9, of: "1 GB" } };
  }

  const signal = new AbortController().signal;

  test("are left out unless asked for, and no model is planned", async () => {
    const { models: found } = await resultOf(listModels({}, await services(), signal));
    expect(found).toEqual(list);
  });

  test("memory is that of a training step at the recipe's batch size, one model after the other", async () => {
    const events: ModelsEvent[] = [];
    const request = { memory: true };
    const result = await resultOf(listModels(request, await services(), signal), (event: ModelsEvent) =>
      events.push(event),
    );
    for (const { batchSize, memoryBytes, imagesPerSecond } of result.models) {
      expect(memoryBytes).toBe(1000 * batchSize);
      expect(imagesPerSecond).toBeUndefined();
    }
    expect(events.map(({ name }) => name)).toEqual(modelNames);
  });
});
