import { expect, test } from "vitest";
import { auditVerdict, written } from "../../src/messages/index.ts";
import { renderAudit } from "../../src/report/index.ts";
import { drawnAudit } from "./drawnAudit.ts";

const nasty = `<img src=x onerror="alert(1)">'&`;

test("the page begins with the verdict, then the findings by severity", async () => {
  const page = await renderAudit(drawnAudit());
  const verdict = auditVerdict(drawnAudit().findings);
  const expected = [
    written(verdict).text,
    ...drawnAudit().findings.map((finding) => written(finding).text),
    written(drawnAudit().findings[0]!.examples[0]!).text,
    "All 12 files",
    "6 other sizes",
    "notes.docx",
  ];
  for (const words of expected) expect(page).toContain(words);
  expect(page.indexOf(expected[0]!)).toBeLessThan(page.indexOf(expected[1]!));
  expect(page.indexOf(expected[1]!)).toBeLessThan(page.indexOf(expected[2]!));
});

test("groups are counted by their number of images, in bars that double", async () => {
  const page = await renderAudit(drawnAudit());
  for (const [bar, groups] of [
    ["1 image", 100],
    ["2 images", 0],
    ["3–4", 280],
    ["5–8", 0],
    ["17–32", 20],
  ])
    expect(page).toContain(`${bar}: ${groups}.`);
});

test("data without a finding has no section for one", async () => {
  const page = await renderAudit({ ...drawnAudit(), findings: [] });
  expect(page).toContain(written(auditVerdict([])).text);
  expect(page).not.toContain("<article");
});

test("names from the user's disk cannot become markup", async () => {
  const audit = drawnAudit({ classNames: [nasty, "b"] });
  const page = await renderAudit({
    ...audit,
    title: nasty,
    sizes: [
      { name: nasty, images: 1 },
      { name: "a", images: 1 },
    ],
    formats: [{ name: nasty, images: 1 }],
    skipped: [{ path: nasty, reason: nasty }],
  });
  expect(page).not.toContain("<img src=x");
  expect(page).not.toMatch(/<[^>]*" onerror="/);
  expect(page.match(/&lt;img/g)?.length).toBeGreaterThan(10);
});

test("the page asks for no other file and has no number that is none", async () => {
  expect(await renderAudit(drawnAudit())).not.toMatch(
    /(src|href)="(?!data:|#)|url\(|@import|NaN|undefined|<script(?!>)/,
  );
});
