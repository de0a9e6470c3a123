import {
  type AuditResult,
  type Severity,
  countText,
  durationText,
  groupWord,
  percentText,
} from "../../app/index.ts";
import { type Fact, type WrittenFinding, auditVerdict, namedFact, written } from "../../messages/index.ts";
import { invocation, typed } from "../commands/invocation.ts";
import type { Look } from "../terminal/style.ts";
import { columns, shortened } from "../terminal/table.ts";
import { wrapped } from "../terminal/wrap.ts";

const maxClasses = 20;
const maxExamples = 3;
const maxPaths = 3;

/** The result of an audit in words: contents, findings, suggestions. `exactData` is the path of the data as it can be typed. */
export function auditResultText(result: AuditResult, look: Look, exactData: string = result.data): string {
  const { paint } = look;
  const { findings, run, report, seconds } = result;
  return [
    "",
    paint.bold("Contents"),
    classTable(result),
    ...contentText(result).map((line) => wrapped(line, { width: look.width, indent: 2 })),
    "",
    paint.bold(written(auditVerdict(findings)).text),
    ...findings.flatMap((finding) => ["", ...findingText(finding, look)]),
    "",
    `Took ${durationText(seconds)}. Results in ${paint.bold(run)}: open ${report} in a browser to see the images.`,
    written({ code: "data-unchanged", data: { by: "audit" } }).text,
    "To train on this data:",
    `  ${invocation()} train ${typed(exactData)}`,
  ].join("\n");
}

function classTable(result: AuditResult): string {
  const { classes, groupSource } = result;
  const total = classes.reduce((sum, { images }) => sum + images, 0);
  const shown = classes
    .slice(0, maxClasses)
    .map(({ name, images, groups, unreadable }) => [
      shortened(name, 32),
      countText(images),
      percentText(images / total),
      countText(groups),
      unreadable > 0 ? countText(unreadable) : "·",
    ]);
  const more = classes.length - maxClasses;
  return columns(
    [
      ["class", "images", "share", `${groupWord(groupSource)}s`, "unreadable"],
      ...shown,
      ...(more > 0 ? [[`and ${more} more`, "", "", "", ""]] : []),
    ],
    ["left", "right", "right", "right", "right"],
  );
}

function contentText(result: AuditResult): readonly string[] {
  const { sizes, formats, colours, counts, groups, largestGroup, parts, groupSource } = result;
  const [size] = sizes;
  const kinds = [
    size && sizes.length === 1 ? `${size.name} pixels` : `${countText(sizes.length)} sizes`,
    formats.map(({ name }) => name.toUpperCase()).join(", "),
    colours.map(({ name }) => (name === "grey" ? "grey" : "in colour")).join(", some "),
  ];
  const grouping = {
    source: groupSource,
    images: counts.images,
    groups,
    ungrouped: counts.ungrouped,
    largestGroup,
  };
  return [
    ...(counts.readable > 0 ? [`${kinds.join("; ")}.`] : []),
    written({ code: "group-sizes", data: grouping }).text,
    ...(parts.length > 0 ? [factText({ code: "predefined-split", data: { parts } })] : []),
  ];
}

function factText(fact: Fact): string {
  const { name, value } = namedFact(fact);
  return `${name}: ${value}.`;
}

const marks: Readonly<Record<Severity, string>> = { error: "✗", warning: "!", note: "·" };

function findingText(finding: WrittenFinding, { paint, width }: Look): string[] {
  const { severity, text: sentence, suggestion = "", examples } = finding;
  const mark = marks[severity];
  const paragraph = (words: string, indent: number): string => wrapped(words, { width, indent });
  return [
    `${severity === "note" ? mark : paint.warn(mark)} ${paragraph(sentence, 2).trimStart()}`,
    `  ${paint.good("→")} ${paragraph(suggestion, 4).trimStart()}`,
    ...examples.slice(0, maxExamples).map(({ paths, text }) => {
      const more = paths.length > maxPaths ? ", …" : "";
      return paint.dim(paragraph(`${paths.slice(0, maxPaths).join(", ")}${more}: ${text}`, 4));
    }),
    ...(examples.length > maxExamples ? [paint.dim("    more on the page")] : []),
  ];
}
