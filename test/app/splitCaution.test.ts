import { expect, test } from "vitest";
import { type SplitReport, splitCaution } from "../../src/app/index.ts";

const report: SplitReport = {
  validationFraction: 0.2,
  groups: { train: 20, validation: 5, test: 0 },
  leakShare: 0,
  groupsPerClass: [],
  mixedGroups: 0,
  source: "content",
  ungrouped: 0,
  warnings: [],
};

test("where photographs of one scene were joined, the count of them is said to be one of scenes", () => {
  const caution = (splitReport: SplitReport): string => splitCaution({ split: "grouped", splitReport });
  expect(caution(report)).toBe(
    "They are of 5 photographs that it has never seen: no photograph is on both sides.",
  );
  expect(caution({ ...report, photographs: 27 })).toBe(
    "They are of 5 photographs that it has never seen: no photograph is on both sides. " +
      "Photographs that show the same scene count as one.",
  );
});
