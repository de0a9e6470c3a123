import { type Split, foldFacts, groupWord, splitFacts } from "../../data/index.ts";
import { type SplitWarning, withText } from "../../messages/index.ts";
import { plural } from "../../report/index.ts";
import type { SplitReport, TrainResult } from "../results.ts";
import type { Prepared } from "./types.ts";

/** Fewer groups than this in the kept-back part of a class say little of it. */
const minGroups = 5;
/** The kept-back part may miss the size asked for by so much before it is worth a word. */
const notableMiss = 0.01;

/** What the split came to, with a warning for each thing that weakens the metrics. */
export function splitReport(
  parts: Split,
  { settings, grouping }: Pick<Prepared, "settings" | "grouping">,
): SplitReport {
  const { split, validation, classNames } = settings;
  const facts = splitFacts(parts, classNames);
  const own = split === "folders" && parts.validation.some(({ part }) => part === "validation");
  const report = {
    ...facts,
    ...(!own && split !== "file" && { requestedFraction: validation }),
    ...grouping,
  };
  return {
    ...report,
    warnings: [leakWarning, sizeWarning, mixedWarning, fewWarning].flatMap((look) =>
      look(report).map(withText),
    ),
  };
}

/** What dividing into folds came to, with a warning for each thing that weakens the metrics. */
export function foldsReport(
  foldOf: Int32Array,
  { settings, grouping, prepared }: Pick<Prepared, "settings" | "grouping" | "prepared">,
): SplitReport {
  const report = { ...foldFacts(prepared.images, foldOf, settings.classNames), ...grouping };
  const warnings = [leakWarning, mixedWarning, fewWarning].flatMap((look) => look(report).map(withText));
  return { ...report, warnings };
}

type Report = Omit<SplitReport, "warnings">;

/** What the split lets the figures tell. */
export function splitCaution(result: Pick<TrainResult, "split" | "splitReport" | "folds">): string {
  const caution = dividedText(result);
  return result.splitReport.photographs === undefined
    ? caution
    : `${caution} Photographs that show the same scene count as one.`;
}

function dividedText({
  split,
  splitReport,
  folds,
}: Pick<TrainResult, "split" | "splitReport" | "folds">): string {
  const { leakShare, source, groups } = splitReport;
  const word = groupWord(source);
  if (folds && source !== "none" && leakShare === 0)
    return `No ${word} is both learned from and kept back in one fold.`;
  switch (split) {
    case "folders":
      return "The split follows your own folders; where they name no validation images, those were drawn.";
    case "file":
      return leakShare > 0 || source === "none"
        ? "The split is the one that your file says."
        : `The split is the one that your file says; no ${word} is on both sides.`;
    case "grouped":
      return source === "none"
        ? "Every image counted as one of its own: if several of yours show the same object, this figure flatters."
        : `They are of ${plural(groups.validation, word)} that it has never seen: no ${word} is on both sides.`;
    case "random":
      if (source === "none")
        return "The images kept back were drawn one by one: if several of yours show the same object, this figure flatters.";
      return leakShare > 0
        ? `The images kept back were drawn one by one, not by ${word}.`
        : `The images kept back were drawn one by one, and none is of a ${word} that it learned from.`;
    default:
      return split satisfies never;
  }
}

const leakWarning = ({ leakShare, source }: Report): readonly SplitWarning[] =>
  leakShare === 0 ? [] : [{ code: "leakage", data: { leakShare, source } }];

function sizeWarning({ requestedFraction, validationFraction, source }: Report): readonly SplitWarning[] {
  if (requestedFraction === undefined || Math.abs(validationFraction - requestedFraction) <= notableMiss)
    return [];
  return [{ code: "validation-size", data: { requestedFraction, validationFraction, source } }];
}

const mixedWarning = ({ mixedGroups, source }: Report): readonly SplitWarning[] =>
  mixedGroups === 0 ? [] : [{ code: "mixed-groups", data: { groups: mixedGroups, source } }];

function fewWarning({ groupsPerClass, source }: Report): readonly SplitWarning[] {
  const classes = groupsPerClass.filter(({ groups }) => groups < minGroups);
  return classes.length === 0
    ? []
    : [{ code: "few-validation-groups", data: { minGroups, classes, source } }];
}
