import { join } from "node:path";
import { expect, test } from "vitest";
import { fovea } from "./built.ts";
import { filesIn, images, temporaryFolder, tinyModel } from "./support.ts";

test("what is started together has a folder each, and of two for one folder the second is refused", async () => {
  const folder = await temporaryFolder();
  const data = await images(folder, { count: 6 });
  const model = ["--model", await tinyModel(folder), "--size", "8", "--epochs", "1", "--no-detect"];
  const train = ["train", data, ...model, "--threads", "1", "--out", "one"];
  const outcomes = await Promise.all(
    [["audit", data], ["audit", data], train, train].map((args) => fovea(args, folder)),
  );
  const codes = outcomes.map(({ code }) => code);
  expect([codes.slice(0, 2), codes.slice(2).toSorted((a, b) => Number(a) - Number(b))]).toEqual([
    [0, 0],
    [0, 2],
  ]);
  expect(outcomes.slice(2).find(({ code }) => code === 2)?.err).toContain("--out one");
  const audited = ["audit.html", "audit.json", "groups.csv"];
  expect(await filesIn(join(folder, "runs"))).toEqual(
    ["audit-data-1", "audit-data-2"].flatMap((run) => audited.map((name) => join(run, name))),
  );
  // The winner's files, each once and whole, and no lock file.
  expect((await filesIn(join(folder, "one"))).filter((name) => !name.startsWith("checkpoints"))).toEqual([
    "config.json",
    "history.csv",
    "metrics.json",
    "model.safetensors",
    "predictions.csv",
    "report.html",
    "split.csv",
  ]);
}, 60_000);
