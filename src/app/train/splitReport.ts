import { type Split, foldFacts, hasParts, noFold, splitFacts } from "../../data/index.ts";
import { type OwnParts, type ResultStatement, type SplitWarning, withText } from "../../messages/index.ts";
import type { SplitReport, TrainResult } from "../results.ts";
import type { PlannedSettings } from "./settings.ts";
import type { Dataset } from "./types.ts";

/** Fewer validation groups than this of a class make its metrics unreliable. */
const minGroups = 5;
/** The size of the validation set may miss the requested one by this fraction before it is worth a warning. */
const notableMiss = 0.01;

/** What decided a split. */
interface SplitFactsOf extends Pick<Dataset, "grouping"> {
  readonly settings: PlannedSettings;
}

/** What the split came to, with a warning for each thing that weakens the metrics. */
export function splitReport(parts: Split, { settings, grouping }: SplitFactsOf): SplitReport {
  const { split, validation, classNames } = settings;
  const facts = splitFacts(parts, classNames);
  const drawn = split !== "file" && ownPartsOf(parts)?.outcome !== "kept";
  const report = {
    ...facts,
    ...(drawn && { requestedFraction: validation }),
    ...grouping,
    ...withOwnParts(ownPartsOf(parts)),
  };
  const images = { validation: parts.validation.length, test: parts.test.length };
  return {
    ...report,
    warnings: [
      ...leakWarning(report, { split, images }),
      ...linkWarning(report),
      ...[sizeWarning, mixedWarning, fewWarning].flatMap((look) => look(report)),
    ].map(withText),
  };
}

/** What dividing into folds came to, with a warning for each thing that weakens the metrics. */
export function foldsReport(
  foldOf: Int32Array,
  { settings, grouping, prepared: { images } }: SplitFactsOf & Pick<Dataset, "prepared">,
): SplitReport {
  const inFolds = images.filter((_, i) => foldOf[i] !== noFold);
  const test = images.filter((_, i) => foldOf[i] === noFold);
  const ownParts = ownPartsOf({ train: inFolds, validation: inFolds, test }, true);
  const facts = foldFacts(images, foldOf, settings.classNames);
  const report = { ...facts, ...grouping, ...withOwnParts(ownParts) };
  const counts = { validation: inFolds.length, test: test.length };
  const warnings = [
    ...leakWarning(report, { split: settings.split, images: counts }),
    ...linkWarning(report),
    ...[mixedWarning, fewWarning].flatMap((look) => look(report)),
  ];
  return { ...report, warnings: warnings.map(withText) };
}

const withOwnParts = (ownParts: OwnParts | undefined): Pick<SplitReport, "ownParts"> =>
  ownParts ? { ownParts } : {};

/** What became of the data's own parts; nothing where it brings none. */
function ownPartsOf({ train, validation, test }: Split, folds: boolean = false): OwnParts | undefined {
  const drawn = folds ? train : [...train, ...validation];
  const all = [...drawn, ...test];
  if (!hasParts(all)) return undefined;
  const counts = {
    test: all.filter(({ part }) => part === "test").length,
    pooled: drawn.filter(({ part }) => part === "test").length,
    folds,
  };
  if (counts.pooled > 0) return { outcome: "pooled", ...counts };
  if (!all.some(({ part }) => part === "validation")) return { outcome: "drawn", ...counts };
  const kept =
    train.every(({ part }) => part !== "validation") && validation.every(({ part }) => part === "validation");
  return { outcome: kept ? "kept" : "redrawn", ...counts };
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

const leakWarning = (
  { leakShare, leaking, source, acrossGroups }: Report,
  sets: Pick<Extract<SplitWarning, { readonly code: "leakage" }>["data"], "split" | "images">,
): readonly SplitWarning[] =>
  leakShare === 0
    ? []
    : [{ code: "leakage", data: { source, leaking, nearDuplicates: acrossGroups !== undefined, ...sets } }];

const linkWarning = ({ acrossGroups, source, leakShare }: Report): readonly SplitWarning[] =>
  acrossGroups
    ? [
        {
          code: "linked-groups",
          data: { source, images: acrossGroups.images, groups: acrossGroups.groups, apart: leakShare > 0 },
        },
      ]
    : [];

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
