import {
  type AuditResult,
  type Finding,
  type Severity,
  countText,
  durationText,
  groupWord,
  percentText,
  plural,
} from "../../app/index.ts";
import { invocation, typed } from "../commands/invocation.ts";
import type { Paint } from "../terminal/style.ts";
import { columns, shortened, wrapped } from "../terminal/table.ts";

const classesAtMost = 20;
const examplesAtMost = 3;
const pathsAtMost = 3;

interface Look {
  readonly paint: Paint;
  /** Of a line, in characters. */
  readonly width: number;
}

/** The result of an audit in words: what is here, what is wrong, what to do. */
export function auditResultText(result: AuditResult, look: Look): string {
  const { paint } = look;
  const { findings, run, report, data, seconds } = result;
  return [
    "",
    paint.bold("What is here"),
    classTable(result),
    ...contentText(result).map((line) => wrapped(line, { width: look.width, indent: 2 })),
    "",
    paint.bold(verdictText(findings)),
    ...findings.flatMap((finding) => ["", ...findingText(finding, look)]),
    "",
    `Took ${durationText(seconds)}. Everything is in ${paint.bold(run)}: open ${report} in a browser to see the`,
    "images; groups.csv says which belong together. Nothing in your data was changed.",
    "To learn from this data:",
    `  ${invocation()} train ${typed(data)}`,
  ].join("\n");
}

function classTable(result: AuditResult): string {
  const { classes, groupSource } = result;
  const total = classes.reduce((sum, { images }) => sum + images, 0);
  const shown = classes
    .slice(0, classesAtMost)
    .map(({ name, images, groups, unreadable }) => [
      shortened(name, 32),
      countText(images),
      percentText(images / total),
      countText(groups),
      unreadable > 0 ? countText(unreadable) : "·",
    ]);
  const more = classes.length - classesAtMost;
  return columns(
    [
      ["class", "images", "share", `${groupWord(groupSource)}s`, "not readable"],
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
  const told = { content: "by what they show", column: "by the column group", pattern: "by --group-pattern" };
  const unnamed =
    counts.ungrouped > 0 ? ` ${plural(counts.ungrouped, "image")} without one count as their own.` : "";
  const how = groupSource in told ? ` (${told[groupSource as keyof typeof told]})` : "";
  return [
    ...(counts.readable > 0 ? [`${kinds.join("; ")}.`] : []),
    groups === counts.images
      ? `No two images belong together${how}.`
      : `${plural(counts.images, "image")} from ${countText(groups)} ${groupWord(groupSource)}s${how}; the largest has ${plural(largestGroup, "image")}.${unnamed}`,
    ...(parts.length > 0
      ? [`Already divided: ${parts.map(({ part, images }) => `${part} ${countText(images)}`).join(", ")}.`]
      : []),
  ];
}

const headings: Readonly<Record<Severity, (n: number) => string>> = {
  error: (n) => `${plural(n, "thing")} to put right`,
  warning: (n) => `${plural(n, "thing")} worth a look`,
  note: (n) => `${n} good to know`,
};

function verdictText(findings: readonly Finding[]): string {
  if (findings.length === 0) return "Nothing is wrong with it that could be found.";
  const said = (["error", "warning", "note"] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count > 0 ? [headings[severity](count)] : [];
  });
  return said.join(", ");
}

const marks: Readonly<Record<Severity, string>> = { error: "✗", warning: "!", note: "·" };

function findingText({ severity, sentence, tryThis, examples }: Finding, { paint, width }: Look): string[] {
  const mark = marks[severity];
  const paragraph = (text: string, indent: number): string => wrapped(text, { width, indent });
  return [
    `${severity === "note" ? mark : paint.warn(mark)} ${paragraph(sentence, 2).trimStart()}`,
    `  ${paint.good("→")} ${paragraph(tryThis, 4).trimStart()}`,
    ...examples.slice(0, examplesAtMost).map(({ paths, says }) => {
      const more = paths.length > pathsAtMost ? ", …" : "";
      return paint.dim(paragraph(`${paths.slice(0, pathsAtMost).join(", ")}${more}: ${says}`, 4));
    }),
    ...(examples.length > examplesAtMost ? [paint.dim("    and more on the page")] : []),
  ];
}
