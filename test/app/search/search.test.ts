import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type SearchEvent,
  type SearchRequest,
  type SearchResult,
  readConfig,
  search,
} from "../../../src/app/index.ts";
import {
  type FakeServices,
  colourImages,
  fakeServices,
  filesBelow,
  never,
  recorded,
  request,
} from "../fakeServices.ts";

const { model = "" } = request;
const asked: SearchRequest = {
  data: "cells",
  out: "found",
  minutes: 60,
  trials: 4,
  folds: 2,
  epochs: 3,
  model,
  size: 6,
  batch: 4,
  detect: false,
  space: { learningRate: { min: 0.01, max: 1 } },
};

const rowsOf = (services: FakeServices, path: string): readonly Record<string, string>[] =>
  parse(services.files.text(path), { columns: true });

describe("search", () => {
  const services = fakeServices(colourImages(12));
  let result: SearchResult;
  let events: readonly SearchEvent[];
  beforeAll(async () => {
    ({ result, events } = await recorded(search(asked, services, never)));
  }, 60_000);

  test("trains every trial in the first rung and promotes the better ones", () => {
    expect(result.end).toBe("done");
    expect(result.plan?.rungs).toEqual([1, 3]);
    expect(result.trials).toHaveLength(4);
    const reached = result.trials.map(({ rungs }) => rungs.length);
    expect(reached).toEqual([2, 2, 1, 1]);
    const [first, second, ...others] = result.trials.map(({ rungs }) => rungs[0]?.accuracy ?? 0);
    for (const other of others) expect(other).toBeLessThanOrEqual(Math.min(first ?? 0, second ?? 0));
  });

  test("compares the last trials on all folds, and evaluates the best on images that no trial saw", () => {
    const images = 36 - result.holdout.images;
    expect(result.trials[0]?.rungs.at(-1)).toMatchObject({ folds: 2, images });
    expect(result.holdout.metrics?.images).toBe(result.holdout.images);
    const heldOut = rowsOf(services, "found/split.csv").filter(({ part }) => part === "test");
    expect(heldOut).toHaveLength(result.holdout.images);
    const paths = new Set(heldOut.map(({ path }) => path));
    for (const name of filesBelow(services, "found").filter((file) => file.endsWith("/split.csv"))) {
      const seen = rowsOf(services, `found/${name}`).filter(({ part }) => part !== "test");
      expect(seen.filter(({ path }) => paths.has(path))).toEqual([]);
    }
    expect(result.statements.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["search-best", "search-holdout"]),
    );
  });

  test("promoted trials go on from their checkpoints", () => {
    const best = result.trials[0];
    const begun = events.filter((event) => event.type === "trial" && event.number === best?.number);
    expect(begun.map((event) => event.type === "trial" && [event.rung, event.fold])).toEqual([
      [1, 1],
      [2, 1],
      [2, 2],
    ]);
    expect(best?.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    const epochs = events.filter(({ type }) => type === "epoch");
    // Four trials of one epoch, two that go on by two, and those two once more on the other fold.
    expect(epochs).toHaveLength(4 + 2 * 2 + 2 * 3);
  });

  test("every trial is a run folder, that of the best one with its report", () => {
    const names = filesBelow(services, "found");
    for (const number of ["01", "02", "03", "04"])
      for (const file of ["config.json", "history.csv", "model.safetensors", "split.csv"])
        expect(names).toContain(`trials/${number}/${file}`);
    const { best } = result;
    expect(names).toContain(`${best?.run.replace("found/", "")}/report.html`);
  });

  test("writes a table, a page with charts, and settings that train takes", async () => {
    expect(rowsOf(services, "found/search.csv").map(({ trial }) => Number(trial))).toEqual(
      result.trials.map(({ number }) => number),
    );
    const page = services.files.text("found/report.html");
    expect(page.match(/<svg role="img"/g)).toHaveLength(2);
    const config = await readConfig("found/best-config.json", services.files);
    const { drawn, settings } = result.trials[0] ?? {};
    expect(config).toMatchObject({ data: "cells", size: 6, epochs: 3, batch: 4 });
    expect(config.optimizer).toMatchObject({
      learningRate: drawn?.learningRate ?? settings?.learningRate,
    });
    expect(config.split).toBeUndefined();
  });

  test("resumed when it has ended, trains nothing and finds the same", async () => {
    const again = await recorded(search({ resume: "found" }, services, never));
    expect(again.events.filter(({ type }) => type === "epoch")).toEqual([]);
    expect(again.result.trials).toEqual(result.trials);
    expect(again.result.holdout).toEqual(result.holdout);
  });

  test("refuses to go on with other images", async () => {
    const others = { ...fakeServices(colourImages(11)), files: services.files };
    await expect(recorded(search({ resume: "found" }, others, never))).rejects.toThrow(/split\.csv/);
  });
});

test("a trial that fails is recorded with its reason and does not end the search", async () => {
  const services = fakeServices(colourImages(10));
  const { model: _, size: __, ...rest } = asked;
  const space = { models: ["lenet"], sizes: [32, 2], weightDecay: { min: 1e300, max: 1e301 } };
  const fixed = { ...rest, space, learningRate: 0.001, augment: "none", epochs: 1, trials: 6 };
  const { result } = await recorded(search(fixed, services, never));
  const codes = new Set(result.trials.map(({ failure }) => failure?.code));
  expect(codes).toEqual(new Set([undefined, "trial-refused", "trial-diverged"]));
  const refused = result.trials.find(({ failure }) => failure?.code === "trial-refused");
  expect(refused?.failure?.text).toMatch(/--size 2/);
  expect(result.best?.trial).toBe(1);
});

test("the data's own test part is held out in place of a part of the rest", async () => {
  const parts = ["train", "train", "train", "test"];
  const images = Object.fromEntries(
    Object.entries(colourImages(12)).map(([path, text], i) => [`${parts[i % 4]}/${path}`, text]),
  );
  const services = fakeServices(images);
  const { result } = await recorded(search({ ...asked, trials: 1, epochs: 1 }, services, never));
  expect(result.holdout).toMatchObject({ source: "test part", images: 9, metrics: { images: 9 } });
});

test("interrupted, it keeps what is finished and goes on to the same end", async () => {
  const [whole, broken] = [fakeServices(colourImages(12)), fakeServices(colourImages(12))];
  const { result: expected } = await recorded(search(asked, whole, never));
  const controller = new AbortController();
  let epochs = 0;
  let end = "";
  for await (const event of search(asked, broken, controller.signal)) {
    if (event.type === "epoch" && ++epochs === 6) controller.abort();
    if (event.type === "result") ({ end } = event.result);
  }
  expect(end).toBe("interrupted");
  const { result } = await recorded(search({ resume: "found", minutes: 60 }, broken, never));
  const figures = ({ trials }: SearchResult) =>
    trials.map(({ number, drawn, rungs, history }) => ({
      number,
      drawn,
      history,
      rungs: rungs.map((rung) => ({ ...rung, seconds: 0 })),
    }));
  expect(figures(result)).toEqual(figures(expected));
  expect(result.holdout).toEqual(expected.holdout);
});

test("too little time for one epoch is refused, with what would do, and leaves nothing behind", async () => {
  const services = fakeServices(colourImages(12));
  await expect(recorded(search({ ...asked, minutes: 0.0001 }, services, never))).rejects.toThrow(
    /--minutes 0\.0001: expected .*minutes/,
  );
  expect(filesBelow(services, "found")).toEqual([]);
});
