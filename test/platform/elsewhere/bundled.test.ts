import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as fovea from "../../../src/index.ts";
import { folder as built } from "../../cli/built.ts";

// Enough images that they are decoded on threads.
const count = 140;
let folder = "";

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "fovea-bundled-")));
  for (const name of ["dark", "light"]) await mkdir(join(folder, "images", name), { recursive: true });
  await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const pixels = Uint8Array.from(
        { length: 12 * 12 * 3 },
        (_, k) => ((k * (i + 3)) % 128) + (i % 2) * 127,
      );
      const image = sharp(pixels, { raw: { width: 12, height: 12, channels: 3 } });
      return image.jpeg().toFile(join(folder, "images", i % 2 ? "light" : "dark", `${i}.jpg`));
    }),
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Trains on the images and predicts one from the saved file; what it prints are bits and probabilities. Also runs as a program of its own. */
async function trainAndPredict(library: typeof fovea, images: string, file: string): Promise<unknown> {
  const { imageFolder, sequential, input, conv2d, flatten, dense, openPredictor } = library;
  const data = await imageFolder(images, { size: 8, detect: false });
  const model = sequential([
    input({ shape: [8, 8, 3] }),
    conv2d({ filters: 2, kernelSize: 3, activation: "relu" }),
    flatten(),
    dense({ units: 2, activation: "softmax" }),
  ]);
  model.compile();
  await model.fit(data.x, data.y, { epochs: 2, verbose: false });
  await model.save(file, data);
  const predictor = await openPredictor(file);
  const { label, probability } = await predictor.predict(`${images}/light/1.jpg`);
  await Promise.all([predictor.close(), model.close()]);
  return {
    rows: data.x.shape[0],
    skipped: data.skipped,
    label,
    probability,
    weights: Object.values(model.weights ?? {}).map((values) => [...values]),
  };
}

const hash = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

const program = (images: string, file: string): string => `
import * as library from ${JSON.stringify(join(built, "index.js"))};
${trainAndPredict.toString()}
trainAndPredict(library, ${JSON.stringify(images)}, ${JSON.stringify(file)}).then((found) => console.log(JSON.stringify(found)));
`;

/** Bundles everything but sharp into one file, and runs it where no package but sharp is beside it, nor in the working folder. */
async function runBundled(format: "esm" | "cjs"): Promise<unknown> {
  const tsx = createRequire(createRequire(import.meta.url).resolve("tsx/package.json"));
  const { build } = tsx("esbuild") as { build: (options: object) => Promise<unknown> };
  const place = join(folder, format);
  const bundle = join(place, format === "esm" ? "app.mjs" : "app.cjs");
  await mkdir(join(place, "node_modules"), { recursive: true });
  await symlink(sharpFolder(), join(place, "node_modules", "sharp"), "junction");
  const contents = program(join(folder, "images"), join(place, "model.safetensors"));
  await build({
    stdin: { contents, resolveDir: built },
    bundle: true,
    platform: "node",
    format,
    external: ["sharp"],
    outfile: bundle,
    logLevel: "error",
  });
  const { stdout } = await promisify(execFile)(process.execPath, [bundle], { cwd: folder });
  return JSON.parse(stdout);
}

const sharpFolder = (): string => {
  const entry = createRequire(import.meta.url).resolve("sharp");
  return entry.slice(0, entry.lastIndexOf(join("node_modules", "sharp"))) + join("node_modules", "sharp");
};

test("trains and predicts with the same bits from a bundle of esbuild in another folder, as a module and as CommonJS", async () => {
  const [here, esm, cjs] = await Promise.all([
    trainAndPredict(fovea, join(folder, "images"), join(folder, "model.safetensors")),
    runBundled("esm"),
    runBundled("cjs"),
  ]);
  expect(here).toMatchObject({ rows: count, skipped: [] });
  expect(hash(esm)).toBe(hash(here));
  expect(hash(cjs)).toBe(hash(here));
});
