import { describe, expect, test } from "vitest";
import type { ConvDirection, ConvGeometry, Depthwise } from "../../../../src/engine/kernels/index.ts";
import { depthwiseCandidates } from "../../../../src/engine/plan/algorithms/depthwise.ts";
import { buffer, contextOf, geometry } from "../hand.ts";

const [x, w, y] = [buffer(0, [1]), buffer(1, [1]), buffer(2, [1])] as const;

/** The kernels on vectors of channels. */
function onVectors(g: ConvGeometry, direction: ConvDirection = "forward", fields: Partial<Depthwise> = {}) {
  const work: Depthwise = {
    kind: "depthwise",
    direction,
    geometry: { ...g, filters: g.channels },
    inputs: [x, w],
    output: y,
    epilogue: {},
    nests: [],
    ...fields,
  };
  return depthwiseCandidates(contextOf(), work)[0]?.kernels() ?? [];
}

const wide = geometry({ n: 16, height: 48, width: 48, channels: 64 });

describe("a depthwise convolution on vectors of channels", () => {
  test("takes six rows at a time, four where it steps over rows", () => {
    expect(onVectors(wide)[0]).toMatchObject({ kind: "depthwiseRows", maxRows: 6 });
    const strided = { ...wide, strides: [2, 2] as const, outHeight: 24, outWidth: 24 };
    expect(onVectors({ ...strided, strides: [2, 2] })[0]).toMatchObject({ maxRows: 4 });
    // Its input gradient makes rows of dx, whatever the stride.
    expect(onVectors({ ...strided, strides: [2, 2] }, "inputGradient")[0]).toMatchObject({
      maxRows: 6,
      source: x,
      output: y,
    });
  });

  test.each<[string, ConvGeometry, number]>([
    // 16 · 8 tiles; one is 6 · 48 · 64 · 9 = 165,888 multiply-adds, so a million are 7; 32 tasks want 4.
    ["a 32nd of all", wide, 4],
    // 6 · 8 · 4 · 9 = 1,728 multiply-adds a tile: 19 are worth a task.
    ["as many as are worth a task", geometry({ n: 64, height: 6 }), 19],
    // 6 · 100 · 256 · 9 multiply-adds are 1.3 times what is enough for one task.
    ["one of much work", geometry({ n: 512, height: 6, width: 100, channels: 256 }), 1],
  ])("gives a task so many tiles: %s", (_, g, tiles) => {
    expect(onVectors(g)[0]).toMatchObject({ tiles });
  });

  test.each<[string, Partial<Depthwise>, string]>([
    ["nothing", {}, "depthwise conv2d"],
    [
      "a bias and a lower bound",
      { epilogue: { bias: buffer(3, [4]), min: 0 } },
      "depthwise conv2d+bias+clip",
    ],
    ["an upper bound", { epilogue: { max: 6 } }, "depthwise conv2d+clip"],
    ["a gradient", { direction: "inputGradient" }, "depthwise conv2d input gradient"],
  ])("is named after what it does on the way out: %s", (_, fields, label) => {
    expect(onVectors(wide, "forward", fields)[0]?.label).toBe(label);
  });
});

describe("a depthwise filter gradient on vectors of channels", () => {
  const gradient = (g: ConvGeometry) => onVectors(g, "filterGradient");

  test("writes straight into dw where there is little work", () => {
    // 2 images of 8 x 8 pixels: 4,608 multiply-adds are not worth two tasks.
    const [sums, ...rest] = gradient(geometry());
    expect(sums).toMatchObject({ kind: "depthwiseSums", source: x, gradient: w, partials: y, tiles: 4 });
    expect(rest).toEqual([]);
  });

  test("adds up sixteen runs of much work, in order", () => {
    const [sums, add] = gradient(wide);
    // 128 tiles of six rows, 8 a run; nine taps of 64 channels each.
    expect(sums).toMatchObject({ tiles: 8, partials: { shape: [16, 9 * 64] } });
    expect(add).toMatchObject({ kind: "nest", label: "reduce partial sums", reduce: [16] });
  });

  test("has no run sum over many more than 4,096 pixels", () => {
    // 16 · 144 · 144 pixels are 81 times 4,096; of 384 tiles every run takes 4.
    const [sums] = gradient(geometry({ n: 16, height: 144, width: 144 }));
    expect(sums).toMatchObject({ tiles: 4, partials: { shape: [96, 36] } });
  });
});
