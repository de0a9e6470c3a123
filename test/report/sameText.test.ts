import { beforeAll, describe, expect, test } from "vitest";
import { trainResultText } from "../../src/cli/views/result.ts";
import { type Charts, openCharts } from "../../src/report/chart.ts";
import { classSection } from "../../src/report/run/classes.ts";
import { headline } from "../../src/report/run/headline.ts";
import { plain, trained } from "../cli/views/samples.ts";
import { drawnRun } from "./drawn.ts";

let charts: Charts;
beforeAll(async () => {
  charts = await openCharts();
});

/** The text of some markup, as a reader sees it. */
const readable = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll(/\s+/g, " ");

// Percentages of which page and terminal once printed different digits, and edges of the rounding.
const cases = [
  { accuracy: 0.917, interval: [0.744, 0.977] },
  { accuracy: 41 / 80, interval: [0.4, 0.62] },
  { accuracy: 0.5125, interval: [0.5, 0.525] },
  { accuracy: 1, interval: [0.86, 1] },
  { accuracy: 0.999, interval: [0.99, 0.9996] },
  { accuracy: 0, interval: [0, 0.124] },
] as const;

describe("page and terminal print one number in one way", () => {
  test.each(cases)("accuracy $accuracy, interval $interval", ({ accuracy, interval }) => {
    const result = trained({ accuracy, intervals: { ...trained().intervals, accuracy: interval } });
    const terminal = trainResultText(result, plain).split("\n");
    const line = terminal.find((one) => one.startsWith("Validation accuracy"));
    const { count, groups } = result;
    const validation = { accuracy, interval, count, groups, loss: result.loss };
    const page = readable(
      headline(charts, { ...drawnRun({ classNames: ["a", "b"] }), groupSource: "none", validation }).html,
    );
    expect(line).toMatch(/^Validation accuracy: [\d.]+% \(95% CI [\d.]+-[\d.]+%; 10 images\)\.$/);
    expect(page).toContain(line);
    expect(page).toContain(` ${/[\d.]+%/.exec(line ?? "")?.[0]} Validation accuracy`);
  });

  test("the metrics of a class", () => {
    const result = trained();
    const rows = (text: string): readonly string[] => text.match(/\d+(\.\d+)?%|\b[01]\.\d{3}\b/g) ?? [];
    const terminal = trainResultText(result, plain).split("Per-class metrics")[1] ?? "";
    const { perClass } = result;
    const page = classSection({
      ...drawnRun({ classNames: ["a", "b"] }),
      perClass: perClass.map((one) => ({ ...one, rocAuc: null })),
    }).html;
    expect(rows(page.replaceAll(/style="[^"]*"/g, ""))).toEqual(rows(terminal));
  });
});
