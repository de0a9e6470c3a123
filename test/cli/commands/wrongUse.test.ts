import { beforeEach, describe, expect, test, vi } from "vitest";
import { type CommandName, commands, needed, ran } from "../inProcess.ts";

// Whoever is refused for wrong use has opened nothing.
const { nodeServices } = vi.hoisted(() => ({
  nodeServices: vi.fn<() => never>(() => {
    throw new Error("services were asked for");
  }),
}));
vi.mock("../../../src/cli/services.ts", () => ({ nodeServices }));

beforeEach(() => void nodeServices.mockClear());

/** Expects exit code 2 and one line on standard error; gives that line. */
async function refusal(args: readonly string[]): Promise<string> {
  const { code, out, err } = await ran(args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/^fovea: [^\n]+\n$/);
  expect(nodeServices).not.toHaveBeenCalled();
  return err;
}

const longOptions = async (name: CommandName): Promise<readonly string[]> => {
  const { out } = await ran([name, "--help"]);
  return [...out.matchAll(/^ {2}(?:-h, )?(--[a-z-]+)/gm)].map(([, flag = ""]) => flag);
};

describe.each(commands)("%s", (name) => {
  test("suggests the option that an unknown one is nearest to, and its own help", async () => {
    for (const flag of await longOptions(name)) {
      // The last letter twice: no other option is as near.
      const line = await refusal([name, ...needed[name], `${flag}${flag.at(-1) ?? ""}`]);
      expect(line).toContain(flag);
      expect(line).toMatch(/[Dd]id you mean/);
      expect(line).toContain(`fovea ${name} --help`);
    }
  });

  test("suggests nothing where no option is near", async () => {
    const line = await refusal([name, ...needed[name], "--frobnicate"]);
    expect(line).toContain("--frobnicate");
    expect(line).not.toMatch(/did you mean/i);
  });

  test("names the argument that is missing", async () => {
    const { out } = await ran([name, "--help"]);
    const [usage = ""] = out.split("\n");
    const names = [...usage.matchAll(/<(\w+)/g)].map(([, argument = ""]) => argument);
    for (const [i, missing] of names.entries())
      expect(await refusal([name, ...needed[name].slice(0, i)])).toContain(`'${missing}'`);
  });
});

test.each(["demo", "models", "bench"] as const)("%s takes no argument", async (name) => {
  expect(await refusal([name, "extra"])).toContain(name);
});

test("an unknown command is answered with the nearest, and the overview", async () => {
  const line = await refusal(["evalaute", "run", "cells"]);
  expect(line).toContain("evaluate");
  expect(line).toMatch(/fovea --help\n$/);
});

describe("a wrong value names its option and what was given", () => {
  const whole = ["0", "-1", "2.5", "many", ""];
  test.each<[CommandName, string, readonly string[]]>([
    ["train", "--size", ["7", ...whole]],
    ["train", "--epochs", whole],
    ["train", "--batch", whole],
    ["train", "--seed", ["-1", "1.5", "x"]],
    ["train", "--folds", ["1", "101", "x"]],
    ["train", "--lr", ["0", "-0.1", "fast", "NaN"]],
    ["train", "--validation", ["0", "1", "1.5", "x"]],
    ["train", "--optimizer", ["Adam", "sdg"]],
    ["train", "--threads", ["0", "65"]],
    ["labels", "--folds", ["1", "101"]],
    ["evaluate", "--batch", whole],
    ["predict", "--top", whole],
    ["explain", "--method", ["grad-cam"]],
    ["explain", "--patch", ["0"]],
    ["explain", "--stride", ["0"]],
    ["demo", "--seed", ["-1"]],
    ["bench", "--seconds", ["0", "x"]],
    ["bench", "--images", ["0"]],
    ["bench", "--size", ["7"]],
  ])("%s %s", async (name, option, values) => {
    for (const value of values) {
      // After "=", a value may begin with a dash.
      const line = await refusal([name, ...needed[name], `${option}=${value}`]);
      expect(line).toMatch(new RegExp(`^fovea: ${option}: `));
      expect(line).toContain(`"${value}"`);
    }
  });

  test.each(["--ema", "--mixup", "--cutmix"])(
    "%s, whose value may be left out, says where it stands then",
    async (option) => {
      const where = `let ${option} be the last word, or put another option behind it`;
      expect(await refusal(["train", option, "cells"])).toContain(where);
      expect(await refusal(["train", "cells", `${option}=-1`])).not.toContain(where);
    },
  );

  test("an option without its value is told so", async () => {
    expect(await refusal(["train", "cells", "--epochs"])).toContain("--epochs");
  });
});

describe("options that contradict each other", () => {
  test.each<[readonly string[], RegExp]>([
    [["predict", "run", "in", "--json", "--csv"], /^fovea: --csv: /],
    [["train", "cells", "--resume"], /^fovea: --resume: .*--out/],
    [["train", "src", "--out", "src/run"], /^fovea: --out: /],
    [["labels", "src", "--out", "src/run"], /^fovea: --out: /],
    [["audit", "src", "--out", "src/run"], /^fovea: --out: /],
    [["explain", "run", "src", "--out", "src/run"], /^fovea: --out: /],
  ])("%j", async (args, says) => {
    expect(await refusal(args)).toMatch(says);
  });
});
