import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import {
  type TrainEvent,
  type TrainRequest,
  type TrainResult,
  resultOf,
  train,
} from "../../../src/app/index.ts";
import { type FakeServices, colourImages, fakeServices, never, request } from "../fakeServices.ts";

interface Trained {
  readonly result: TrainResult;
  readonly events: readonly TrainEvent[];
}

async function trained(services: FakeServices, changes: Partial<TrainRequest> = {}): Promise<Trained> {
  const events: TrainEvent[] = [];
  const running = train({ ...request, ...changes }, services, never);
  return { result: await resultOf(running, (event) => events.push(event)), events };
}

const rowsOf = (services: FakeServices, name: string): readonly Record<string, string>[] =>
  parse(services.files.text(`run/${name}`), { columns: true });

/** The names below a run folder. */
const runOf = ({ files }: FakeServices, run = "run"): readonly string[] =>
  [...files.held.keys()]
    .filter((path) => path.startsWith(`${run}/`))
    .map((path) => path.slice(run.length + 1));

const inGroups = (count: number): Record<string, string> =>
  colourImages(count, (i) => `p${Math.floor(i / 3)}-${i % 3}.png`);
const groupPattern = "[a-z]+/p\\d+";

describe("a training", () => {
  test("tells found, read, groups and ready before its epochs, and the result last", async () => {
    const types: string[] = [];
    for await (const { type } of train(request, fakeServices(), never)) types.push(type);
    const once = types.filter(
      (type, i) => !["batch", "reading", "working"].includes(type) && types[i - 1] !== type,
    );
    expect(once.slice(0, 4)).toEqual(["found", "read", "groups", "ready"]);
    expect(types.filter((type) => type === "epoch")).toHaveLength(2);
    expect(types.filter((type) => type === "result")).toHaveLength(1);
    expect(types.at(-1)).toBe("result");
  });

  test("keeps the best epoch by the figure that was asked for, and records it", async () => {
    const services = fakeServices();
    const changes = { monitor: "balancedAccuracy", epochs: 3, startFromEpoch: 1 } as const;
    const { result, events } = await trained(services, changes);
    const figures = events.flatMap((event) => (event.type === "epoch" ? [event.monitored] : []));
    expect(figures.map((one) => one?.metric)).toEqual([
      "balancedAccuracy",
      "balancedAccuracy",
      "balancedAccuracy",
    ]);
    expect(rowsOf(services, "history.csv").map((row) => Number(row["validation_balanced_accuracy"]))).toEqual(
      figures.map((one) => one?.value),
    );
    expect(result).toMatchObject({ monitor: "balancedAccuracy" });
    expect(result.bestEpoch).toBeGreaterThan(1);
    expect(result.balancedAccuracy).toBe(figures[result.bestEpoch - 1]?.value);
    const config: unknown = JSON.parse(services.files.text("run/config.json"));
    expect(config).toMatchObject({ monitor: "balancedAccuracy", startFromEpoch: 1 });
  });

  test("notes on the machine stand in what is told before the first epoch, and in the result", async () => {
    const services = fakeServices();
    const openBackend: typeof services.openBackend = async (options) => ({
      ...(await services.openBackend(options)),
      roundedSeparately: { runtime: "Bun 1.4.5" },
    });
    const { result, events } = await trained({ ...services, openBackend });
    const expected = [
      expect.objectContaining({ code: "rounded-separately", data: { runtime: "Bun 1.4.5" } }),
    ];
    expect(events.find(({ type }) => type === "ready")).toMatchObject({ notes: expected });
    expect(result.notes).toEqual(expected);
  });

  test("says at every stage that may take long what it works on", async () => {
    const { events } = await trained(fakeServices());
    const works = events.flatMap((event) => (event.type === "working" ? event.on : []));
    expect(works.filter((work, i) => works[i - 1] !== work)).toEqual([
      "finding-images",
      "looking-at-sizes",
      "splitting",
      "planning",
      "splitting",
      "preparing",
      "compiling",
      "predicting",
      "metrics",
      "baselines",
      "writing",
      "report-images",
    ]);
  });

  test("writes what a rerun needs before it trains, and the page last", async () => {
    const services = fakeServices();
    await trained(services);
    const { written } = services.files;
    expect(written.slice(0, 2)).toEqual(["run/config.json", "run/split.csv"]);
    expect(written.filter((path) => path.includes("checkpoints"))).toHaveLength(2);
    expect(written.slice(-5)).toEqual(
      ["model.safetensors", "metrics.json", "predictions.csv", "history.csv", "report.html"].map(
        (name) => `run/${name}`,
      ),
    );
  });

  test("closes the data and the engine", async () => {
    const services = fakeServices();
    await trained(services);
    expect([...services.open]).toEqual([]);
  });

  test("gives the same model for the same seed, and another for another", async () => {
    const [one, two, other] = [fakeServices(), fakeServices(), fakeServices()];
    await trained(one);
    await trained(two);
    await trained(other, { seed: 5 });
    const model = ({ files }: FakeServices): Uint8Array | undefined =>
      files.held.get("run/model.safetensors");
    expect(model(one)).toEqual(model(two));
    expect(model(other)).not.toEqual(model(one));
  });

  test("its result, metrics.json and predictions.csv hold the same numbers", async () => {
    const services = fakeServices();
    const { result } = await trained(services);
    expect(JSON.parse(services.files.text("run/metrics.json"))).toEqual({
      schema: 1,
      ...JSON.parse(JSON.stringify(result)),
    });
    const rows = rowsOf(services, "predictions.csv");
    const correct = rows.filter(({ label, predicted }) => label === predicted);
    expect(rows).toHaveLength(result.count);
    expect(correct.length / rows.length).toBeCloseTo(result.accuracy, 10);
  });

  test("its history.csv has a row for each epoch", async () => {
    const services = fakeServices();
    const { events } = await trained(services);
    const losses = events.flatMap((event) => (event.type === "epoch" ? [String(event.validationLoss)] : []));
    expect(rowsOf(services, "history.csv").map(({ validation_loss }) => validation_loss)).toEqual(losses);
  });

  test("leaves broken images out, and names them", async () => {
    const services = fakeServices({ ...colourImages(10), "red/x.png": "no image" });
    const { result, events } = await trained(services);
    expect(result.skipped.map(({ path }) => path)).toEqual(["red/x.png"]);
    expect(events.find(({ type }) => type === "read")).toMatchObject({ count: 30, spilled: false });
    expect(result.images).toEqual({ train: 24, validation: 6, test: 0 });
  });

  test("keeps the data's own parts and measures the test set apart", async () => {
    const parts = { train: 6, val: 3, test: 4 };
    const images = Object.fromEntries(
      Object.entries(parts).flatMap(([part, count]) =>
        Object.entries(colourImages(count)).map(([path, text], i) => [
          `${part}/${path}`,
          `${text}${i}${count}`,
        ]),
      ),
    );
    const services = fakeServices(images);
    const { result } = await trained(services);
    expect(result.split).toBe("folders");
    expect(result.images).toEqual({ train: 18, validation: 9, test: 12 });
    expect(result.test).toMatchObject({ count: 12 });
    expect(rowsOf(services, "predictions.csv").filter(({ part }) => part === "test")).toHaveLength(12);
    expect(result.splitReport).not.toHaveProperty("requestedFraction");
  });
});

describe("groups", () => {
  test("of a pattern are whole in one part", async () => {
    const services = fakeServices(inGroups(15));
    const { result } = await trained(services, { groupPattern });
    const parts = new Map<string, Set<string>>();
    for (const { group = "", part = "" } of rowsOf(services, "split.csv"))
      parts.set(group, (parts.get(group) ?? new Set()).add(part));
    expect(parts.size).toBe(15);
    expect([...parts.values()].every((found) => found.size === 1)).toBe(true);
    expect(result).toMatchObject({ groupSource: "pattern", splitReport: { leakShare: 0 } });
  });

  test("are divided by a random split, which says how much leaks", async () => {
    const { result } = await trained(fakeServices(inGroups(15)), { groupPattern, split: "random" });
    const { leakShare, warnings } = result.splitReport;
    expect(leakShare).toBeGreaterThan(0.5);
    expect(warnings[0]).toMatchObject({ code: "leakage", data: { split: "random", source: "pattern" } });
  });

  test("that cross the data's own parts are counted", async () => {
    const { "blue/p0-0.png": text = "", ...others } = inGroups(6);
    const parts = Object.entries(others).map(([path, one]) => [
      `${path.includes("/p0") ? "train" : "val"}/${path}`,
      one,
    ]);
    const images = { ...Object.fromEntries(parts), "val/blue/p0-0.png": text };
    const { result } = await trained(fakeServices(images), { split: "folders", groupPattern });
    expect(result.images).toEqual({ train: 8, validation: 10, test: 0 });
    // One of ten validation images has its group in the training set.
    expect(result.splitReport.leakShare).toBeCloseTo(0.1, 10);
  });

  test("are refused where the pattern matches no path", async () => {
    const services = fakeServices();
    await expect(trained(services, { groupPattern: "patient" })).rejects.toThrow();
    expect(runOf(services)).toEqual([]);
  });
});

/** Runs until the first event of a type, and does then what is asked. */
async function until(
  services: FakeServices,
  type: string,
  act: (controller: AbortController) => boolean | void,
): Promise<void> {
  const controller = new AbortController();
  const running = train({ ...request, epochs: 50 }, services, controller.signal);
  for await (const event of running) if (event.type === type && act(controller)) break;
}

describe("a training that ends before its time", () => {
  test("is interrupted after an epoch with a whole run and its best model", async () => {
    const services = fakeServices();
    await until(services, "epoch", (controller) => controller.abort());
    const metrics: unknown = JSON.parse(services.files.text("run/metrics.json"));
    expect(metrics).toMatchObject({ end: "interrupted" });
    expect(runOf(services)).toEqual(expect.arrayContaining(["model.safetensors", "report.html"]));
    expect([...services.open]).toEqual([]);
  });

  test("leaves nothing where its reader breaks off before the first checkpoint", async () => {
    const services = fakeServices();
    await until(services, "ready", () => true);
    expect(runOf(services)).toEqual([]);
    expect([...services.open]).toEqual([]);
  });

  test("keeps the checkpoint where its reader breaks off later", async () => {
    const services = fakeServices();
    let epochs = 0;
    await until(services, "epoch", () => ++epochs === 3);
    expect(runOf(services)).toContain("checkpoints/last.safetensors");
    expect([...services.open]).toEqual([]);
  });

  test("leaves nothing where the cross-validation is aborted", async () => {
    const services = fakeServices();
    const controller = new AbortController();
    const running = train({ ...request, folds: 2 }, services, controller.signal);
    const toTheEnd = async (): Promise<void> => {
      for await (const { type } of running) if (type === "epoch") controller.abort();
    };
    await expect(toTheEnd()).rejects.toThrow();
    expect(runOf(services)).toEqual([]);
    expect([...services.open]).toEqual([]);
  });

  test("leaves nothing where it needs more memory than there is, and reads no image for that", async () => {
    const services = fakeServices(undefined, { memory: { bytes: 1000, of: "of the test" } });
    const seen: string[] = [];
    const running = resultOf(train(request, services, never), ({ type }) => seen.push(type));
    await expect(running).rejects.toMatchObject({ message: expect.stringMatching(/^memory: /) });
    expect(new Set(seen)).toEqual(new Set(["working", "found"]));
    expect(runOf(services)).toEqual([]);
  });

  test("never touches a folder that holds files", async () => {
    const services = fakeServices();
    await services.files.write("run/mine.txt", "mine");
    await expect(trained(services)).rejects.toMatchObject({ exitCode: 2 });
    expect(runOf(services)).toEqual(["mine.txt"]);
    expect([...services.open]).toEqual([]);
  });
});
