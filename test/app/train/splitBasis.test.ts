import { expect, test } from "vitest";
import { type SplitReport, splitBasis } from "../../../src/app/index.ts";

const report: SplitReport = {
  validationFraction: 0.2,
  groups: { train: 20, validation: 5, test: 0 },
  leakShare: 0,
  leaking: { validation: 0, test: 0 },
  groupsPerClass: [],
  mixedGroups: 0,
  source: "content",
  ungrouped: 0,
  warnings: [],
};

test("the basis of a split tells whether scenes were joined to groups", () => {
  const scenes = (splitReport: SplitReport): unknown => splitBasis({ split: "grouped", splitReport }).data;
  expect(scenes(report)).toMatchObject({ split: "grouped", leakShare: 0, scenes: false, folds: false });
  expect(scenes({ ...report, photographs: 27 })).toMatchObject({ scenes: true });
});

test("the basis of a cross-validation tells that it has folds", () => {
  const folds = { count: 2, accuracies: [0.5, 0.5], mean: 0.5, deviation: 0 };
  expect(splitBasis({ split: "random", splitReport: report, folds }).data).toMatchObject({ folds: true });
});
