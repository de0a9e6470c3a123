import { expect, test } from "vitest";
import { renderAudit } from "../../src/report/index.ts";
import { drawnAudit } from "./drawnAudit.ts";

const nasty = `<img src=x onerror="alert(1)">'&`;

test("the page begins with what to do, and says what is in the data", async () => {
  const page = await renderAudit(drawnAudit());
  const said = [
    "1 thing to put right before training",
    "1,300 images of 3 classes, from 400 photographs",
    "Keep --split grouped.",
    "1.jpg is cat/0.jpg turned by 90 degrees, mirrored",
    "All 12 files",
    "6 other sizes",
    "1,300, 2 of them not readable",
    "notes.docx",
  ];
  for (const words of said) expect(page).toContain(words);
  expect(page.indexOf("To put right")).toBeLessThan(page.indexOf("Worth a look"));
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

test("data without a fault is said to be ready", async () => {
  const page = await renderAudit({ ...drawnAudit(), findings: [] });
  expect(page).toContain("Ready to train on");
  expect(page).not.toContain("Worth a look");
});

test("names from the user's disk cannot become markup", async () => {
  const audit = drawnAudit({ classNames: [nasty, "b"] });
  const [first] = audit.findings;
  const page = await renderAudit({
    ...audit,
    title: nasty,
    findings: [{ ...first!, sentence: nasty, tryThis: nasty }],
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
    /(src|href)="(?!data:)|url\(|@import|NaN|undefined|<script/,
  );
});
