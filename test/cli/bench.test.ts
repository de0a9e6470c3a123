import { expect, test } from "vitest";
import type { BenchResult, TuneResult } from "../../src/app/index.ts";
import { type PlanDocument, readPlan } from "../../src/engine/index.ts";
import { type Outcome, fovea } from "./built.ts";
import { ranIn } from "./inProcess.ts";
import { temporaryFolder, tinyModel } from "./support.ts";

const quick = ["--size", "24", "--batch", "2", "--seconds", "0.02"];

/** What a command printed that ended well. */
function printed({ code, out, err }: Outcome): string {
  expect(code, err).toBe(0);
  return out;
}

test("bench tells the machine, the speed of each kind of step, and what an epoch would take", async () => {
  const args = ["bench", ...quick, "--threads", "1", "--images", "7", "--json"];
  const result = JSON.parse(printed(await fovea(args, await temporaryFolder()))) as BenchResult;
  expect(result.machine).toMatchObject({
    threads: 1,
    runtime: expect.stringContaining(process.versions.node),
  });
  expect(result.model).toMatchObject({ name: "tutorial", size: 24, batchSize: 2 });
  for (const [step, batchSize] of [
    [result.training, 2],
    [result.prediction, 2],
    [result.single, 1],
  ] as const) {
    expect(step.batchSize).toBe(batchSize);
    expect(step.low).toBeLessThanOrEqual(step.median);
    expect(step.high).toBeGreaterThanOrEqual(step.median);
    expect(step.imagesPerSecond).toBeCloseTo((1000 * batchSize) / step.median);
    expect(step.gflopPerSecond).toBeCloseTo((1000 * step.gflop) / step.median);
  }
  expect(result.prediction.gflop).toBeCloseTo(2 * result.single.gflop);
  // Four steps of two images for seven images.
  expect(result.epoch).toEqual({ images: 7, seconds: (4 * result.training.median) / 1000 });
  expect(result.peakBytes).toBeGreaterThan(20e6);
  expect(result.barrier.kernels).toBeGreaterThan(10);
});

test("bench says it in words, for a model of one's own too", async () => {
  const folder = await temporaryFolder();
  const args = ["bench", "--model", await tinyModel(folder, 4), ...quick];
  const { code, out, err } = await ranIn(folder, args);
  expect(code, err).toBe(0);
  expect(out).toContain("Model tiny: 16 parameters, input 24 × 24 × 3");
  expect(out).toMatch(/inference, batch size 1 .* ms/);
  expect(out).toContain("One epoch of 1,000 images takes about");
});

test("bench --tune times every algorithm that could be chosen, and says which one was", async () => {
  const args = ["bench", ...quick, "--tune", "--json"];
  const { works, machine } = JSON.parse(printed(await ranIn(await temporaryFolder(), args))) as TuneResult;
  expect(machine.threads).toBe(1);
  for (const { work, chosen, fastest, ratio, candidates } of works) {
    const timed = (name: string): number => candidates.find(({ algorithm }) => algorithm === name)!.median;
    expect(timed(fastest), work).toBe(Math.min(...candidates.map(({ median }) => median)));
    expect(ratio, work).toBeCloseTo(timed(chosen) / timed(fastest));
    const costs = candidates.map(({ cost }) => cost);
    expect(candidates.find(({ algorithm }) => algorithm === chosen)!.cost).toBe(Math.min(...costs));
  }
  const second = works.filter(({ work }) => work.endsWith("2x12x12x32 -> 32"));
  expect(second.map(({ work }) => work.split(" ").slice(2, -3).join(" "))).toEqual([
    "",
    "input gradient",
    "filter gradient",
  ]);
  for (const { candidates } of second)
    expect(candidates.map(({ algorithm }) => algorithm)).toEqual(
      expect.arrayContaining(["direct", "Winograd F(4x4)"]),
    );
});

test.each([[], ["--tune"]])("bench refuses what does not fit in memory %s", async (...mode) => {
  const { code, err } = await ranIn(await temporaryFolder(), ["bench", "--batch", "4000", ...mode]);
  expect(code).toBe(1);
  expect(err).toMatch(/memory: expected at most .* smaller/);
});

test("bench refuses a model that it does not know", async () => {
  const { code, err } = await ranIn(await temporaryFolder(), ["bench", "--model", "nosuch"]);
  expect(code).toBe(2);
  expect(err).toContain("--model");
});

test("bench --plan prints what becomes of a model, and runs nothing", async () => {
  const args = ["bench", "--plan", "plain3", "--size", "16", "--batch", "2"];
  const { code, out, err } = await ranIn(await temporaryFolder(), args);
  expect(code, err).toBe(0);
  expect(out).toMatch(/^Training step: plain3, input 16 × 16 × 3, batch size 2$/m);
  expect(out).toMatch(/^Inference: plain3/m);
  expect(out).toMatch(/loop fusion +\d+ kernels → \d+ kernels/);
  expect(out).toMatch(/conv2d\+bias\S* 3x3 2x16x16x32 -> 32 +Winograd/);
});

test("bench --plan --json gives the plans as documents that can be read back", async () => {
  const args = ["bench", "--plan", "--model", "plain3", "--size", "16", "--batch", "2", "--json"];
  const { code, out, err } = await ranIn(await temporaryFolder(), args);
  expect(code, err).toBe(0);
  const document = JSON.parse(out) as { schema: number } & Record<"training" | "inference", PlanDocument>;
  expect(document.schema).toBe(1);
  const { training, inference } = document;
  const { kernels, prologueLength } = readPlan(training);
  expect(kernels).toHaveLength(training.kernels.length);
  // Training updates every weight: what stays the same from step to step is the scale of the loss's gradient.
  expect(kernels.slice(0, prologueLength).map(({ label }) => label)).toEqual(["fill, affine", "broadcastTo"]);
  expect(inference.prologueLength).toBeGreaterThan(0);
});
