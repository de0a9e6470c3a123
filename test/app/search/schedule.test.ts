import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import { rankedTrials } from "../../../src/app/search/ranking.ts";
import { epochsFor, promotedOf, rungsOf, smallestSearch } from "../../../src/app/search/schedule.ts";
import { drawSettings, parseSpace, searchSpace } from "../../../src/app/search/space.ts";
import type { SearchRequest, Trial } from "../../../src/app/search/types.ts";

const costs = { secondsPerEpoch: 10, overhead: 1, reduction: 3 };

describe("successive halving", () => {
  test("trains a reduction-th of the epochs in each rung before", () => {
    expect(rungsOf(9, 3)).toEqual([1, 3, 9]);
    expect(rungsOf(27, 3)).toEqual([1, 3, 9, 27]);
    expect(rungsOf(15, 3)).toEqual([1, 5, 15]);
    expect(rungsOf(1, 3)).toEqual([1]);
    expect(rungsOf(16, 2)).toEqual([2, 4, 8, 16]);
  });

  test("promotes one in so many, and compares two at least in the last rung", () => {
    expect(promotedOf(9, 3, false)).toBe(3);
    expect(promotedOf(3, 3, false)).toBe(1);
    expect(promotedOf(3, 3, true)).toBe(2);
    expect(promotedOf(1, 3, true)).toBe(1);
  });

  test("takes the most epochs whose search fits into the time", () => {
    for (const seconds of [200, 1000, 3000]) {
      const epochs = epochsFor(seconds, 50, costs);
      expect(smallestSearch(epochs, costs).total).toBeLessThanOrEqual(seconds);
      expect(smallestSearch(epochs + 1, costs).total).toBeGreaterThan(seconds);
    }
    expect(epochsFor(1e6, 15, costs)).toBe(15);
    expect(epochsFor(1, 15, costs)).toBe(1);
  });
});

describe("the space", () => {
  const request: SearchRequest = { data: "cells", out: "found", minutes: 1 };
  const space = searchSpace(request, 120, 3);
  const draw = (number: number, fixed: Partial<SearchRequest> = {}) =>
    drawSettings({ ...request, ...fixed }, space, { number, random: seeded(5) });

  test("has the default model and size first, and nets that take the images", () => {
    expect(space.models[0]).toBe("plain4");
    expect(space.sizes).toEqual([96, 64]);
    expect(searchSpace(request, 32, 3).sizes).toEqual([32]);
    expect(searchSpace({ ...request, model: "lenet", size: 40 }, 120, 3)).toMatchObject({
      models: ["lenet"],
      sizes: [40],
    });
  });

  test("gives the first trial the defaults, and each number the same settings every time", () => {
    expect(draw(1)).toEqual({ model: "plain4", size: 96, augment: "auto" });
    expect(draw(7)).toEqual(draw(7));
    expect(new Set([2, 3, 4, 5].map((number) => draw(number).learningRate)).size).toBe(4);
  });

  test("leaves what is fixed out and draws the rest as without", () => {
    const { learningRate: _, ...rest } = draw(3);
    expect(draw(3, { learningRate: 0.5 })).toEqual(rest);
  });

  test("draws rates log-uniformly within their range", () => {
    const wide = { ...space, weightDecay: { min: 1e-6, max: 1e-2 } };
    const decays = Array.from({ length: 400 }, (_, i) => {
      const { weightDecay = 0 } = drawSettings(request, wide, { number: i + 2, random: seeded(1) });
      return weightDecay;
    });
    expect(Math.min(...decays)).toBeGreaterThanOrEqual(1e-6);
    expect(Math.max(...decays)).toBeLessThanOrEqual(1e-2);
    const below = decays.filter((decay) => decay < 1e-4).length;
    expect(below).toBeGreaterThan(160);
    expect(below).toBeLessThan(240);
  });

  test("is read from a file, whose wrong fields are named", () => {
    expect(parseSpace("my.json", { sizes: [32], learningRate: { min: 0.001, max: 0.1 } })).toEqual({
      sizes: [32],
      learningRate: { min: 0.001, max: 0.1 },
    });
    expect(() => parseSpace("my.json", { rates: [1] })).toThrow(/my\.json.*rates/);
    expect(() => parseSpace("my.json", { models: ["plain5"] })).toThrow(/my\.json.*models.*plain/);
    expect(() => parseSpace("my.json", { weightDecay: { min: 1, max: 0.1 } })).toThrow(/weightDecay/);
  });
});

test("trials of later rungs rank first, then accuracy, of equal ones the lower loss", () => {
  const trial = (number: number, rung: number, accuracy: number, loss = 1): Trial => ({
    number,
    run: "",
    drawn: {},
    history: [],
    rungs: Array.from({ length: rung }, (_, i) => ({
      rung: i + 1,
      epochs: i + 1,
      folds: 1,
      seconds: 1,
      images: 10,
      interval: [0, 1],
      accuracy,
      loss,
    })),
  });
  const all = [trial(1, 0, 0), trial(2, 1, 0.99), trial(3, 2, 0.5, 2), trial(4, 2, 0.5, 1), trial(5, 2, 0.6)];
  expect(rankedTrials(all).map(({ number }) => number)).toEqual([5, 4, 3, 2, 1]);
});
