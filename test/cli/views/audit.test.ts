import { describe, expect, test } from "vitest";
import type { AuditResult } from "../../../src/app/index.ts";
import { auditResultText } from "../../../src/cli/views/audit.ts";
import { marked, plain } from "./samples.ts";

const empty: AuditResult = {
  images: [],
  data: "my data",
  run: "runs/audit-x-1",
  report: "runs/audit-x-1/report.html",
  seconds: 2,
  groups: 8,
  groupSource: "content",
  largestGroup: 3,
  groupSizes: [],
  findings: [],
  counts: { images: 10, readable: 10, grouped: 4, ungrouped: 0 },
  classes: [
    { name: "cat", images: 6, groups: 5, unreadable: 0 },
    { name: "dog", images: 4, groups: 3, unreadable: 1 },
  ],
  parts: [],
  sizes: [{ name: "320 x 240", images: 10 }],
  formats: [{ name: "jpeg", images: 10 }],
  colours: [{ name: "colour", images: 10 }],
  duplicates: [],
  skipped: [],
  notes: [],
};

const finding = (severity: "error" | "warning" | "note", examples = 0): AuditResult["findings"][number] =>
  ({
    code: "same-file",
    data: {},
    severity,
    images: [],
    text: `A ${severity}.`,
    suggestion: "Do this.",
    examples: Array.from({ length: examples }, (_, i) => ({
      paths: Array.from({ length: 5 }, (_, p) => `${i}-${p}.jpg`),
      text: "equal bytes",
    })),
  }) as never;

const shown = (changes: Partial<AuditResult>, width = 100): string =>
  auditResultText({ ...empty, ...changes }, { paint: plain, width });

describe("contents", () => {
  test("images, share and groups of each class; a dot where all can be read", () => {
    const rows = shown({})
      .split("\n")
      .slice(2, 5)
      .map((line) => line.trim().split(/\s{2,}/));
    expect(rows).toEqual([
      ["class", "images", "share", "groups", "unreadable"],
      ["cat", "6", "60.0%", "5", "·"],
      ["dog", "4", "40.0%", "3", "1"],
    ]);
  });

  test("more than twenty classes are cut", () => {
    const classes = Array.from({ length: 23 }, (_, i) => ({
      name: `c${i}`,
      images: 1,
      groups: 1,
      unreadable: 0,
    }));
    const text = shown({ classes });
    expect(text).toContain("and 3 more");
    expect(text).not.toContain("c20");
  });

  test("one size is named, several are counted", () => {
    expect(shown({})).toContain("320 x 240 pixels; JPEG; in colour.");
    const sizes = [
      { name: "1 x 1", images: 5 },
      { name: "2 x 2", images: 5 },
    ];
    expect(shown({ sizes })).toContain("2 sizes; JPEG");
  });

  test("groups by their source, and those without", () => {
    expect(shown({})).toContain("10 images from 8 groups (detected by content); the largest has 3 images.");
    expect(shown({ groups: 10 })).toContain("No two images share a group (detected by content).");
    const column = shown({ groupSource: "column", counts: { ...empty.counts, ungrouped: 1 } });
    expect(column).toContain("(from the column group)");
    expect(column.replaceAll(/\s+/g, " ")).toContain("1 image without a group counts as its own group.");
  });

  test("a split of the data's own is stated", () => {
    const parts = [
      { part: "train", images: 8 },
      { part: "test", images: 2 },
    ] as const;
    expect(shown({ parts })).toContain("Predefined split: train 8, test 2.");
    expect(shown({})).not.toContain("Predefined split");
  });

  test("where nothing can be read, no sizes are stated", () => {
    expect(shown({ counts: { ...empty.counts, readable: 0 }, sizes: [] })).not.toContain("sizes");
  });
});

describe("findings", () => {
  test("a sign by severity, then what to do", () => {
    const text = shown({ findings: [finding("error"), finding("warning"), finding("note")] });
    const lines = text.split("\n");
    for (const line of ["✗ A error.", "! A warning.", "· A note."]) {
      expect(lines[lines.indexOf(line) + 1]).toBe("  → Do this.");
    }
  });

  test("errors and warnings stand out, notes do not", () => {
    const text = auditResultText(
      { ...empty, findings: [finding("error"), finding("note")] },
      { paint: marked, width: 100 },
    );
    expect(text).toContain("<w>✗</w>");
    expect(text).toContain("· A note.");
    expect(text).not.toContain("<w>·</w>");
  });

  test("three examples of three paths; the rest is on the page", () => {
    const lines = shown({ findings: [finding("warning", 4)] }).split("\n");
    expect(lines.filter((line) => line.includes("equal bytes"))).toEqual(
      [0, 1, 2].map((i) => `    ${i}-0.jpg, ${i}-1.jpg, ${i}-2.jpg, …: equal bytes`),
    );
    expect(lines).toContain("    more on the page");
    expect(shown({ findings: [finding("warning", 3)] })).not.toContain("more on the page");
  });

  test.each([40, 60, 110])("no line of a finding is wider than %i columns", (width) => {
    const long = {
      ...finding("warning", 2),
      text: "word ".repeat(60).trim(),
      suggestion: "do ".repeat(60).trim(),
    };
    const lines = shown({ findings: [long] }, width).split("\n");
    const widest = Math.max(
      ...lines.filter((line) => /word|do do|equal/.test(line)).map((line) => line.length),
    );
    expect(widest).toBeLessThanOrEqual(width);
  });
});

test("the next command can be typed as it stands", () => {
  expect(shown({}).split("\n").at(-1)).toMatch(/ train "my data"$/);
});
