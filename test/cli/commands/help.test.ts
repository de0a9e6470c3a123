import { describe, expect, test } from "vitest";
import { type CommandName, commands, needed, ran } from "../inProcess.ts";

/** The rows of a help under a heading: what is typed, and what it is. */
function rowsUnder(heading: string, help: string): readonly (readonly [string, string])[] {
  const [, section = ""] = help.split(`${heading}:\n`);
  const [block = ""] = section.split("\n\n");
  return block
    .split(/\n(?= {2}\S)/)
    .map((row) => row.replaceAll(/\n\s+/g, " ").trim())
    .filter((row) => row !== "")
    .map((row) => [row.split(/ {2,}/)[0] ?? "", row.replace(/^.*? {2,}/, "")] as const);
}

const helpOf = async (name: CommandName, columns = 100): Promise<string> =>
  (await ran([name, "--help"], { columns })).out;

/** Of the options that every command has which trains. */
const ofTraining: Readonly<Record<string, string>> = {
  "--range": "8 bits as they are; of 16 the upper 8",
  "--model": "plain4, or plain3 below 64 pixels",
  "--size": "the model's",
  "--epochs": "the model's",
  "--batch": "the model's",
  "--optimizer": "the model's",
  "--lr": "the model's",
  "--schedule": "the model's",
  "--warmup-epochs": "the model's",
  "--weight-decay": "the model's",
  "--clip-norm": "the model's",
  "--class-weights": "1 each",
  "--loss": "crossentropy",
  "--label-smoothing": "the model's",
  "--sampling": "shuffled",
  "--mixup": "no mixup",
  "--cutmix": "no CutMix",
  "--accumulate": "1",
  "--ema": "no average",
  "--batch-norm-statistics": "precise",
  "--seed": "0",
  "--augment": "the model's",
  "--threads": "all that the process may use, at most 64",
  "--split": "auto",
};

/** Options that have a value, by what the help says they are without one. */
const defaults: Readonly<Record<CommandName, Readonly<Record<string, string>>>> = {
  demo: {
    "--out": "runs/demo-<number>",
    "--seed": "0",
    "--threads": "all that the process may use, at most 64",
  },
  audit: {
    "--range": "8 bits as they are; of 16 the upper 8",
    "--out": "runs/audit-<name>-<number>",
    "--threads": "all that the process may use, at most 64",
  },
  train: {
    ...ofTraining,
    "--out": "runs/<name>-<number>",
    "--validation": "0.2",
    "--monitor": "accuracy, of equal ones the lower loss",
    "--minutes": "as long as the epochs take",
    "--patience": "never",
    "--min-delta": "0",
    "--start-from-epoch": "0",
  },
  augment: {
    "--range": "8 bits as they are; of 16 the upper 8",
    "--preview": "augment-<name>.png",
    "--augment": "light",
    "--size": "the one that train would take",
    "--images": "8",
    "--seed": "0",
  },
  evaluate: { "--out": "none", "--batch": "32", "--threads": "all that the process may use, at most 64" },
  predict: { "--top": "3", "--threads": "all that the process may use, at most 64" },
  explain: {
    "--method": "gradcam",
    "--out": "runs/explain-<number>",
    "--class": "the predicted class",
    "--layer": "the last convolution; for filters the first",
    "--patch": "a sixth of the image",
    "--stride": "half of its side",
    "--threads": "all that the process may use, at most 64",
  },
  labels: { ...ofTraining, "--out": "runs/labels-<name>-<number>", "--folds": "5" },
  search: {
    ...ofTraining,
    "--out": "runs/search-<name>-<number>",
    "--minutes": "20, or what was left",
    "--trials": "as many as the time allows",
    "--folds": "4",
    "--reduction": "3",
    "--models": "some that fit the images",
    "--sizes": "some around the model's own",
    "--space": "all of them",
  },
  "find-lr": {
    "--range": "8 bits as they are; of 16 the upper 8",
    "--out": "runs/find-lr-<name>-<number>",
    "--model": "plain4, or plain3 below 64 pixels",
    "--size": "the model's",
    "--batch": "the model's",
    "--optimizer": "the model's",
    "--weight-decay": "the model's",
    "--clip-norm": "the model's",
    "--class-weights": "1 each",
    "--loss": "crossentropy",
    "--label-smoothing": "the model's",
    "--sampling": "shuffled",
    "--mixup": "no mixup",
    "--cutmix": "no CutMix",
    "--seed": "0",
    "--augment": "the model's",
    "--threads": "all that the process may use, at most 64",
    "--split": "auto",
    "--runs": "3",
    "--steps": "100",
    "--min-lr": "1e-6",
    "--max-lr": "10",
  },
  compare: {},
  datasets: { "--out": "datasets/<name>" },
  models: {
    "--size": "the model's",
    "--classes": "those of the file; 4 for a named architecture",
    "--batch": "the model's",
  },
  summary: {
    "--size": "the model's",
    "--classes": "those of the file; 4 for a named architecture",
    "--batch": "the model's",
  },
  bench: {
    "--model": "tutorial",
    "--size": "the model's",
    "--batch": "the model's",
    "--threads": "all that the process may use, at most 64",
    "--seconds": "3",
    "--images": "1000",
  },
  cache: {},
};

/** Options with a value that change nothing where they are left out. */
const withoutDefault = new Set([
  "--resume",
  "--config",
  "--class-folders",
  "--group-pattern",
  "--plan",
  "--tensorboard",
]);

describe.each(commands)("the help of %s", (name) => {
  test("is no error, and goes to standard output alone", async () => {
    const { code, out, err } = await ran([name, "--help"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(new RegExp(`^Usage: fovea ${name} \\[options\\]`));
  });

  test("explains every argument and every option, each once", async () => {
    const help = await helpOf(name);
    const rows = [...rowsUnder("Arguments", help), ...rowsUnder("Options", help)];
    const typed = rows.map(([what]) => what.replace(/ .*/, ""));
    expect(new Set(typed).size).toBe(typed.length);
    for (const [what, meaning] of rows) expect(meaning, what).toMatch(/\w{3}/);
    const usage = /\[options\](.*)/.exec(help)?.[1] ?? "";
    const wanted = [...usage.matchAll(/[<[](\w+)/g)].map(([, argument]) => argument);
    expect(rowsUnder("Arguments", help).map(([argument]) => argument)).toEqual(wanted);
    expect(wanted.length).toBeGreaterThanOrEqual(needed[name].length);
  });

  test("says what every option with a value is by default", async () => {
    const said: Record<string, string> = {};
    for (const [typed, meaning] of rowsUnder("Options", await helpOf(name))) {
      const [flag = "", value] = typed.replace("-h, ", "").split(" ");
      const found = /\(default: ([^)]*)\)$/.exec(meaning)?.[1];
      if (found !== undefined) said[flag] = found;
      // Folds of train are asked for in place of a validation set.
      else if (value !== undefined && !withoutDefault.has(flag))
        expect([name, flag]).toEqual(["train", "--folds"]);
    }
    expect(said).toEqual(defaults[name]);
  });

  test("keeps to the width of a narrow terminal", async () => {
    const help = await helpOf(name, 60);
    for (const line of help.split("\n")) expect(line.length, line).toBeLessThanOrEqual(60);
  });
});

test("the overview names every command, and each in one line of a usual terminal", async () => {
  const { out, code } = await ran(["--help"], { columns: 100 });
  const rows = rowsUnder("Commands", out);
  expect(rows.map(([typed]) => typed.split(" ")[0])).toEqual([...commands, "help"]);
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  expect(code).toBe(0);
});

test("a term that is explained in brackets is explained once in a help", async () => {
  for (const name of commands) {
    const glosses = [...(await helpOf(name, 400)).matchAll(/\((?!default: )[^)]{6,}\)/g)].map(
      ([gloss]) => gloss,
    );
    expect(new Set(glosses).size, name).toBe(glosses.length);
  }
});
