import { type Split, foldFacts, groupWord, splitFacts } from "../../data/index.ts";
import { countText, percentText, plural } from "../../report/index.ts";
import type { SplitReport, TrainResult } from "../results.ts";
import type { Prepared } from "./runTraining.ts";

/** Fewer groups than this in the kept-back part of a class say little of it. */
const fewGroups = 5;
/** The kept-back part may miss the size asked for by so much before it is worth a word. */
const notableMiss = 0.01;

/** What the split came to, with a sentence for each thing that weakens the figures. */
export function splitReport(
  parts: Split,
  { settings, grouping }: Pick<Prepared, "settings" | "grouping">,
): SplitReport {
  const { split, validation, classNames } = settings;
  const facts = splitFacts(parts, classNames);
  const own = split === "folders" && parts.validation.some(({ part }) => part === "validation");
  const report = { ...facts, ...(!own && split !== "file" && { asked: validation }), ...grouping };
  return {
    ...report,
    warnings: [leakWarning, sizeWarning, mixedWarning, fewWarning].flatMap((say) => say(report)),
  };
}

/** What dividing into folds came to, with a sentence for each thing that weakens the figures. */
export function foldsReport(
  foldOf: Int32Array,
  { settings, grouping, prepared }: Pick<Prepared, "settings" | "grouping" | "prepared">,
): SplitReport {
  const report = { ...foldFacts(prepared.images, foldOf, settings.classNames), ...grouping };
  return { ...report, warnings: [leakWarning, mixedWarning, fewWarning].flatMap((say) => say(report)) };
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

const leakWarning = ({ leakShare, source }: Report): readonly string[] =>
  leakShare === 0
    ? []
    : [
        `${percentText(leakShare)} of the images kept back are of a ${groupWord(source)} that it also learns from: ` +
          "the figure flatters. --split grouped keeps them together.",
      ];

const sizeWarning = ({ asked, got, source }: Report): readonly string[] =>
  asked === undefined || Math.abs(got - asked) <= notableMiss
    ? []
    : [
        `${percentText(got)} of the images are kept back, where ${percentText(asked)} were asked for: ` +
          `whole ${groupWord(source)}s allow no nearer.`,
      ];

function mixedWarning({ mixedGroups, source }: Report): readonly string[] {
  if (mixedGroups === 0) return [];
  const some = `${plural(mixedGroups, groupWord(source))} ${mixedGroups === 1 ? "has" : "have"} images of several classes`;
  return [
    source === "content"
      ? `${some}: one of the labels may be wrong.`
      : `${some}: right for patients, wrong where names begin anew in each class.`,
  ];
}

function fewWarning({ judgedOn, source }: Report): readonly string[] {
  const word = groupWord(source);
  const few = judgedOn.filter(({ groups }) => groups < fewGroups);
  const [first, ...others] = few;
  if (!first) return [];
  if (others.length === 0)
    return [`${first.name} is judged on ${plural(first.groups, word)} only: its figures say little.`];
  const names = few.slice(0, 4).map(({ name, groups }) => `${name} on ${countText(groups)}`);
  const more = few.length > names.length ? ` and ${countText(few.length - names.length)} more classes` : "";
  return [
    `Judged on fewer than ${fewGroups} ${word}s, so that their figures say little: ${names.join(", ")}${more}.`,
  ];
}
