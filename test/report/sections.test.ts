import { beforeAll, describe, expect, test } from "vitest";
import { messageText, namedFact, written } from "../../src/messages/index.ts";
import { type Charts, openCharts } from "../../src/report/chart.ts";
import { contents } from "../../src/report/audit/contents.ts";
import { calibrationSections } from "../../src/report/run/calibration.ts";
import { classSection } from "../../src/report/run/classes.ts";
import { confusionSection } from "../../src/report/run/confusion.ts";
import { dataSection } from "../../src/report/run/data.ts";
import { headline } from "../../src/report/run/headline.ts";
import { measuredOn } from "../../src/report/run/measured.ts";
import { metricsSection } from "../../src/report/run/metrics.ts";
import { imageSections } from "../../src/report/run/images.ts";
import { layerSection } from "../../src/report/run/layers.ts";
import { type Content, html } from "../../src/report/html.ts";
import { listed, skippedNote } from "../../src/report/lists.ts";
import { factTable, notes, page, pair, section } from "../../src/report/shell.ts";
import type { RunReport } from "../../src/report/types.ts";
import { drawnRun } from "./drawn.ts";
import { drawnAudit } from "./drawnAudit.ts";

let charts: Charts;
beforeAll(async () => {
  charts = await openCharts();
});

const run = drawnRun({ classNames: ["cat", "dog"], count: 100 });
const markupOf = (content: Content): string => html`${content}`.html;
const readable = (content: Content): string =>
  markupOf(content)
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();

/** The cells of the first table of some markup, row by row, as a reader sees them. */
const cellsOf = (content: Content): readonly (readonly string[])[] =>
  (/<table[^]*?<\/table>/.exec(markupOf(content))?.[0] ?? "")
    .split("<tr")
    .slice(1)
    .map((row) =>
      Array.from(row.matchAll(/<t[hd]\b[^>]*>([^]*?)<\/t[hd]>/g), ([, cell = ""]) =>
        cell.replaceAll(/<[^>]*>/g, "").trim(),
      ),
    );

describe("the data", () => {
  const parts = [
    { name: "training", images: 41, groups: 7, perClass: [20, 21] },
    { name: "validation", images: 39, groups: 1, perClass: [19, 20] },
  ];

  test("has a row for each set, with its share of all images", () => {
    expect(cellsOf(dataSection(charts, { ...run, parts }))).toEqual([
      ["", "images", "share", "groups"],
      // 41 and 39 of 80
      ["training", "41", "51.3%", "7"],
      ["validation", "39", "48.8%", "1"],
    ]);
  });

  test.each([
    [30, false],
    [31, true],
  ])("of %i classes has bars that are folded away: %s", (count, isFolded) => {
    const classNames = Array.from({ length: count }, (_, i) => `c${i}`);
    const section = markupOf(dataSection(charts, { ...run, parts, classNames }));
    expect(section.includes("<details>")).toBe(isFolded);
    expect(section).toContain("Images per class");
  });

  test("has no groups where none are known, and no share of a single set", () => {
    const [{ groups: _, ...only } = parts[0]!] = parts;
    expect(cellsOf(dataSection(charts, { ...run, parts: [only] }))).toEqual([
      ["", "images"],
      ["training", "41"],
    ]);
  });
});

describe("the confusion matrix", () => {
  const matrix = (confusionMatrix: RunReport["confusionMatrix"], classNames = ["cat", "dog"]): Content =>
    confusionSection(charts, { ...run, classNames, confusionMatrix });

  test("names the most frequent confusion first, with its part of the class", () => {
    const text = readable(
      matrix([
        [6, 2],
        [3, 1],
      ]),
    );
    const list = text.slice(text.indexOf("Most frequent"));
    expect(list.indexOf("dog predicted as cat")).toBeLessThan(list.indexOf("cat predicted as dog"));
    expect(text).toContain("3 times, 75.0% of the class");
    expect(text).toContain("2 times, 25.0% of the class");
  });

  test("says that there are none where every prediction is correct, and takes a class without images", () => {
    const text = readable(
      matrix([
        [6, 0],
        [0, 0],
      ]),
    );
    expect(text).toContain("every prediction is correct");
    expect(text).not.toMatch(/NaN/);
  });
});

test("a class that is alone has no ROC AUC, and the bars are as long as their percentages", () => {
  const [first] = run.perClass;
  const perClass = [{ ...first!, precision: 0.8125, recall: 0, f1: 0, rocAuc: null, support: 1200 }];
  const section = classSection({ ...run, perClass });
  expect(cellsOf(section).at(-1)).toEqual(["cat", "81.3%", "0.0%", "0.000", "–", "1,200"]);
  expect(Array.from(markupOf(section).matchAll(/width:([^"]*)"/g), ([, width]) => width)).toEqual([
    "81.3%",
    "0.0%",
  ]);
});

describe("the metrics", () => {
  const section = metricsSection({
    ...run,
    metrics: [
      { metric: "balancedAccuracy", value: 41 / 80, interval: [0.4, 0.62] },
      { metric: "kappa", value: -0.0125, interval: [-0.2, 0.175] },
      { metric: "brier", value: 0.25 },
    ],
  });

  test("are percentages where they are fractions of images, and three decimals elsewhere", () => {
    const values = Array.from(
      markupOf(section).matchAll(/class="(?:value|between)">([^<]*)</g),
      ([, text]) => text,
    );
    expect(values).toEqual(["51.3%", "40-62%", "-0.013", "-0.200 to 0.175", "0.250"]);
  });

  test("have each its meaning from the catalogue", () => {
    for (const metric of ["balancedAccuracy", "kappa", "brier"] as const)
      expect(readable(section)).toContain(
        written({ code: "metric-meaning", data: { metric, classes: 2 } }).text,
      );
  });

  test("leave no section where there are none", () => {
    expect(metricsSection({ ...run, metrics: [] })).toBeUndefined();
  });
});

describe("the headline", () => {
  test("is of the test set where there is one, with the validation accuracy beside the baselines", () => {
    const tested = { ...run, test: { ...run.validation, accuracy: 0.71, count: 321 } };
    const drawn = markupOf(headline(charts, tested));
    expect(drawn).toContain(">71.0<small>%</small>");
    expect(drawn).toContain("this model, test set: 71.0%. this model, validation set: 80.0%.");
    expect(drawn).toContain(written({ code: "measured-on", data: { set: "test" } }).text);
    expect(drawn).toContain(written({ code: "baselines-on", data: { set: "validation" } }).text);
    expect(measuredOn(tested)).toEqual({ set: "test", images: 321 });
  });

  test("of a cross-validation says how each image was predicted", () => {
    const folds = { count: 2, accuracies: [0.75, 0.85], mean: 0.8, deviation: 0.07 };
    const text = readable(headline(charts, { ...run, folds }));
    expect(text).toContain("Cross-validated accuracy: 80.0%");
    expect(text).toContain(written({ code: "folds", data: folds }).text);
    expect(measuredOn({ ...run, folds })).toEqual({ set: "folds", images: 100 });
  });

  test("states the comparison with the baseline and each note", () => {
    const comparison = {
      code: "better-than-baseline",
      data: {
        baseline: "colour",
        accuracy: 0.8,
        baselineAccuracy: 0.55,
        difference: 0.25,
        interval: [0.1, 0.4],
      },
    } as const;
    const text = readable(headline(charts, { ...run, comparison }));
    expect(text).toContain(written(comparison).text);
    for (const { statement } of run.notes) expect(text).toContain(messageText(written(statement)));
  });
});

test("calibration shows its sentence and, for each bin, the images behind it", () => {
  const bins = [
    { from: 0.4, to: 0.6, confidence: 0.5, accuracy: 0.25, count: 8, interval: [0.05, 0.7] },
    { from: 0.8, to: 1, confidence: 0.9, accuracy: 1, count: 1, interval: [0, 1] },
  ] as const;
  const statement = { code: "calibration", data: { ece: 0.233 } } as const;
  const text = markupOf(calibrationSections(charts, { ...run, calibration: { bins, statement } }));
  expect(text).toContain(written(statement).text);
  expect(text).toContain(
    "8 images at 50.0% confidence: 25.0% correct (95% CI 5-70%). 1 image at 90.0% confidence: 100.0% correct (95% CI 0-100%).",
  );
});

describe("the images", () => {
  const image = { path: "cat/1.jpg", label: "cat", predicted: "dog", probability: 0.985 };
  const errors = { count: 1, threshold: 0.8, confident: 1, images: [image], file: "predictions.csv" };
  const cards = (content: Content): number => markupOf(content).match(/class="prediction"/g)?.length ?? 0;
  /** What is folded away. */
  const foldedIn = (content: Content): string =>
    markupOf(content)
      .match(/<details[^]*?<\/details>/g)
      ?.join("") ?? "";

  test("name label, prediction and confidence; a file that is gone is said to be", () => {
    const text = readable(imageSections({ ...run, errors, uncertain: [{ ...image, predicted: "cat" }] }));
    expect(text).toContain("cat predicted as dog , 99% confidence cat/1.jpg");
    expect(text).toContain("cat correct, 99% confidence");
    expect(text.match(/file not found/g)).toHaveLength(2);
    expect(text).not.toContain("Grad-CAM");
  });

  test("explain Grad-CAM where one is shown, and leave no section where there are none", () => {
    const thumbnail = "data:image/png;base64,QUJD";
    const shown = { ...errors, images: [{ ...image, thumbnail, gradCam: thumbnail }] };
    const sections = imageSections({ ...run, errors: shown, uncertain: [] });
    expect(markupOf(sections).match(/<img src="data:/g)).toHaveLength(2);
    expect(readable(sections)).toContain("(Grad-CAM)");
    const none = { ...errors, count: 0, confident: 0, images: [] };
    expect(markupOf(imageSections({ ...run, errors: none, uncertain: [] }))).toBe("");
  });

  test("of errors at the threshold stand open, two rows of them; those below it are folded away", () => {
    const images = Array.from({ length: 20 }, (_, i) => ({ ...image, probability: 0.95 - i / 100 }));
    const all = { ...errors, count: 63, confident: 16, images };
    const sections = imageSections({ ...run, errors: all, uncertain: [] });
    expect(cards(sections)).toBe(20);
    // 0.95 down to 0.80 are 16, of which 10 stand open.
    expect(cards({ html: foldedIn(sections) })).toBe(10);
    expect(foldedIn(sections)).toContain("4 errors of lower confidence (76% to 79%)");
    const data = {
      errors: 63,
      images: 100,
      threshold: 0.8,
      confident: 16,
      missing: 43,
      file: "predictions.csv",
    };
    expect(readable(sections)).toContain(written({ code: "confident-errors", data }).text);
  });
});

test("the layers end in the sum of their parameters, and a layer without any has a dash", () => {
  const layers = [
    { name: "conv2d", type: "Conv2D", outputShape: "64 × 64 × 32", parameters: 896, depth: 0 },
    { name: "relu", type: "ReLU", outputShape: "64 × 64 × 32", parameters: 0, depth: 1 },
    { name: "dense", type: "Dense", outputShape: "4", parameters: 524, depth: 0 },
  ];
  const section = markupOf(layerSection({ ...run, layers, modelFacts: [] }));
  expect(cellsOf({ html: section }).map((row) => row.at(-1))).toEqual([
    "parameters",
    "896",
    "–",
    "524",
    "1,420",
  ]);
  expect(section).toContain("padding-left:1rem");
});

describe("what every page is made of", () => {
  const head = { tab: "t", kind: "k", title: "T", lead: "l" };
  const linksOf = (whole: string): readonly (readonly string[])[] =>
    Array.from(whole.matchAll(/<a href="#([^"]*)">([^<]*)<\/a>/g), ([, ...link]) => link);

  test("the list of contents names each section, however deep it lies, and shortens long titles", () => {
    const path = "folder/<b>a photograph with a long name.png";
    const whole = page(head, [
      section("Metrics", undefined, []),
      [pair(section("Most confident errors", undefined, []), section(path, undefined, []), "even")],
      "no section",
    ]);
    expect(linksOf(whole)).toEqual([
      ["metrics", "Metrics"],
      ["most-confident-errors", "Errors"],
      ["folder-b-a-photograph-with-a-long-name-png", "folder/&lt;b&gt;… name.png"],
    ]);
    for (const [anchor = ""] of linksOf(whole)) expect(whole).toContain(`<section id="${anchor}">`);
    expect(whole).toContain('<div class="pair even">');
  });

  test("a page of one section has no list of contents, and a part without a neighbour stands alone", () => {
    expect(page(head, [section("Metrics", undefined, [])])).not.toContain("<nav");
    const alone = section("Metrics", undefined, []);
    expect(pair(alone, false, "even")).toBe(alone);
    expect(pair(false, alone, "even")).toBe(alone);
  });

  test("facts are named by the catalogue", () => {
    const facts = [
      { code: "seed", data: { seed: 7 } },
      { code: "time", data: { seconds: 75 } },
    ] as const;
    expect(cellsOf(factTable(facts))).toEqual(facts.map(namedFact).map(({ name, value }) => [name, value]));
    expect(factTable([])).toBe(false);
  });

  test("a list shows the first ones and counts the rest", () => {
    expect(readable(listed(["a", "b", "c"], 2, (one) => one))).toBe("a b and 1 more");
    expect(readable(listed(["a", "b"], 2, (one) => one))).toBe("a b");
  });

  test("a note has the icon of its kind, with its suggestion", () => {
    const statement = { code: "mixed-groups", data: { groups: 3, source: "column" } } as const;
    const drawn = notes([{ kind: "warning", statement }]);
    expect(markupOf(drawn)).toContain('class="note warning"');
    expect(readable(drawn)).toBe(messageText(written(statement)));
    expect(markupOf(notes([]))).toBe("");
  });

  test("skipped files are counted by reason, the most frequent first, each with its own in a folded list", () => {
    const skipped = [
      { path: "a.txt", reason: "no image" },
      { path: "broken.jpg", reason: "truncated" },
      { path: "b", reason: "truncated", files: 7 },
    ];
    const drawn = markupOf(skippedNote(skipped, "training"));
    const reasons = [
      { reason: "truncated", files: 8 },
      { reason: "no image", files: 1 },
    ];
    const { text } = written({ code: "skipped-files", data: { files: 9, by: "training", reasons } });
    expect(/<summary>[^]*<\/summary>/.exec(drawn)?.[0]).toContain(text);
    expect(readable({ html: drawn })).toContain("a.txt — no image broken.jpg — truncated b — truncated");
    expect(skippedNote([], "training")).toBe(false);
  });
});

describe("the contents of an audit", () => {
  test("draw groups only where some image shares one, and sizes only where there are several", () => {
    const audit = drawnAudit();
    expect(readable(contents(charts, audit))).toMatch(
      /Groups of each class.*Groups by their number of images/,
    );
    const alone = {
      ...audit,
      groups: audit.counts.images,
      groupSource: "none",
      sizes: [{ name: "320 x 240", images: 1300 }],
    } as const;
    const text = readable(contents(charts, alone));
    expect(text).not.toMatch(/Groups|Images of each size/);
    expect(text).toContain("Images of each class");
  });

  test("keep every size in the bars: the eight most frequent, and the others in one", () => {
    const sizes = Array.from({ length: 10 }, (_, i) => ({ name: `${i}`, images: 10 - i }));
    const label = /aria-label="Images of each size\. ([^"]*)"/.exec(
      markupOf(contents(charts, { ...drawnAudit(), sizes })),
    );
    expect(label?.[1]).toBe(
      `${Array.from({ length: 8 }, (_, i) => `${i}: ${10 - i}.`).join(" ")} 2 other sizes: 3.`,
    );
  });
});
