import { cp, mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, fovea, start } from "./built.ts";
import { ranIn } from "./inProcess.ts";
import { filesIn, images, put, temporaryFolder, tinyModel, trainDocument } from "./support.ts";

const runFiles = [
  "checkpoints/last.safetensors",
  "config.json",
  "history.csv",
  "metrics.json",
  "model.safetensors",
  "predictions.csv",
  "report.html",
  "split.csv",
];

/** Data of three easy classes and a model that learns them in two seconds. */
async function easyTask(): Promise<{ folder: string; args: readonly string[] }> {
  const folder = await temporaryFolder();
  return { folder, args: await easyTaskIn(folder) };
}

async function easyTaskIn(folder: string): Promise<readonly string[]> {
  await images(folder);
  const options = "--size 12 --batch 4 --lr 0.1 --threads 1".split(" ");
  return ["train", "data", "--model", await tinyModel(folder), ...options];
}

const rowsOf = async (path: string): Promise<readonly Record<string, string>[]> =>
  parse(await readFile(path, "utf8"), { columns: true });

/** One finished training, in a process of its own, that several tests read. */
let learned: { readonly folder: string; readonly outcome: Outcome };
const recipe = ["--epochs", "4", "--seed", "7"];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "fovea-learned-"));
  learned = { folder, outcome: await fovea([...(await easyTaskIn(folder)), ...recipe], folder) };
}, 60_000);

afterAll(() => rm(learned.folder, { recursive: true, force: true }));

test("train writes a whole run folder, learns, and says the result in words", async () => {
  const { folder, outcome } = learned;
  const { code, out, err } = outcome;
  expect(code, err).toBe(0);
  const run = join(folder, "runs", "data-1");
  expect(await filesIn(run)).toEqual(runFiles);
  expect(await filesIn(join(folder, "data"))).toHaveLength(30);

  const history = await rowsOf(join(run, "history.csv"));
  expect(history.map(({ epoch }) => epoch)).toEqual(["1", "2", "3", "4"]);
  expect(Number(history.at(-1)?.["loss"])).toBeLessThan(Number(history[0]?.["loss"]));

  const split = await rowsOf(join(run, "split.csv"));
  expect(split).toHaveLength(30);
  for (const name of ["blue", "green", "red"]) {
    const kept = split.filter(({ label, part }) => label === name && part === "validation");
    expect(kept).toHaveLength(2);
  }
  expect(split.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256 ?? ""))).toBe(true);

  const page = await readFile(join(run, "report.html"), "utf8");
  expect(page).toContain("<svg");
  expect(page).not.toMatch(/(src|href)="(?!data:|#)/);
  const config: unknown = JSON.parse(await readFile(join(run, "config.json"), "utf8"));
  expect(config).toMatchObject({
    schema: 1,
    seed: 7,
    size: 12,
    epochs: 4,
    batchSize: 4,
    split: "grouped",
    classNames: ["blue", "green", "red"],
  });

  expect(out).toMatch(/Validation accuracy: 100\.0% \(95% CI \d+-100%; 6 images, 6 groups\)\./);
  expect(out).toContain("Only 6 groups");
  expect(out).toMatch(
    /Baselines: majority class \(blue\) 33\.3%; colour histogram \+ random forest 100\.0%\s\(.*\)\.\sThis model: 100\.0%\./,
  );
  expect(out).toMatch(/Calibration error \(ECE, .*\): \d+\.\d points\./);
  const predictions = await rowsOf(join(run, "predictions.csv"));
  expect(predictions).toHaveLength(6);
  for (const row of predictions) {
    expect(row).toMatchObject({ part: "validation", predicted: row["label"] });
    const [blue, green, red] = ["p(blue)", "p(green)", "p(red)"].map((column) => Number(row[column]));
    expect(blue! + green! + red!).toBeCloseTo(1, 4);
  }
  expect(out).toMatch(/ predict runs\/data-1\/model\.safetensors image\.jpg/);
  expect(err.split("\n").filter((line) => /^ +\d\/4 /.test(line))).toHaveLength(4);
  expect(out + err).not.toContain("\u001b[");
});

test("evaluate and predict use the model of the run, and match classes by name", async () => {
  const folder = await temporaryFolder();
  await cp(learned.folder, folder, { recursive: true });
  const model = "runs/data-1/model.safetensors";

  const shown = await fovea(["predict", model, "data/red/0.png", "data/nothing.png", "--json"], folder);
  expect(JSON.parse(shown.out)).toEqual({
    schema: 1,
    predictions: [
      { path: "data/red/0.png", label: "red", probability: expect.any(Number), top: expect.any(Array) },
      { path: "data/nothing.png", error: expect.stringContaining("no such file") },
    ],
    skipped: [],
  });
  expect(shown.code).toBe(1);
  const table = await ranIn(folder, ["predict", model, "data/blue", "--csv"]);
  expect(table.out.split("\n").filter((line) => line.includes(",blue,"))).toHaveLength(10);

  // Without "blue", "green" comes first in the data and second in the model.
  const one = await readFile(join(folder, "data", "green", "0.png"));
  const two = await readFile(join(folder, "data", "red", "0.png"));
  await put(join(folder, "other", "green", "a.png"), one);
  await put(join(folder, "other", "red", "a.png"), two);
  const measured = await fovea(["evaluate", model, "other", "--json"], folder);
  expect(JSON.parse(measured.out)).toMatchObject({
    accuracy: 1,
    count: 2,
    classes: ["blue", "green", "red"],
    groups: 2,
  });

  await put(join(folder, "other", "violet", "a.png"), one);
  const stranger = await ranIn(folder, ["evaluate", model, "other"]);
  expect(stranger.err).toMatch(
    /fovea: other: expected classes the model knows \(blue, green and red\), received violet/,
  );
  expect(stranger.code).toBe(1);
});

test("--json prints one document and nothing else; the same seed gives the same model", async () => {
  const { folder, args } = await easyTask();
  const second = await fovea([...args, ...recipe, "--out", "a", "--json"], folder);
  const document = trainDocument(second.out);
  expect(second.out.trimEnd().split("\n")).toHaveLength(1);
  expect(document).toMatchObject({
    run: "a",
    model: "a/model.safetensors",
    classes: ["blue", "green", "red"],
    seed: 7,
  });
  const first = join(learned.folder, "runs", "data-1");
  const { loss }: { readonly loss?: unknown } = JSON.parse(
    await readFile(join(first, "metrics.json"), "utf8"),
  );
  expect(loss).toBe(document.loss);
  expect(await readFile(join(folder, "a", "model.safetensors"))).toEqual(
    await readFile(join(first, "model.safetensors")),
  );
});

/** Starts a training that would take for ever and interrupts it when `line` has been said. */
async function interrupted(folder: string, args: readonly string[], line: RegExp): ReturnType<typeof fovea> {
  const { child, end } = start(args, folder);
  let said = "";
  let sent = false;
  child.stderr?.on("data", (bytes: Buffer) => {
    said += bytes.toString();
    if (sent || !line.test(said)) return;
    sent = true;
    child.kill("SIGINT");
  });
  return end;
}

test("Ctrl-C ends cleanly with code 130 and keeps the best model; --resume goes on to the same bits", async () => {
  const { folder, args } = await easyTask();
  const long = [...args, "--epochs", "100"];
  const stopped = await interrupted(folder, [...long, "--out", "run"], /\n +2\/100 /);
  expect(stopped.code).toBe(130);
  expect(stopped.err).toMatch(/Stopping; the best model so far is saved/);
  expect(stopped.out).toMatch(/Interrupted after \d+ whole epochs/);
  expect(stopped.out).toMatch(/Resume training:\n.* train data --out run --resume\n/);
  expect(await filesIn(join(folder, "run"))).toEqual(runFiles);
  const finished = (await rowsOf(join(folder, "run", "history.csv"))).length;
  expect(finished).toBeLessThan(100);
  const shown = await ranIn(folder, ["predict", "run/model.safetensors", "data/red/0.png"]);
  expect(shown.code).toBe(0);

  const resumed = await fovea(["train", "data", "--out", "run", "--resume", "--threads", "1"], folder);
  expect(resumed.code, resumed.err).toBe(0);
  expect(await rowsOf(join(folder, "run", "history.csv"))).toHaveLength(100);
  await ranIn(folder, [...long, "--out", "whole"]);
  expect(await readFile(join(folder, "run", "model.safetensors"))).toEqual(
    await readFile(join(folder, "whole", "model.safetensors")),
  );
  const refused = await ranIn(folder, ["train", "data", "--out", "run", "--resume", "--epochs", "9"]);
  expect(refused.err).toMatch(/--epochs: expected no such option beside --resume/);
  expect(refused.code).toBe(2);
});

test("a run says how it computed, --exact asks for plain rounding, and --resume refuses another", async () => {
  const { folder, args } = await easyTask();
  const { code, out, err } = await ranIn(folder, [
    ...args,
    "--epochs",
    "1",
    "--exact",
    "--out",
    "run",
    "--json",
  ]);
  expect(code, err).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ arithmetic: "float32, exact", seed: 0 });
  const config = join(folder, "run", "config.json");
  const written = await readFile(config, "utf8");
  expect(JSON.parse(written)).toMatchObject({ exact: true, arithmetic: "float32, exact" });
  await put(config, written.replace("float32, exact", "float32, otherwise"));
  const refused = await ranIn(folder, ["train", "data", "--out", "run", "--resume"]);
  expect(refused.err).toMatch(/expected a processor that computes as the run did \(float32, otherwise\)/);
  expect(refused.code).toBe(1);
});

test("an interruption before training leaves nothing behind", async () => {
  const { folder, args } = await easyTask();
  const { code, err } = await interrupted(folder, [...args, "--out", "run"], /30 images of 3 classes/);
  // The signal may come after the few images are read: then a model is kept.
  const left = await stat(join(folder, "run")).then(
    () => true,
    () => false,
  );
  expect(code).toBe(130);
  expect(left).toBe(!err.includes("nothing was written"));
});

test("the data's own parts are kept and the test part is reported apart, unless they are pooled", async () => {
  const { folder, args } = await easyTask();
  for (const name of ["blue", "green", "red"]) {
    const from = join(folder, "data", name);
    for (const [part, i] of [
      ["val", 0],
      ["Test", 1],
    ] as const) {
      await mkdir(join(folder, "parts", part), { recursive: true });
      await put(join(folder, "parts", part, name, "a.png"), await readFile(join(from, `${i}.png`)));
    }
    await cp(from, join(folder, "parts", "train", name), { recursive: true });
  }
  const own = args.map((arg) => (arg === "data" ? "parts" : arg));
  const { code, out, err } = await ranIn(folder, [...own, "--epochs", "2", "--json"]);
  expect(code, err).toBe(0);
  expect(trainDocument(out)).toMatchObject({
    count: 3,
    images: { train: 30, validation: 3, test: 3 },
    test: { count: 3, accuracy: expect.any(Number) },
  });
  expect(err).not.toContain("were pooled");
  const pooled = await ranIn(folder, [...own, "--epochs", "1", "--split", "pooled"]);
  expect(pooled.err).toMatch(/3 of 3 images of its test part were drawn/);
  const none = await ranIn(folder, [...args, "--split", "folders"]);
  expect(none.err).toMatch(/fovea: --split folders: expected train and validation or test folders/);
});

test("models lists the architectures", async () => {
  const { out, code } = await fovea(["models"], await temporaryFolder());
  expect(code).toBe(0);
  expect(out).toMatch(/tutorial +10,250,788/);
});
