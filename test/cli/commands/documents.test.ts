import { describe, expect, test, vi } from "vitest";
import { quick, useServices } from "../fakeCommandLine.ts";
import { ran } from "../inProcess.ts";

vi.mock("../../../src/cli/services.ts", async () => await import("../fakeCommandLine.ts"));

/** The document that a command prints with --json, once it is one line that begins with the schema. */
async function documentOf(args: readonly string[]): Promise<Record<string, unknown>> {
  useServices();
  const { code, out } = await ran([...args, "--json"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^\{"schema":1,[^\n]*\}\n$/);
  const document: unknown = JSON.parse(out);
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
  "advice architecture arithmetic augment augmentation baselines bestEpoch calibration end epochs images memory model notes parameters readSeconds report run seconds seed split splitReport stallFractions",
);
const subject = ["machine", "model"];
const small = ["--model", "four.json", "--size", "8", "--batch", "2", "--seconds", "0.001"];

// Programs read these names: they change with the schema's number alone.
describe("the fields of the JSON document of", () => {
  test.each<[readonly string[], readonly string[]]>([
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
    [["models"], ["models"]],
    [
      ["bench", ...small],
      [...subject, "barrier", "epoch", "peakBytes", "prediction", "single", "startSeconds", "training"],
    ],
    [
      ["bench", ...small, "--tune"],
      [...subject, "works"],
    ],
    [
      ["bench", ...small, "--plan"],
      [...subject, "inference", "training"],
    ],
  ])("%j", async (args, names) => {
    expect(Object.keys(await documentOf(args)).toSorted()).toEqual(names.toSorted());
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

test("the document of a training is its metrics.json", async () => {
  const services = useServices();
  const { out } = await ran(["train", "cells", "--out", "new", ...quick, "--json"]);
  expect(JSON.parse(out)).toEqual(JSON.parse(services.files.text("new/metrics.json")));
});
