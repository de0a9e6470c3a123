import { type Split, foldFacts, splitFacts } from "../../data/index.ts";
import { type ResultStatement, type SplitWarning, withText } from "../../messages/index.ts";
import type { SplitReport, TrainResult } from "../results.ts";
import type { TrainSettings } from "./settings.ts";
import type { Dataset } from "./types.ts";

/** Fewer validation groups than this of a class make its metrics unreliable. */
const minGroups = 5;
/** The size of the validation set may miss the requested one by this fraction before it is worth a warning. */
const notableMiss = 0.01;

/** What decided a split. */
interface SplitFactsOf extends Pick<Dataset, "grouping"> {
  readonly settings: TrainSettings;
}

/** What the split came to, with a warning for each thing that weakens the metrics. */
export function splitReport(parts: Split, { settings, grouping }: SplitFactsOf): SplitReport {
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
  { settings, grouping, prepared }: SplitFactsOf & Pick<Dataset, "prepared">,
): SplitReport {
  const report = { ...foldFacts(prepared.images, foldOf, settings.classNames), ...grouping };
  const warnings = [leakWarning, mixedWarning, fewWarning].flatMap((look) => look(report).map(withText));
  return { ...report, warnings };
}

type Report = Omit<SplitReport, "warnings">;

/** How the split was made, and whether it keeps groups apart. */
export const splitBasis = ({
  split,
  splitReport: { leakShare, source, photographs },
  folds,
}: Pick<TrainResult, "split" | "splitReport" | "folds">): ResultStatement => ({
  code: "split-basis",
  data: { split, source, leakShare, folds: folds !== undefined, scenes: photographs !== undefined },
});

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
