import { type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Outcome, start } from "./built.ts";
import { filesIn, images, temporaryFolder, tinyModel } from "./support.ts";

type Pipe = "stdout" | "stderr";

/** Runs a command whose reader closes its pipes at once. */
function unread(args: readonly string[], folder: string, pipes: readonly Pipe[]): Promise<Outcome> {
  const { child, end } = start(args, folder);
  for (const pipe of pipes) close(child, pipe);
  return end;
}

const close = (child: ChildProcess, pipe: Pipe): void => void child[pipe]?.destroy();

test("a training that nobody reads writes its whole run, and what uses it ends quietly too", async () => {
  const folder = await temporaryFolder();
  await images(folder, { count: 6 });
  const options = ["--size", "12", "--epochs", "2", "--threads", "1", "--no-detect", "--out", "run"];
  const training = ["train", "data", "--model", await tinyModel(folder), ...options];
  const { code } = await unread(training, folder, ["stdout", "stderr"]);
  expect(code).toBe(0);
  expect(await filesIn(join(folder, "run"))).toEqual(
    expect.arrayContaining(["metrics.json", "model.safetensors", "predictions.csv", "report.html"]),
  );

  const predicting = ["predict", "run", "data/red", "--threads", "1"];
  const predicted = await unread(predicting, folder, ["stdout"]);
  // A machine that is busy for two seconds is told how far it is.
  const progress = predicted.err.split("\n").filter((line) => !/^Classifying 6 images: \d+ done$/.test(line));
  expect({ ...predicted, err: progress.join("\n") }).toEqual({ code: 0, out: "", err: "" });
});

describe("a reader who leaves changes no exit code and causes no stack trace", () => {
  test.each([
    { args: ["models"], pipe: "stdout", code: 0 },
    { args: ["nonsense"], pipe: "stderr", code: 2 },
  ] as const)("$args, $pipe closed: $code", async ({ args, pipe, code }) => {
    const outcome = await unread(args, await temporaryFolder(), [pipe]);
    expect(outcome).toEqual({ code, out: "", err: "" });
  });
});

test.skipIf(process.platform !== "linux")("output that a full disk loses is a failure", async () => {
  const { end } = start(["models"], await temporaryFolder(), { stdout: "/dev/full" });
  const { code, err } = await end;
  expect(code).toBe(1);
  expect(err).toMatch(/^fovea: standard output could not be written: ENOSPC.*\n$/);
});
