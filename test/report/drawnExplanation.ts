import { colourScale } from "../../src/messages/index.ts";
import type { ExplanationReport, ReportExplained, ReportMap } from "../../src/report/index.ts";
import { pixels } from "./drawn.ts";

/** A report of every kind of map. */
export function drawnExplanation({
  image = pixels(),
  paths = ["cells/a.jpg"],
  classNames: [predicted = "cat", other = "dog"] = [],
}: {
  readonly image?: string;
  readonly paths?: readonly string[];
  readonly classNames?: readonly string[];
} = {}): ExplanationReport {
  const map = (file: string, rest: Pick<ReportMap, "caption" | "remark">): ReportMap => ({
    file: `${file}.png`,
    url: image,
    sharp: file.includes("-activations-") || file.startsWith("filters"),
    ...rest,
  });
  const shown = (path: string): ReportExplained => ({
    path,
    prediction: {
      code: "explained-class",
      data: { predicted, probability: 0.917, explained: { class: other, probability: 0.031 } },
    },
    url: image,
    maps: [
      map("a-gradcam-dog", {
        caption: { code: "gradcam-of", data: { layer: "conv2d_3", channels: 128, mapSize: [12, 12] } },
        remark: { code: "gradcam-faint", data: { class: other } },
      }),
      map("a-occlusion-dog", {
        caption: { code: "occlusion-of", data: { patch: 16, mapSize: [12, 12], inputSize: [96, 96] } },
      }),
    ],
    layers: [
      map("a-activations-1-conv2d", {
        caption: {
          code: "activations-of",
          data: { layer: "conv2d", shape: [96, 96, 128], shownChannels: 64 },
        },
      }),
    ],
  });
  const filters = { layer: "conv2d", filters: 64, shownFilters: 16, channels: 32, shownChannels: 16 };
  return {
    title: "cells-1",
    summary: { code: "explain-summary", data: { model: "runs/cells-1/model.safetensors", images: 1 } },
    methods: (["gradcam", "occlusion", "activations", "filters"] as const).map((method) => ({
      name: method,
      colours: colourScale(method),
      statements: [
        { code: "explain-legend", data: { method } },
        { code: "explain-limits", data: { method } },
      ],
    })),
    notes: [{ code: "no-gradcam", data: {} }],
    images: paths.map(shown),
    filters: [map("filters-conv2d", { caption: { code: "filters-of", data: filters } })],
    more: 3,
    skipped: [{ path: "notes.txt", reason: "not an image" }],
    provenance: [{ code: "version", data: { fovea: "0.1.0" } }],
  };
}
