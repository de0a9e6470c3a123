import { describe, expect, test } from "vitest";
import type { TrainRequest } from "../../../src/app/index.ts";
import { checkRequest } from "../../../src/app/train/checks.ts";
import { chooseModel } from "../../../src/app/train/options/model.ts";
import { resolveSettings } from "../../../src/app/train/settings.ts";
import { commandOf } from "../../../src/app/train/command.ts";
import { FoveaError } from "../../../src/base/index.ts";
import { type Part, randomFlip } from "../../../src/data/index.ts";
import { recipeOf } from "../../../src/models/index.ts";
import { fakeServices, tiny } from "../fakeServices.ts";

const { files } = fakeServices();

const noParts: ReadonlySet<Part> = new Set();

const resolved = (
  request: Partial<TrainRequest>,
  side = 200,
  classNames = ["blue", "green", "red"],
): ReturnType<typeof resolveSettings> =>
  resolveSettings(
    { data: "cells", out: "run", ...request },
    { classNames, typicalSide: async () => side, ownParts: noParts },
    files,
  );

describe("settings that nobody asks for", () => {
  test("are the recipe of the model", async () => {
    const recipe = recipeOf("plain4");
    const { epochs, batchSize, optimizer, size, augment } = await resolved({ model: "plain4" });
    expect({ epochs, batchSize, optimizer, size, augment }).toEqual({
      epochs: recipe.epochs,
      batchSize: recipe.batchSize,
      optimizer: recipe.optimizer,
      size: recipe.size,
      augment: recipe.augment,
    });
  });

  test("hold out a fifth by groups, compare the images, and begin at seed 0", async () => {
    expect(await resolved({ model: tiny })).toMatchObject({
      validation: 0.2,
      split: "grouped",
      detect: true,
      seed: 0,
      exact: false,
    });
  });

  test.each([
    [40, "plain3"],
    [200, "plain4"],
  ])("take for images of %i pixels the model %s", async (side, name) => {
    expect((await resolved({}, side)).modelName).toBe(name);
  });

  test("take the size of the images only where no size and no model is given", async () => {
    const refusing = {
      classNames: ["a", "b"],
      ownParts: noParts,
      typicalSide: () => Promise.reject(new Error("nobody should look at the images")),
    };
    const asked = { data: "cells", out: "run", size: 96 };
    expect((await resolveSettings(asked, refusing, files)).size).toBe(96);
  });
});

describe("settings that are asked for", () => {
  test.each<[Partial<TrainRequest>, object]>([
    [{ epochs: 3 }, { epochs: 3 }],
    [{ batch: 5 }, { batchSize: 5 }],
    [{ seed: 9 }, { seed: 9 }],
    [{ validation: 0.4 }, { validation: 0.4 }],
    [{ augment: "turns" }, { augment: "turns" }],
    [{ detect: false }, { detect: false }],
    [{ exact: true }, { exact: true }],
    [{ folds: 4 }, { folds: 4 }],
    [{ groupPattern: "p" }, { groupPattern: "p" }],
    [{ split: "random" }, { split: "random" }],
    [{ split: "./grouped" }, { split: "file", splitFile: "./grouped" }],
    [{ learningRate: 0.25 }, { optimizer: { learningRate: 0.25 } }],
    [{ sampling: "balanced" }, { sampling: "balanced" }],
    [
      { mixup: true, cutmix: true },
      { mixup: 0.2, cutmix: 1 },
    ],
    [{ cutmix: 0.5 }, { cutmix: 0.5 }],
    [{ classWeights: "balanced" }, { classWeights: "balanced" }],
    [{ classWeights: { red: 2 } }, { classWeights: { red: 2 } }],
    [{ optimizer: "sgd" }, { optimizer: { type: "sgd" } }],
    [{ optimizer: "sgd", learningRate: 0.5 }, { optimizer: { type: "sgd", learningRate: 0.5 } }],
  ])("%o becomes %o", async (request, expected) => {
    expect(await resolved({ model: tiny, size: 8, ...request })).toMatchObject(expected);
  });

  test("of a model file keep its name without the extension", async () => {
    expect((await resolved({ model: tiny, size: 8 })).modelName).toBe("tiny");
  });
});

describe("the data's own parts", () => {
  const splitOf = async (
    parts: readonly Part[],
    changes: Partial<TrainRequest>,
  ): Promise<string | undefined> => {
    const facts = { classNames: ["a", "b", "c"], typicalSide: async () => 8, ownParts: new Set(parts) };
    return (
      await resolveSettings({ data: "cells", out: "run", model: tiny, size: 8, ...changes }, facts, files)
    ).split;
  };

  test.each<[readonly Part[], Partial<TrainRequest>, string]>([
    [[], {}, "grouped"],
    [["train", "test"], {}, "folders"],
    [["train", "test"], { split: "auto", validation: 0.3 }, "folders"],
    [["train", "validation"], {}, "folders"],
    [["train", "test"], { split: "random" }, "random"],
    [["train", "validation"], { split: "grouped", validation: 0.3 }, "grouped"],
    [["test"], { split: "pooled" }, "pooled"],
    // Folds take the place of the validation part.
    [["train", "validation", "test"], { folds: 3 }, "grouped"],
    [["train", "test"], { folds: 3, split: "pooled" }, "pooled"],
  ])("%j and %o are divided as %s", async (parts, changes, expected) => {
    expect(await splitOf(parts, changes)).toBe(expected);
  });

  test("with a validation part take no fraction for one", async () => {
    await expect(splitOf(["train", "validation"], { validation: 0.3 })).rejects.toThrow(
      /^--validation: .*--split grouped/,
    );
  });
});

describe("a request is refused", () => {
  test.each<[string, Partial<TrainRequest>, RegExp]>([
    ["for a validation fraction beside folds", { folds: 3, validation: 0.1 }, /^--validation: /],
    ["for a monitored figure beside folds", { folds: 3, monitor: "loss" }, /^--monitor: /],
    ["for patience beside folds", { folds: 3, patience: 2 }, /^--patience: /],
    ["for the data's own parts beside folds", { folds: 3, split: "folders" }, /^--split folders: /],
    ["for a weight that is none", { classWeights: { red: -1 } }, /^--class-weights: red: .* received -1/],
    ["for a model that nobody knows", { model: "plain99" }, /^--model: /],
    ["for images too small for a named model", { model: "plain4", size: 2 }, /^--size 2: /],
  ])("%s, as a wrong option", async (_, request, says) => {
    const checked = checkRequest({ data: "cells", out: "run", ...request }, files);
    const failure: unknown = await checked.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FoveaError);
    expect(failure).toMatchObject({ exitCode: 2, message: expect.stringMatching(says) });
  });

  test("for a model file with another number of outputs than the data has classes", async () => {
    await expect(resolved({ model: tiny, size: 8 }, 8, ["a", "b"])).rejects.toThrow(/^tiny\.json: .*2 /);
  });

  test("for the weight of a class that the data does not have, naming the nearest", async () => {
    await expect(resolved({ model: tiny, size: 8, classWeights: { gren: 2 } })).rejects.toThrow(
      /^--class-weights: gren: expected one of blue, green and red.*; use green$/,
    );
  });

  test("for a model file that is no JSON, naming the file", async () => {
    await files.write("broken.json", "{");
    const wanted = { named: "broken.json", size: 8, classes: 3 };
    await expect(chooseModel(wanted, files)).rejects.toThrow(/^broken\.json: /);
  });
});

describe("the command that trains again", () => {
  const written = { invocation: "node main.js", config: "runs/a b-1/config.json" };

  test("names every option that decides the outcome", async () => {
    const range = { min: 0, max: 4095 };
    const asked = { model: "plain3", size: 16, range, seed: 4, groupPattern: "p(\\d+)", exact: true };
    const command = commandOf({ ...(await resolved(asked)), augment: "mirror" }, written);
    for (const part of [
      "node main.js train ",
      "--model plain3",
      "--size 16",
      "--range 0-4095",
      "--seed 4",
      "--augment mirror",
      "--validation 0.2",
      '--group-pattern "p(\\\\d+)"',
      "--exact",
    ])
      expect(command).toContain(part);
    expect(command).not.toContain("--no-detect");
  });

  test("names the weights of classes as they were asked for", async () => {
    const of = async (classWeights: TrainRequest["classWeights"]): Promise<string> => {
      const settings = await resolved({ model: "plain3", ...(classWeights && { classWeights }) });
      return commandOf({ ...settings, augment: "mirror" }, written);
    };
    expect(await of("balanced")).toContain("--class-weights balanced ");
    expect(await of({ red: 2 })).toContain(String.raw`--class-weights "{\"red\":2}" `);
    expect(await of(undefined)).not.toContain("class-weights");
  });

  test("names the sampling, the loss, the mixing and the statistics of batch norm where they are not the usual ones", async () => {
    const loss = { loss: "categoricalFocalCrossentropy", labelSmoothing: 0.1 } as const;
    const examples = { sampling: "balanced", ...loss, mixup: true, cutmix: 0.5 } as const;
    const asked = { model: "resnet9", ...examples, batchNormStatistics: "moving" } as const;
    const command = commandOf({ ...(await resolved(asked)), augment: "mirror" }, written);
    expect(command).toContain(
      "--sampling balanced --loss focal --label-smoothing 0.1 --mixup 0.2 --cutmix 0.5",
    );
    expect(command).toContain("--batch-norm-statistics moving");
  });

  test("asks for folds in place of a validation fraction", async () => {
    const settings = await resolved({ model: "plain3", folds: 5, detect: false });
    const command = commandOf({ ...settings, augment: "mirror" }, written);
    expect(command).toContain("--folds 5");
    expect(command).toContain("--no-detect");
    expect(command).not.toContain("--validation");
  });

  test("asks for no fraction where the data brings its own validation part", async () => {
    const settings = await resolved({ model: "plain3", split: "folders" });
    const command = commandOf({ ...settings, augment: "mirror" }, written);
    expect(command).toContain("--split folders");
    expect(command).not.toContain("--validation");
  });

  test("takes the run's config.json where settings come from files or have no option", async () => {
    const named = await resolved({ model: "plain3", size: 16 });
    const fromConfig = 'node main.js train cells --config "runs/a b-1/config.json"';
    const inFile = await resolved({ model: tiny, size: 8 });
    expect(commandOf({ ...inFile, augment: "mirror" }, written)).toBe(fromConfig);
    expect(commandOf({ ...named, augment: [randomFlip()] }, written)).toBe(fromConfig);
    const rescaled = await resolved({ model: "plain3", normalise: "rescale" });
    expect(commandOf({ ...rescaled, augment: "none" }, written)).toBe(fromConfig);
  });

  test("quotes what a shell would take apart", async () => {
    const settings = await resolved({ model: "plain3", data: 'my "cells" $HOME' });
    expect(commandOf({ ...settings, augment: "mirror" }, written)).toContain('"my \\"cells\\" \\$HOME"');
  });
});
