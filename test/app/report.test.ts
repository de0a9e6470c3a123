import { expect, test } from "vitest";
import {
  type RunReport,
  bytesText,
  durationText,
  percentText,
  plural,
  renderReport,
} from "../../src/report/index.ts";

const nasty = `<img src=x onerror="alert(1)">`;

const run: RunReport = {
  title: nasty,
  validation: { accuracy: 0.75, loss: 0.5, count: 4, interval: [0.3, 0.95] },
  bestEpoch: 2,
  history: [
    { epoch: 1, loss: 2, accuracy: 0.5, validationLoss: Number.NaN, validationAccuracy: Number.NaN },
    { epoch: 2, loss: 1, accuracy: 0.75, validationLoss: 0.5, validationAccuracy: 0.75 },
  ],
  classNames: [nasty, "b"],
  confusionMatrix: [
    [2, 1],
    [0, 1],
  ],
  perClass: [
    {
      name: nasty,
      precision: 1,
      recall: 2 / 3,
      f1: 0.8,
      support: 3,
      predicted: 2,
      rocAuc: 1,
      averagePrecision: 1,
    },
    {
      name: "b",
      precision: 0.5,
      recall: 1,
      f1: 2 / 3,
      support: 1,
      predicted: 2,
      rocAuc: 1,
      averagePrecision: 1,
    },
  ],
  advice: [{ sentence: "It still learns.", tryThis: "Train longer." }],
  facts: [{ name: "Model", value: "plain4" }],
  leftOut: [{ path: nasty, reason: "not a picture" }],
  caution: "Drawn at random.",
};

test("the page says the figure, the caution, the mistakes and the advice", () => {
  const page = renderReport(run);
  expect(page).toContain("75.0 %");
  expect(page).toContain("30.0 % to 95.0 %");
  expect(page).toContain("Drawn at random.");
  expect(page).toContain("Train longer.");
  expect(page.match(/<td style="[^"]*" title="[^"]*">2</g)).toHaveLength(1);
});

test("names from the user's disk cannot become markup", () => {
  const page = renderReport(run);
  expect(page).not.toContain("<img");
  expect(page).toContain("&lt;img");
});

test("the page needs no other file, and epochs without a figure leave no mark", () => {
  const page = renderReport(run);
  expect(page).not.toMatch(/(src|href)=(?!x)|url\(|@import|NaN/);
});

test("numbers are said in words", () => {
  expect(percentText(0.9312)).toBe("93.1 %");
  expect(percentText(Number.NaN)).toBe("–");
  expect(plural(1, "class", "classes")).toBe("1 class");
  expect(plural(1991, "picture")).toBe("1,991 pictures");
  expect([3.21, 59.6, 75, 3845].map(durationText)).toEqual(["3.2 s", "1 min 0 s", "1 min 15 s", "1 h 4 min"]);
  expect([312e6, 2.5e9, 10].map(bytesText)).toEqual(["312 MB", "2.5 GB", "1 kB"]);
});
