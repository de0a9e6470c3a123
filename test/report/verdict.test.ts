import { expect, test } from "vitest";
import type { RunReport } from "../../src/report/index.ts";
import { resultVerdict, verdictLine, verdictOnData } from "../../src/report/verdict.ts";
import { drawnRun } from "./drawn.ts";
import { drawnAudit } from "./drawnAudit.ts";

const run = drawnRun({ classNames: ["cat", "dog"] });
const { data } = run.comparison;

/** A run with one thing about it changed. */
const changed = (changes: Partial<RunReport>): RunReport => ({ ...run, ...changes });

const ending = (end: RunReport["summary"]["data"]["end"]): Partial<RunReport> => ({
  summary: { ...run.summary, data: { ...run.summary.data, end } },
});

const advice = (code: string): Partial<RunReport> => ({
  advice: [{ ...run.advice[0]!, code } as RunReport["advice"][number]],
});

const warned: Partial<RunReport> = {
  notes: [
    {
      kind: "warning",
      statement: { code: "unreliable-interval", data: { groups: 3, source: "content" } },
    },
  ],
};

test.each<[string, Partial<RunReport>, string]>([
  ["better, with nothing against it", {}, "good"],
  ["better, and stopped early", ending("stopped early"), "good"],
  ["better, with advice to train longer", advice("loss-still-falling"), "good"],
  ["better, with a warning beside the accuracy", warned, "caution"],
  ["better, but a class is never predicted", advice("class-never-predicted"), "caution"],
  ["better, but a layer is dead", advice("dead-layer"), "caution"],
  ["better, but interrupted", ending("interrupted"), "caution"],
  ["better, but diverged", ending("diverged"), "caution"],
  [
    "not distinguishable from the baseline",
    { comparison: { code: "not-distinguishable-from-baseline", action: "add-data", data } },
    "caution",
  ],
  [
    "worse than the baseline",
    { comparison: { code: "worse-than-baseline", action: "change-model", data } },
    "bad",
  ],
  [
    "worse than the baseline and warned of",
    { ...warned, comparison: { code: "worse-than-baseline", action: "change-model", data } },
    "bad",
  ],
])("a model that is %s", (_, changes, mark) => {
  const verdict = resultVerdict(changed(changes));
  expect(verdict.mark).toBe(mark);
  expect(verdictLine(verdict).html).toContain(`class="verdict ${mark}"`);
});

test("the reservations of a verdict are the warnings and the grave advice that stand below it", () => {
  const { statement } = resultVerdict(changed({ ...warned, ...advice("not-learning") }));
  expect(statement).toEqual({
    code: "result-verdict",
    data: { comparison: "better-than-baseline", baseline: "colour", end: "whole", reservations: 2 },
  });
});

test("without a baseline to compare with the mark is a caution", () => {
  expect(resultVerdict({ notes: [] })).toEqual({
    mark: "caution",
    statement: { code: "no-baseline", data: {} },
  });
});

test("data with an error is marked bad, with a warning a caution, else good", () => {
  const { findings } = drawnAudit();
  const marks = ["error", "warning", "note"].map(
    (severity) => verdictOnData(findings.filter((one) => one.severity === severity)).mark,
  );
  expect(marks).toEqual(["bad", "caution", "good"]);
  expect(verdictOnData(findings).mark).toBe("bad");
});
