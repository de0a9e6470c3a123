import { noFold } from "../../../data/index.ts";
import { foldsCsv, splitCsv } from "../../files/tables.ts";
import { partIndices } from "../dataParts.ts";
import { divideImages, divideFolds } from "../division.ts";
import { foldsReport, splitReport } from "../splitReport.ts";
import type { DataSplit, Grouped } from "../types.ts";

/**
 * Divides the images that could be read into training, validation and test set, or into the folds of a cross-validation.
 * @throws when a class has too few of them, or they are not those of the split file.
 */
export const splitImages = (grouped: Grouped): DataSplit =>
  grouped.division.folds > 0 ? splitInFolds(grouped) : splitInParts(grouped);

function splitInParts({ task: { settings }, division, dataset }: Grouped): DataSplit {
  const { prepared, grouping } = dataset;
  const divided = divideImages(prepared, division, settings);
  const parts = partIndices(prepared, divided);
  const report = splitReport(divided, { settings, grouping });
  return { parts, report, csv: splitCsv(prepared, parts), folds: 0 };
}

function splitInFolds({ task: { settings }, division, dataset }: Grouped): DataSplit {
  const { prepared } = dataset;
  const { folds } = division;
  const foldOf = divideFolds(prepared, division, settings);
  const all = Int32Array.from(foldOf.keys());
  const inFolds = all.filter((i) => foldOf[i] !== noFold);
  const parts = { train: inFolds, validation: inFolds, test: all.filter((i) => foldOf[i] === noFold) };
  const report = foldsReport(foldOf, { settings, ...dataset });
  return { parts, report, csv: foldsCsv(prepared, foldOf), folds, foldOf };
}
