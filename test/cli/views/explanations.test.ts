import { describe, expect, test } from "vitest";
import type { ExplainResult, Explanation } from "../../../src/app/index.ts";
import { explainResultText } from "../../../src/cli/views/explanations.ts";
import { legendOf } from "../../../src/app/explain/page.ts";
import type { MapCaption, Written } from "../../../src/messages/index.ts";
import { plain } from "./samples.ts";

const look = { paint: plain, width: 100 };

const image = { path: "x.jpg", label: "cat", probability: 0.9 };
const ofClass = { ...image, class: "cat", classProbability: 0.9 };

const captioned = <S extends MapCaption>(caption: S): Written<S> => ({ ...caption, text: "made from" });

const gradcam = {
  ...ofClass,
  method: "gradcam",
  file: "out/x.gradcam.png",
  layer: "conv2",
  mapSize: [7, 7],
  channels: 4,
  peak: 1,
  faint: false,
  caption: captioned({ code: "gradcam-of", data: { layer: "conv2", channels: 4, mapSize: [7, 7] } }),
} as const;
const occlusion = {
  ...ofClass,
  method: "occlusion",
  file: "out/x.occlusion.png",
  patch: 8,
  mapSize: [6, 6],
  greatestDrop: 0.4,
  caption: captioned({ code: "occlusion-of", data: { patch: 8, mapSize: [6, 6], inputSize: [24, 24] } }),
  remark: { code: "occlusion-drop", data: { class: "cat", covered: 0.5 }, text: "covered" },
} as const;
const activations = (layer: string): Explanation => ({
  ...image,
  method: "activations",
  file: `out/x.${layer}.png`,
  layer,
  shape: [7, 7, 4],
  shownChannels: 4,
  caption: captioned({ code: "activations-of", data: { layer, shape: [7, 7, 4], shownChannels: 4 } }),
});

const resultOf = (explanations: readonly Explanation[]): ExplainResult => ({
  out: "out",
  page: "out/explain.html",
  explanations,
  methods: [],
  notes: [],
  skipped: [],
});

const rows = (...explanations: readonly Explanation[]): readonly string[][] => {
  const text = explainResultText(resultOf(explanations), look);
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
      ["x.occlusion.png", "covered"],
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

test("a remark stands behind the file, and nothing where there is none", () => {
  const remark = { code: "gradcam-faint", data: { class: "cat" }, text: "hardly anything" } as const;
  expect(rows({ ...gradcam, remark })[0]?.at(-1)).toBe("hardly anything");
  expect(rows(gradcam)[0]?.at(-1)).toBe("x.gradcam.png");
});

test("each method that was used has one legend, and the page is named last", () => {
  const methods = [legendOf("gradcam"), legendOf("occlusion")];
  const text = explainResultText({ ...resultOf([gradcam, gradcam, occlusion]), methods }, look);
  const said = text.replaceAll(/\s+/g, " ");
  for (const { statements } of methods) expect(said.split(statements[0]!.text)).toHaveLength(2);
  expect(text.trimEnd().split("\n").at(-1)).toContain("out/explain.html");
});

test("where no image could be read no page is named", () => {
  const { page: _, ...none } = resultOf([{ path: "y.jpg", error: "not an image" }]);
  expect(explainResultText(none, look)).not.toContain("explain.html");
});
