import { expect, test } from "vitest";
import { type BenchEvent, type BenchServices, bench, tune } from "../../../src/app/index.ts";
import { fakeServices, never, recorded } from "../fakeServices.ts";

const layers = [
  { type: "conv2d", filters: 4, kernelSize: 3, padding: "same" },
  { type: "globalAveragePooling2d" },
  { type: "dense", units: 4, activation: "softmax" },
];

/** A clock that moves by ten milliseconds with each look: every time is measured as that. */
async function services(): Promise<BenchServices & ReturnType<typeof fakeServices>> {
  const all = {
    ...fakeServices(),
    machine: { processor: "none", cores: 2, memoryBytes: 1e9, system: "test", runtime: "test" },
    prepareProcessor: async () => ({ arithmetic: "exact", panel: 8 }) as const,
    peakBytes: () => 5,
  };
  await all.files.write("net.json", JSON.stringify({ name: "net", layers }));
  return all;
}

const small = { model: "net.json", size: 8, batch: 2, seconds: 0.001, exact: true };

test("tuning times every algorithm of each work, on one thread, and names the fastest and the chosen", async () => {
  const all = await services();
  const { result, events } = await recorded(tune({ ...small, threads: 2 }, all, never));
  expect(result.machine.threads).toBe(1);
  expect(result.works.length).toBeGreaterThan(0);
  for (const { candidates, chosen, fastest, ratio } of result.works) {
    const names = candidates.map(({ algorithm }) => algorithm);
    expect(names).toContain(chosen);
    expect(names).toContain(fastest);
    const median = (name: string): number =>
      candidates.find(({ algorithm }) => algorithm === name)?.median ?? Number.NaN;
    expect(Math.min(...candidates.map((one) => one.median))).toBe(median(fastest));
    expect(ratio).toBeCloseTo(median(chosen) / median(fastest), 12);
  }
  const count = result.works.length;
  expect(events).toEqual(
    Array.from({ length: count }, (_, i) => ({ type: "measuring", what: "algorithms", done: i / count })),
  );
  expect([...all.open]).toEqual([]);
});

test("tuning stops where it is aborted, and is refused where a step takes more memory than there is", async () => {
  const all = await services();
  await expect(recorded(tune(small, all, AbortSignal.abort()))).rejects.toMatchObject({ name: "AbortError" });
  await expect(
    recorded(tune(small, { ...all, memory: { bytes: 3000, of: "of the test" } }, never)),
  ).rejects.toThrow(/^memory: /);
  expect([...all.open]).toEqual([]);
});

test("a benchmark measures training, prediction, one image and the barrier, in this order", async () => {
  const all = await services();
  const { result, events } = await recorded(bench({ ...small, images: 5 }, all, never));
  expect(events.map(({ what }: BenchEvent) => what)).toEqual(["training", "prediction", "single", "barrier"]);
  const { training, prediction, single, epoch } = result;
  // Each look at the clock is ten milliseconds after the last.
  for (const time of [training, prediction, single]) expect(time.median).toBe(10);
  expect([training.imagesPerSecond, prediction.imagesPerSecond, single.imagesPerSecond]).toEqual([
    200, 200, 100,
  ]);
  // Five images in batches of two are three steps.
  expect(epoch.images).toBe(5);
  expect(epoch.seconds).toBeCloseTo(0.03, 12);
  expect(prediction.gflop / single.gflop).toBeCloseTo(2, 10);
  expect(training.gflop).toBeGreaterThan(2 * prediction.gflop);
  expect(result.peakBytes).toBe(5);
  expect([...all.open]).toEqual([]);
});
