import { describe, expect, test } from "vitest";
import type { Explanation } from "../../../src/app/index.ts";
import { explainResultText } from "../../../src/cli/views/explanations.ts";
import { plain } from "./samples.ts";

const look = { paint: plain, width: 100 };

const image = { path: "x.jpg", label: "cat", probability: 0.9 };
const ofClass = { ...image, class: "cat", classProbability: 0.9 };

const gradcam = {
  ...ofClass,
  method: "gradcam",
  file: "out/x.gradcam.png",
  layer: "conv2",
  mapSize: [7, 7],
  peak: 1,
  faint: false,
} as const;
const occlusion = {
  ...ofClass,
  method: "occlusion",
  file: "out/x.occlusion.png",
  patch: 8,
  greatestDrop: 0.4,
} as const;
const activations = (layer: string): Explanation => ({
  ...image,
  method: "activations",
  file: `out/x.${layer}.png`,
  layer,
  shape: [7, 7, 4],
  shownChannels: 4,
});

const rows = (...explanations: readonly Explanation[]): readonly string[][] => {
  const text = explainResultText({ out: "out", explanations, notes: [] }, look);
  const table = text.slice(0, text.includes("\n\n") ? text.indexOf("\n\n") : undefined);
  return table
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().split(/\s{2,}/));
};

describe("a row for each image and method", () => {
  test("image, class, probability, file", () => {
    expect(rows(gradcam)).toEqual([["x.jpg", "cat", "90.0%", "x.gradcam.png"]]);
  });

  test("an image is named once", () => {
    expect(rows(gradcam, occlusion)).toEqual([
      ["x.jpg", "cat", "90.0%", "x.gradcam.png"],
      ["x.occlusion.png", "covered: cat down to 50.0%"],
    ]);
  });

  test("layers of one image are counted, not listed", () => {
    expect(rows(activations("conv1"), activations("conv2"), activations("conv3"))).toEqual([
      ["x.jpg", "cat", "90.0%", "x.conv1.png", "and 2 more layers"],
    ]);
  });

  test("an image that cannot be read has its reason", () => {
    expect(rows({ path: "y.jpg", error: "not an image" })).toEqual([["y.jpg", "not read", "not an image"]]);
  });
});

describe("what the map shows", () => {
  test.each<[string, Explanation, string]>([
    ["nothing", { ...gradcam, peak: 0 }, "nothing in conv2 speaks for cat"],
    ["little", { ...gradcam, faint: true }, "far more speaks against cat than for it"],
    ["no place", { ...occlusion, greatestDrop: 0 }, "no place matters"],
  ])("%s", (_, one, expected) => {
    expect(rows(one)[0]?.at(-1)).toBe(expected);
  });
});

test("each method that was used has one legend", () => {
  const text = explainResultText(
    { out: "out", explanations: [gradcam, gradcam, occlusion], notes: [] },
    look,
  );
  expect(text.match(/Grad-CAM:/g)).toHaveLength(1);
  expect(text.match(/Occlusion:/g)).toHaveLength(1);
  expect(text).not.toContain("Filters:");
});
