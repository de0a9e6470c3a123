import { describe, expect, test } from "vitest";
import type { BenchResult, TuneResult } from "../../../src/app/index.ts";
import { benchResultText, tuneResultText } from "../../../src/cli/views/bench.ts";
import { marked, plain } from "./samples.ts";

const subject = {
  machine: {
    processor: "Some Processor",
    cores: 1,
    memoryBytes: 8 * 2 ** 30,
    system: "linux x64",
    runtime: "Node 24.0.0",
    threads: 2,
    arithmetic: "fused",
    packsVectors: true,
  },
  model: { name: "cnn", parameters: 390884, size: 100, batchSize: 16 },
} as const;

const time = (median: number, batchSize: number): BenchResult["training"] => ({
  count: 5,
  median,
  low: median * 0.9,
  high: median * 1.1,
  batchSize,
  imagesPerSecond: (1000 * batchSize) / median,
  gflop: 1,
  gflopPerSecond: 1000 / median,
});

const bench: BenchResult = {
  ...subject,
  training: time(20, 16),
  prediction: time(5, 16),
  single: time(0.5, 1),
  startSeconds: 1.5,
  peakBytes: 200 * 2 ** 20,
  epoch: { images: 1000, seconds: 1.25 },
  barrier: { kernels: 50, microseconds: 2, share: 0.005 },
};

describe("bench", () => {
  const lines = benchResultText(bench, { paint: plain, width: 100 }).split("\n");

  test("names the processor, memory and runtime that the numbers depend on", () => {
    expect(lines[0]).toBe("Some Processor, 1 core, 8 GiB, linux x64; Node 24.0.0");
    expect(lines[1]).toContain("2 threads");
  });

  test("a row for each kind of step, three significant figures", () => {
    const rows = lines
      .filter((line) => line.includes("batch size"))
      .map((line) => line.trim().split(/\s{2,}/));
    expect(rows).toEqual([
      ["training, batch size 16", "20.0 ms", "18.0 - 22.0", "800", "50.0"],
      ["inference, batch size 16", "5.00 ms", "4.50 - 5.50", "3,200", "200"],
      ["inference, batch size 1", "0.500 ms", "0.450 - 0.550", "2,000", "2,000"],
    ]);
  });

  test("says which vectors are used, and what would be faster", () => {
    const narrow = { ...bench, machine: { ...bench.machine, packsVectors: false } };
    expect(benchResultText(narrow, { paint: plain, width: 100 })).toContain("Node 24");
    expect(lines[1]).not.toContain("Node 24");
  });

  test("the share of synchronisation is a fraction of the step", () => {
    expect(lines.join("\n")).toContain("50 barriers per training step, 2.00 µs each (0.5% of the step)");
  });
});

describe("bench --tune", () => {
  const candidate = (
    algorithm: "direct" | "winograd4",
    median: number,
  ): TuneResult["works"][number]["candidates"][number] =>
    ({ algorithm, median, low: median, high: median, cost: 1 }) as never;
  const work = (
    chosen: "direct" | "winograd4",
    direct: number,
    winograd: number,
  ): TuneResult["works"][number] =>
    ({
      work: `conv ${chosen}`,
      count: 2,
      gflop: 1,
      chosen,
      fastest: direct < winograd ? "direct" : "winograd4",
      ratio: (chosen === "direct" ? direct : winograd) / Math.min(direct, winograd),
      candidates: [candidate("direct", direct), candidate("winograd4", winograd)],
    }) as never;

  test("marks the choice, and a faster algorithm that it missed by more than a tenth", () => {
    const text = tuneResultText(
      { ...subject, works: [work("direct", 2, 1), work("winograd4", 2, 1)] },
      { paint: marked, width: 100 },
    );
    const [missed, hit] = text.split("\n").filter((line) => line.includes("conv "));
    expect(missed).toMatch(/2\.00 \* +1\.00 +winograd4 takes 50\.0% of it$/);
    expect(hit).toMatch(/2\.00 +1\.00 \*$/);
    expect(text).toMatch(/<w>1 choice of 2 .*<\/w>$/);
  });

  test("a choice slower by less than a tenth is noise", () => {
    const text = tuneResultText(
      { ...subject, works: [work("direct", 1.05, 1)] },
      { paint: marked, width: 100 },
    );
    expect(text).not.toContain("takes");
    expect(text).not.toContain("<w>");
  });
});
