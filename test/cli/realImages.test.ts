import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { fovea } from "./built.ts";
import { archive, someImages } from "./realImages.ts";
import { filesIn, put, temporaryFolder, trainDocument } from "./support.ts";

// Small images and a small network of the recommended kind, so that an epoch takes a fraction of a second.
const model = {
  layers: [
    ...[8, 16, 32].flatMap((filters) => [
      {
        type: "conv2d",
        filters,
        kernelSize: 3,
        padding: "same",
        useBias: false,
        kernelInitializer: "heNormal",
      },
      { type: "batchNormalization", momentum: 0.9 },
      { type: "activation", activation: "relu" },
      { type: "maxPooling2d" },
    ]),
    { type: "globalAveragePooling2d" },
    { type: "dense", units: 4, activation: "softmax" },
  ],
};

const rowsOf = async (path: string): Promise<readonly Record<string, string>[]> =>
  parse(await readFile(path, "utf8"), { columns: true });

if (!existsSync(archive))
  process.stderr.write(`SKIPPED: no ${archive}, so nothing was trained on real images\n`);

test.skipIf(!existsSync(archive))(
  "twenty epochs on 400 real images write every file of the run folder, tell classes apart, and the model is evaluated on them",
  async () => {
    const folder = await temporaryFolder();
    await someImages(folder);
    await put(join(folder, "small.json"), JSON.stringify(model));
    const recipe = ["--model", "small.json", "--size", "48", "--batch", "16", "--lr", "0.01"];
    const { code, out, err } = await fovea(
      ["train", "cells", ...recipe, "--epochs", "20", "--out", "run", "--json"],
      folder,
    );
    expect(code, err).toBe(0);
    const run = join(folder, "run");
    expect(await filesIn(run)).toEqual([
      "checkpoints/last.safetensors",
      "config.json",
      "history.csv",
      "metrics.json",
      "model.safetensors",
      "predictions.csv",
      "report.html",
      "split.csv",
    ]);
    const result = trainDocument(out);
    const { train, validation, test: tested } = result.images;
    expect([train + validation, tested]).toEqual([400, 0]);
    // Copies of one photograph stay together, so the size is not exactly the one asked for.
    expect(Math.abs(validation - 80)).toBeLessThanOrEqual(8);
    expect(result.splitReport).toMatchObject({ source: "content", leakShare: 0 });
    expect(result.splitReport.groups.train + result.splitReport.groups.validation).toBeLessThan(400);
    expect(result.confusionMatrix.flat().reduce((sum, n) => sum + n, 0)).toBe(validation);
    const losses = await rowsOf(join(run, "history.csv"));
    expect(losses).toHaveLength(20);
    expect(Number(losses.at(-1)?.["loss"])).toBeLessThan(0.6 * Number(losses[0]?.["loss"]));
    // Of 80 images in 4 classes a guesser has 25%, and more than 40% once in a thousand tries.
    expect(result.accuracy).toBeGreaterThan(0.4);

    const measured = await fovea(["evaluate", "run/model.safetensors", "cells", "--json"], folder);
    expect(JSON.parse(measured.out)).toMatchObject({ count: 400 });
  },
  120_000,
);
