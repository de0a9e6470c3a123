import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { fovea, start } from "./built.ts";
import { images, temporaryFolder, tinyModel } from "./support.ts";

interface Found {
  readonly trials: readonly {
    readonly number: number;
    readonly drawn: object;
    readonly history: readonly object[];
    readonly rungs: readonly { readonly rung: number; readonly accuracy: number; readonly folds: number }[];
  }[];
  readonly holdout: object;
}

const foundIn = async (folder: string): Promise<Found> => {
  const json: Found = JSON.parse(await readFile(join(folder, "search.json"), "utf8"));
  return json;
};

/** What has to be the same: all but times. */
const figures = ({ trials, holdout }: Found): object => ({
  holdout,
  trials: trials.map(({ number, drawn, history, rungs }) => ({
    number,
    drawn,
    history,
    rungs: rungs.map(({ rung, accuracy, folds }) => ({ rung, accuracy, folds })),
  })),
});

test("a search that is killed resumes with the same trials and ends the same, and its settings train", async () => {
  const folder = await temporaryFolder();
  await images(folder, { count: 16 });
  const model = await tinyModel(folder);
  const options = "--size 12 --batch 4 --threads 1 --trials 4 --epochs 9 --folds 2 --minutes 5 --seed 3";
  const args = ["search", "data", "--model", model, ...options.split(" ")];
  const whole = await fovea([...args, "--out", "whole"], folder);
  expect(whole.code, whole.err).toBe(0);

  const { child, end } = start([...args, "--out", "killed"], folder);
  // Some trials are whole then, and others are not.
  await vi.waitFor(async () => expect(await readdir(join(folder, "killed", "trials"))).toContain("03"), {
    timeout: 30_000,
    interval: 5,
  });
  child.kill("SIGKILL");
  expect((await end).code).toBeNull();
  expect(await readdir(join(folder, "killed"))).not.toContain("search.json");

  const resumed = await fovea(["search", "--resume", "killed", "--json"], folder);
  expect(resumed.code, resumed.err).toBe(0);
  expect(figures(JSON.parse(resumed.out))).toEqual(figures(await foundIn(join(folder, "whole"))));

  const config = join("killed", "best-config.json");
  const trained = await fovea(["train", "data", "--config", config, "--epochs", "1", "--json"], folder);
  expect(trained.code, trained.err).toBe(0);

  const refused = await fovea(["search", "data", "--resume", "killed"], folder);
  expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/beside --resume/)]);
}, 120_000);
