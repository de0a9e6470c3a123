import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { ExplainResult } from "../../src/app/index.ts";
import { convolutional, putModel } from "../app/smallModel.ts";
import { fovea } from "./built.ts";
import { ranIn } from "./inProcess.ts";
import { filesIn, image, put, temporaryFolder } from "./support.ts";

const sizeOf = async (path: string): Promise<readonly (number | string | undefined)[]> => {
  const { format, width, height } = await sharp(path).metadata();
  return [format, width, height];
};

const document = (out: string): ExplainResult => JSON.parse(out) as ExplainResult;

const args = ["--threads", "1"];

describe("fovea explain", () => {
  test("writes an image beside its Grad-CAM, named after image, method and class; one that is broken stops no other", async () => {
    const folder = await temporaryFolder();
    await putModel(folder, convolutional);
    await put(join(folder, "a", "cell.png"), await image([190, 20, 30], 1, 300));
    await put(join(folder, "b", "Cell.jpg"), await image([20, 40, 190], 2, 20));
    await put(join(folder, "a", "note.png"), "no image");
    const images = ["a/cell.png", "a/note.png", "b/Cell.jpg"];
    const { code, out, err } = await fovea(
      ["explain", "model.safetensors", ...images, "--json", ...args],
      folder,
    );
    // On a slow machine lines of progress stand before it.
    expect(err).toMatch(/(^|\n)fovea: 1 image could not be read\n$/);
    expect(code).toBe(1);
    const { out: to, explanations, notes } = document(out);
    expect([to, notes]).toEqual([join("runs", "explain-1"), []]);
    expect(explanations.map((one) => "path" in one && one.path)).toEqual(images);
    const [first, broken, second] = explanations;
    expect(broken).toEqual({ path: "a/note.png", error: expect.stringMatching(/^expected a JPEG, PNG/) });
    if (!first || !second || !("label" in first) || !("label" in second)) throw new Error(out);
    expect(first).toMatchObject({
      method: "gradcam",
      layer: "conv2d_1",
      mapSize: [8, 8],
      class: first.label,
    });
    expect(first.probability).toBeGreaterThan(1 / 3);
    const safe = (label: string): string => label.replace("/", "_");
    expect(first.file).toBe(`${to}/cell-gradcam-${safe(first.label)}.png`);
    expect(second.file).toBe(`${to}/Cell-2-gradcam-${safe(second.label)}.png`);
    expect(await sizeOf(join(folder, first.file))).toEqual(["png", 608, 300]);
    expect(await sizeOf(join(folder, second.file))).toEqual(["png", 528, 260]);
    expect(await filesIn(join(folder, "runs"))).toHaveLength(3);
  });

  test("writes everything that there is with --method all, into a new folder only, and says how to read it", async () => {
    const folder = await temporaryFolder();
    await putModel(folder, convolutional);
    await put(join(folder, "data", "x.png"), await image([190, 20, 30], 1, 300));
    const all = [
      "explain",
      "model.safetensors",
      "data",
      "--method",
      "all",
      "--class",
      "green",
      "--out",
      "seen",
      ...args,
    ];
    const { code, out } = await ranIn(folder, all);
    expect(code).toBe(0);
    expect(out).toMatch(/data\/x\.png .*% {2}x-gradcam-green\.png/);
    expect(out).toMatch(/x-activations-1-conv2d-16x16x4\.png +and 3 more layers/);
    expect(out).toMatch(/Grad-CAM: .*\n(.*\n)*Results: seen\/explain.html \(open it in a browser\)\n$/);
    expect(await filesIn(join(folder, "seen"))).toEqual([
      "explain.html",
      "filters-conv2d.png",
      "x-activations-1-conv2d-16x16x4.png",
      "x-activations-2-activation-16x16x4.png",
      "x-activations-3-max_pooling2d-8x8x4.png",
      "x-activations-4-conv2d_1-8x8x8.png",
      "x-gradcam-green.png",
      "x-occlusion-green.png",
    ]);
    expect(await sizeOf(join(folder, "seen", "x-occlusion-green.png"))).toEqual(["png", 608, 300]);
    expect(await sizeOf(join(folder, "seen", "x-activations-1-conv2d-16x16x4.png"))).toEqual([
      "png",
      130,
      130,
    ]);
    const inside = await ranIn(folder, [...all.slice(0, 7), "--out", "data/seen"]);
    expect(inside.err).toMatch(/^fovea: --out: expected a place outside of the data/);
    expect(await filesIn(join(folder, "data"))).toEqual(["x.png"]);
  });

  test("refuses an unknown class in one line and leaves nothing behind", async () => {
    const folder = await temporaryFolder();
    await putModel(folder, convolutional);
    await put(join(folder, "x.png"), await image([190, 20, 30], 1));
    const { code, out, err } = await ranIn(folder, [
      "explain",
      "model.safetensors",
      "x.png",
      "--class",
      "yellow",
    ]);
    expect(err).toBe('fovea: --class: expected one of blue/ish, green and red, received "yellow"\n');
    expect([code, out]).toEqual([2, ""]);
    expect(await filesIn(join(folder, "runs"))).toEqual([]);
  });
});
