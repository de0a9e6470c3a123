import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { quick, useServices } from "../fakeCommandLine.ts";
import { ran } from "../inProcess.ts";

vi.mock("../../../src/cli/services.ts", async () => await import("../fakeCommandLine.ts"));

beforeEach(() => {
  vi.stubEnv("TERM", "xterm");
  vi.stubEnv("NO_COLOR", "");
  // Node's styleText looks at the stream that it knows, which is no terminal here.
  vi.stubEnv("FORCE_COLOR", "1");
});
afterEach(() => void vi.unstubAllEnvs());

const lines: readonly (readonly string[])[] = [
  ["train", "cells", "--out", "new", ...quick],
  ["labels", "cells", "--out", "new", "--folds", "2", ...quick],
  ["evaluate", "run", "cells", "--no-detect"],
  ["predict", "run", "in"],
  ["explain", "deep.safetensors", "in", "--out", "new"],
  ["audit", "cells", "--out", "new"],
  ["compare", "one", "two"],
  ["models"],
];

const escape = "\u001B";
// Select graphic rendition: colours and weights, but no movement of the cursor.
const colour = new RegExp(`${escape}\\[[0-9;]*m`);

describe.each(lines.map((args) => [args[0] ?? "", args] as const))("%s", (name, args) => {
  test("prints no control sequence where its output is no terminal", async () => {
    useServices();
    const { out, err } = await ran(args);
    expect(out + err).not.toContain(escape);
    expect(out + err).not.toContain("\r");
    expect(out.endsWith("\n")).toBe(true);
  });

  test("prints no colour under NO_COLOR, though it is a terminal", async () => {
    vi.stubEnv("NO_COLOR", "1");
    useServices();
    const { out, err } = await ran(args, { columns: 100 });
    expect(out).not.toContain(escape);
    expect(err).not.toMatch(colour);
  });

  test("prints the same words with and without colours", async () => {
    useServices();
    const coloured = await ran(args, { columns: 100 });
    useServices();
    const plain = await ran(args);
    const words = (text: string): readonly string[] =>
      text.replaceAll(new RegExp(colour, "g"), "").split(/\s+/);
    expect(words(coloured.out)).toEqual(words(plain.out));
    if (["train", "evaluate", "predict", "compare", "audit"].includes(name))
      expect(coloured.out).toMatch(colour);
  });
});

test("the results of a training fit a terminal of 80 characters but for paths and commands", async () => {
  useServices();
  const { out } = await ran(["audit", "cells", "--out", "new"], { columns: 60 });
  const long = out
    .replaceAll(new RegExp(colour, "g"), "")
    .split("\n")
    .filter((line) => line.length > 60);
  expect(long.filter((line) => !/new\/|fovea/.test(line))).toEqual([]);
});
