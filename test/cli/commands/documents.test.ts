import { describe, expect, test, vi } from "vitest";
import { readSafetensors } from "../../../src/bundle/index.ts";
import { type FakeServices, colourImages, filesBelow } from "../../app/fakeServices.ts";
import { quick, useServices } from "../fakeCommandLine.ts";
import { ran } from "../inProcess.ts";
import { headerFaults } from "../../docs/tables.ts";
import { faultsOf } from "../../docs/validator.ts";

vi.mock("../../../src/cli/services.ts", async () => await import("../fakeCommandLine.ts"));

/** The document that a command prints with --json, once it is one line that begins with the schema, and as its file in schemas/ says. */
async function documentOf(
  args: readonly string[],
  name: string = args[0] ?? "",
): Promise<Record<string, unknown>> {
  useServices();
  return documentHere(args, { name });
}

interface Expected {
  readonly name?: string;
  readonly exitCode?: number;
}

/** The same on the services that are in use already. */
async function documentHere(
  args: readonly string[],
  { name = args[0] ?? "", exitCode = 0 }: Expected = {},
): Promise<Record<string, unknown>> {
  const { code, out } = await ran([...args, "--json"]);
  expect(code).toBe(exitCode);
  expect(out).toMatch(/^\{"schema":1,[^\n]*\}\n$/);
  const document: unknown = JSON.parse(out);
  expect(faultsOf(name, document)).toEqual([]);
  if (!isRecord(document)) throw new Error("no document");
  const { schema: _, ...rest } = document;
  return rest;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The words of a line. */
const words = (line: string): readonly string[] => line.split(" ");

/** Names of the fields of an array's records, sorted. */
const namesIn = (list: unknown): readonly string[] =>
  Array.isArray(list)
    ? [...new Set(list.flatMap((one) => (isRecord(one) ? Object.keys(one) : [])))].sort()
    : [];

const metrics = words(
  "accuracy averagePrecision balancedAccuracy brier classes confusionMatrix count curves ece groupSource groups intervals kappa loss macro macroF1 perClass reliability rocAuc skipped topK",
);
const training = words(
  "advice architecture arithmetic augment augmentation baselines bestEpoch calibration end epochs images memory model monitor notes parameters readSeconds report run seconds seed split splitReport stallFractions",
);
const subject = ["machine", "model"];
/** Too low rates to suggest one. */
const findLr = words(
  `find-lr cells --model ${quick[1] ?? ""} --size 8 --batch 8 --no-detect --runs 1 --steps 10 --max-lr 1e-5`,
);
const searching = words(
  `search cells ${quick.join(" ")} --folds 2 --trials 3 --minutes 1 --size 8 --no-detect`,
);
const small = ["--model", "four.json", "--size", "8", "--batch", "2", "--seconds", "0.001"];

// Programs read these names: they change with the schema's number alone.
test("train --print-config prints a file that --config takes, and options win over it", async () => {
  const { files } = useServices();
  const args = ["train", "cells", ...quick, "--validation", "0.3", "--lr", "0.5"];
  const { out } = await ran([...args, "--print-config"]);
  expect(faultsOf("train-config", JSON.parse(out))).toEqual([]);
  expect(files.written).toEqual([]);
  files.held.set("printed.json", new TextEncoder().encode(out));
  const changed = ["--epochs", "7", "--lr", "0.25", "--folds", "3"];
  const again = await ran(["train", "--config", "printed.json", ...changed, "--print-config", "--json"]);
  const { validation: _, optimizer, ...config } = JSON.parse(out) as Record<string, object>;
  expect(JSON.parse(again.out)).toEqual({
    ...config,
    epochs: 7,
    folds: 3,
    optimizer: { ...optimizer, learningRate: 0.25 },
  });
});

describe("the fields of the JSON document of", () => {
  test.each<[readonly string[], readonly string[], string?]>([
    [
      ["train", "cells", "--out", "new", ...quick],
      [...metrics, ...training],
    ],
    [
      ["train", "cells", "--out", "new", "--folds", "2", ...quick],
      [...metrics, ...training, "folds", "labels"],
    ],
    [
      ["evaluate", "run", "cells", "--no-detect"],
      [...metrics, "classEstimates", "model", "notes", "overlap"],
    ],
    [
      ["labels", "cells", "--out", "new", "--folds", "2", ...quick],
      words(
        "accuracy classes count expectedWrong folds labels notes outcome review run seconds skipped splitReport suspects",
      ),
    ],
    [
      [...findLr, "--out", "new"],
      words(
        "batchSize images maxLearningRate minLearningRate model notes optimizer outcome report run runs seconds skipped steps summary table",
      ),
    ],
    [
      [...searching, "--out", "new"],
      words(
        "best classes data end folds groupSource holdout minutes notes plan reduction report run seconds seed skipped space splitReport statements table trials",
      ),
    ],
    [
      ["audit", "cells", "--out", "new"],
      words(
        "classes colours counts data duplicates findings formats groupSizes groupSource groups images largestGroup notes parts report run seconds sizes skipped",
      ),
    ],
    [
      ["predict", "run", "in"],
      ["predictions", "skipped"],
    ],
    [
      ["explain", "deep.safetensors", "in", "--out", "new"],
      words("explanations methods notes out page skipped"),
    ],
    [
      ["compare", "one", "two"],
      words("difference groups images interval mcnemar onlyFirst onlySecond outcome part runs"),
    ],
    [["datasets"], ["datasets"]],
    [
      ["datasets", "get", "mnist", "--out", "new"],
      words("citation data files folder licence name source title"),
      "datasets-get",
    ],
    [["models"], ["models"]],
    [["models", "--memory"], ["models"]],
    [
      ["summary", "deep.safetensors"],
      words("classes flops inputShape layers memory model notes parameters source"),
    ],
    [
      ["models", "plain3"],
      words("classes flops inputShape layers memory model notes parameters source"),
      "summary",
    ],
    [
      ["bench", ...small],
      [...subject, "barrier", "epoch", "peakBytes", "prediction", "single", "startSeconds", "training"],
    ],
    [["bench", ...small, "--tune"], [...subject, "works"], "bench-tune"],
    [["bench", ...small, "--plan"], [...subject, "inference", "training"], "bench-plan"],
  ])("%j", async (args, names, schema) => {
    expect(Object.keys(await documentOf(args, schema)).toSorted()).toEqual(names.toSorted());
  });
});

describe("the rows of a document", () => {
  test("of predict name the file, its class and how probable it is", async () => {
    const { predictions } = await documentOf(["predict", "run", "in"]);
    expect(namesIn(predictions)).toEqual(["label", "path", "probability", "top"]);
  });

  test("of compare say what each run is, and its outcome has a code, its data and its text", async () => {
    const { runs, outcome, difference } = await documentOf(["compare", "one", "two"]);
    expect(namesIn(runs)).toEqual(["accuracy", "leakShare", "run", "total"]);
    expect(Object.keys(isRecord(outcome) ? outcome : {})).toEqual(["code", "data", "text"]);
    // One of twelve is wrong in the first run, four in the second: the second less the first.
    expect(difference).toBeCloseTo(8 / 12 - 11 / 12, 12);
  });

  test("of models are those of the table", async () => {
    const { models } = await documentOf(["models"]);
    expect(namesIn(models)).toEqual(["about", "batchSize", "epochs", "flops", "name", "parameters", "size"]);
  });

  test("of explain name the method, the classes and the file", async () => {
    const { explanations } = await documentOf(["explain", "deep.safetensors", "in", "--out", "new"]);
    expect(namesIn(explanations)).toEqual(
      words(
        "caption channels class classProbability faint file label layer mapSize method path peak probability",
      ),
    );
  });

  test("of labels hold the rank, both classes and whether it is suspect", async () => {
    const { labels } = await documentOf(["labels", "cells", "--out", "new", "--folds", "2", ...quick]);
    expect(namesIn(labels)).toEqual(
      ["confidence", "label", "path", "rank", "score", "suggested", "suspect"].toSorted(),
    );
  });
});

describe("a document that is out of the ordinary is as its schema says:", () => {
  test("parts of the data's own, a test set, groups by a pattern, classes that look alike", async () => {
    const parts = ["train", "train", "train", "validation", "validation", "test"];
    const images = Object.entries(colourImages(12)).map(([path, text], i) => [
      `${parts[i % 6]}/${path}`,
      text,
    ]);
    useServices({}, Object.fromEntries(images) as Record<string, string>);
    const train = await documentHere(["train", "cells", "--out", "new", ...quick]);
    expect(train["test"]).toBeDefined();
    const pattern = ["--group-pattern", "[0-9]"];
    await documentHere(["audit", "cells", "--out", "checked", ...pattern]);
    await documentHere(["evaluate", "new", "cells", "--out", "measured", ...pattern]);
  });

  test("an image that cannot be read, every method of explain", async () => {
    useServices();
    await documentHere(["predict", "run", "in/a.png", "gone.png"], { exitCode: 1 });
    const { explanations } = await documentHere(
      ["explain", "deep.safetensors", "in/a.png", "gone.png", "--method", "all", "--out", "new"],
      { exitCode: 1 },
    );
    expect(namesIn(explanations)).toContain("error");
  });
});

test.each<[string, readonly string[], readonly string[]]>([
  ["train", ["train", "cells", ...quick], ["history.csv", "predictions.csv", "split.csv"]],
  [
    "a cross-validation",
    ["train", "cells", "--folds", "2", ...quick],
    ["history.csv", "labels-to-review.csv", "predictions.csv", "split.csv"],
  ],
  ["evaluate", ["evaluate", "run", "cells", "--no-detect"], ["predictions.csv"]],
  ["audit", ["audit", "cells"], ["groups.csv"]],
  ["find-lr", findLr, ["learning-rates.csv", "split.csv"]],
  ["search", searching, ["search.csv", "split.csv"]],
])(
  "the tables that %s writes have the columns that docs/formats/tables.md lists",
  async (_, args, tables) => {
    const services = useServices();
    await ran([...args, "--out", "new"]);
    for (const name of tables)
      expect(headerFaults(name, services.files.text(`new/${name}`)), name).toEqual([]);
    const others = filesBelow(services, "new").filter(
      (path) => /^[\w-]+\.csv$/.test(path) && !tables.includes(path),
    );
    expect(others).toEqual([]);
  },
);

test("the table of predict has the columns that docs/formats/tables.md lists", async () => {
  useServices();
  const { out } = await ran(["predict", "run", "in", "--csv"]);
  expect(headerFaults("predict --csv", out)).toEqual([]);
});

/** A JSON file that a command wrote. */
const written = (services: FakeServices, path: string): unknown => JSON.parse(services.files.text(path));

describe("the files of a run are as their schemas say:", () => {
  test("metrics.json of a training, which is what it prints, config.json and the metadata of the model", async () => {
    const services = useServices();
    const { out } = await ran(["train", "cells", "--out", "new", ...quick, "--json"]);
    expect(JSON.parse(out)).toEqual(written(services, "new/metrics.json"));
    expect(faultsOf("train", written(services, "new/metrics.json"))).toEqual([]);
    expect(faultsOf("config", written(services, "new/config.json"))).toEqual([]);
    const { metadata } = readSafetensors(
      services.files.held.get("new/model.safetensors") ?? new Uint8Array(),
      "model",
    );
    const { format, version, ...texts } = metadata;
    const fields = Object.entries(texts).map(([key, text]) => [key, JSON.parse(text) as unknown] as const);
    expect(faultsOf("model-metadata", { format, version, ...Object.fromEntries(fields) })).toEqual([]);
  });

  test("metrics.json of a review of labels, which leaves out the list", async () => {
    const services = useServices();
    await ran(["labels", "cells", "--out", "new", "--folds", "2", ...quick]);
    expect(faultsOf("labels-metrics", written(services, "new/metrics.json"))).toEqual([]);
  });

  test("metrics.json of an evaluation", async () => {
    const services = useServices();
    await ran(["evaluate", "run", "cells", "--no-detect", "--out", "new"]);
    expect(faultsOf("evaluate", written(services, "new/metrics.json"))).toEqual([]);
  });

  test("the document of an audit", async () => {
    const services = useServices();
    const { out } = await ran(["audit", "cells", "--out", "new", "--json"]);
    expect(written(services, "new/audit.json")).toEqual(JSON.parse(out));
  });
});
