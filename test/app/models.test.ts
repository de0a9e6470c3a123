import { describe, expect, test } from "vitest";
import { models } from "../../src/app/index.ts";
import { modelNames, recipeOf } from "../../src/models/index.ts";

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
    for (const { about } of list) expect(about).toMatch(/^[^\n]{10,100}$/);
  });
});
