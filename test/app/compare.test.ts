import { expect, test } from "vitest";
import { type CompareResult, compare, resultOf } from "../../src/app/index.ts";
import { type Random, seeded } from "../../src/base/index.ts";
import { memoryStore } from "./fakeServices.ts";

/** The files of a run that predicts images of two classes with some accuracy. */
function runOf(name: string, images: number, accuracy: number, random: Random): Record<string, string> {
  const rows = Array.from({ length: images }, (_, i) => {
    const predicted = random.next() < accuracy ? "cat" : "dog";
    return `${i}.jpg,cat,g${i % (images / 2)},validation,${i},${predicted},0.9`;
  });
  return {
    [`${name}/config.json`]: JSON.stringify({ groupSource: "content" }),
    [`${name}/predictions.csv`]: ["path,label,group,part,sha256,predicted,probability", ...rows].join("\n"),
  };
}

function compared(seed: number): Promise<CompareResult> {
  const random = seeded(seed);
  const images = 40 + 2 * random.integer(80);
  const base = 0.3 + 0.4 * random.next();
  const files = memoryStore({
    ...runOf("one", images, base, random),
    ...runOf("two", images, base + 0.3 * (random.next() - 0.5), random),
  });
  return resultOf(compare({ runs: ["one", "two"] }, { files }));
}

const seeds = Array.from({ length: 60 }, (_, i) => i);
const better =
  /^(\w+) is significantly better than (\w+): accuracy ([\d.]+)% against ([\d.]+)%, difference ([\d.]+) points \(95% CI ([\d.]+) to/;
const same = /second less first (-?[\d.]+) points \(95% CI (-?[\d.]+) to (-?[\d.]+);/;

test("the code, the sign of the difference and the sentence name the same run, in printed numbers too", async () => {
  const codes = new Set<string>();
  for (const result of await Promise.all(seeds.map(compared))) {
    const { outcome, difference, interval, runs } = result;
    codes.add(outcome.code);
    expect(difference).toBeCloseTo(runs[1].accuracy - runs[0].accuracy, 12);
    if (outcome.code === "not-distinguishable") {
      const [printed = Number.NaN, low = Number.NaN, high = Number.NaN] = (same.exec(outcome.text) ?? [])
        .slice(1)
        .map(Number);
      expect(interval[0] <= 0 && interval[1] >= 0).toBe(true);
      expect(low <= 0 && high >= 0 && printed >= low && printed <= high).toBe(true);
      continue;
    }
    const [, winner, loser, ...numbers] = better.exec(outcome.text) ?? [];
    const [more = 0, less = 0, away = 0, low = 0] = numbers.map(Number);
    expect([winner, loser]).toEqual(outcome.code === "second-better" ? ["two", "one"] : ["one", "two"]);
    expect(difference > 0).toBe(outcome.code === "second-better");
    expect(more > less && away > 0 && low > 0).toBe(true);
  }
  expect([...codes].sort()).toEqual(["first-better", "not-distinguishable", "second-better"]);
});
