import { createHash } from "node:crypto";
import type { DownloadServices, Services } from "../../src/app/index.ts";
import { globalAveragePooling2d } from "../../src/nn/index.ts";
import { type FakeServices, colourImages, fakeServices, tiny } from "../app/fakeServices.ts";
import { convolutional, modelBytes } from "../app/smallModel.ts";

// A test that runs commands on these services puts them in the place of this machine's:
// vi.mock("../../../src/cli/services.ts", async () => await import("../fakeCommandLine.ts"));

let services: FakeServices = fakeServices();

/** In place of what the commands open on this machine. */
export const nodeServices = (): Services => services;

/** In place of the network: every address gives these bytes. */
const download = new TextEncoder().encode("images");

/** In place of what downloads: a set of one file. */
export const downloadServices = (): DownloadServices => ({
  files: services.files,
  largeFiles: {
    size: async (path) => services.files.held.get(path)?.length,
    digest: async (path, algorithm) =>
      createHash(algorithm)
        .update(await services.files.read(path))
        .digest("hex"),
    async rename(from, to) {
      await services.files.write(to, await services.files.read(from));
      await services.files.remove(from);
    },
    unpackFolders: () => Promise.reject(new Error("there is no archive")),
  },
  fetch: async () => new Response(download),
  sleep: (_, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
  now: () => 0,
  datasets: [
    {
      name: "mnist",
      title: "MNIST",
      about: "digits",
      licence: "CC0",
      source: "https://example.org",
      citation: "Nobody, 2026.",
      data: "",
      files: [{ name: "images", urls: ["https://example.org/images"], bytes: download.length }],
    },
  ],
});

/** What the next commands run on: images of three classes, a run with a model, one with convolutions, and two runs to compare. */
export function useServices(
  changes: Partial<Omit<Services, "files">> = {},
  images: Record<string, string> = colourImages(6),
): FakeServices {
  const fake = fakeServices(images, changes);
  const classNames = ["blue", "green", "red"];
  const { held } = fake.files;
  held.set("run/model.safetensors", modelBytes([globalAveragePooling2d()], { side: 6, classNames }));
  held.set("deep.safetensors", modelBytes(convolutional, { side: 8, classNames }));
  held.set("four.json", bytesOf(fourClasses));
  for (const path of ["in/a.png", "in/b.png"]) held.set(path, bytesOf("190 20 30 1"));
  for (const [run, wrong] of [
    ["one", 1],
    ["two", 4],
  ] as const) {
    held.set(`${run}/config.json`, bytesOf(JSON.stringify({ format: "fovea-run", groupSource: "none" })));
    held.set(`${run}/predictions.csv`, bytesOf(predictionsOf(wrong)));
  }
  services = fake;
  return fake;
}

const fourClasses = JSON.stringify({
  layers: [{ type: "flatten" }, { type: "dense", units: 4, activation: "softmax" }],
});

/** Options of the quickest training there is. */
export const quick: readonly string[] = `--model ${tiny} --size 8 --epochs 2 --batch 8 --no-detect`.split(
  " ",
);

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Twelve images of two classes, the first `wrong` of them predicted as the other. */
function predictionsOf(wrong: number): string {
  const rows = Array.from({ length: 12 }, (_, i) => {
    const [label = "", other = ""] = i % 2 ? ["dog", "cat"] : ["cat", "dog"];
    return `${i}.jpg,${label},,validation,${i},${i < wrong ? other : label},0.9`;
  });
  return ["path,label,group,part,sha256,predicted,probability", ...rows].join("\n");
}
