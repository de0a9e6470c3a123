import { assert, oneof, property, string, stringMatching } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type Charts, openCharts } from "../../src/report/chart.ts";
import { barsChart } from "../../src/report/charts/bars.ts";
import { baselinesChart } from "../../src/report/charts/baselines.ts";
import { heatChart } from "../../src/report/charts/heat.ts";
import { learningCharts } from "../../src/report/charts/learning.ts";
import { rankingCharts } from "../../src/report/charts/ranking.ts";
import { reliabilityChart } from "../../src/report/charts/reliability.ts";
import { html } from "../../src/report/html.ts";
import { shortName } from "../../src/report/words.ts";

let charts: Charts;
beforeAll(async () => {
  charts = await openCharts();
});

const nasty = `"><script>alert('1')</script>&`;

/** The numbers that an attribute has on all elements of a kind, in the order of the drawing. */
const numbersOf = (svg: string, element: string, attribute: string): number[] =>
  Array.from(svg.matchAll(new RegExp(`<${element}\\b[^>]* ${attribute}="([^"]*)"`, "g")), ([, value]) =>
    Number(value),
  );

const labelOf = (svg: string): string => /<svg role="img" aria-label="([^"]*)"/.exec(svg)?.[1] ?? "";

describe("html", () => {
  test("no text makes markup, whatever it holds", () => {
    assert(
      property(oneof(string(), stringMatching(/^[<>"'&a-z =/]*$/)), (text) => {
        const inside = html`<p title="${text}">${text}</p>`.html;
        const [, attribute = "", content = ""] = /^<p title="([^]*)">([^]*)<\/p>$/.exec(inside) ?? [];
        expect(attribute).toBe(content);
        expect(content).not.toMatch(/[<>"']/);
        expect(content.replace(/&(amp|lt|gt|quot|#39);/g, "")).not.toContain("&");
        const marks: Readonly<Record<string, string>> = {
          amp: "&",
          lt: "<",
          gt: ">",
          quot: '"',
          "#39": "'",
        };
        expect(content.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => marks[name] ?? "")).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  test("markup and lists of it stand as they are; nothing stands for false and undefined; 0 is a number", () => {
    const items = ["a<b", "c"].map((item) => html`<li>${item}</li>`);
    expect(html`<b>${[items, false, undefined, 0]}</b>`.html).toBe("<b><li>a&lt;b</li><li>c</li>0</b>");
  });
});

describe("bars", () => {
  const options = { title: "Images", of: "image" };

  test("are as long as their counts, the longest over the whole width", () => {
    const bars = [
      { name: "a", counts: [10] },
      { name: "b", counts: [5] },
      { name: "c", counts: [0] },
    ];
    const svg = charts.draw(barsChart(charts, bars, options)).html;
    // One letter takes 6.8 + 14 on the left, the numbers 52 on the right, of 352.
    expect(numbersOf(svg, "rect", "x")).toEqual([20.8, 20.8]);
    expect(numbersOf(svg, "rect", "width")).toEqual([279.2, 139.6]);
    expect(labelOf(svg)).toBe("Images. a: 10. b: 5. c: 0.");
  });

  test("in pieces follow each other, each with its name", () => {
    const chart = barsChart(charts, [{ name: "a", counts: [3, 1] }], { ...options, pieces: ["one", "two"] });
    const svg = charts.draw(chart).html;
    // 279.2 for 4 images; a pixel between the pieces.
    expect(numbersOf(svg, "rect", "x")).toEqual([20.8, 230.2]);
    expect(numbersOf(svg, "rect", "width")).toEqual([208.4, 68.8]);
    expect(svg).toContain("a: 3 images, one");
    expect(svg).toContain("a: 1 image, two");
  });

  test("of two names that are cut to the same letters stay two bars", () => {
    const name = (middle: string): string => `a very long na${middle}me of a class`;
    expect(shortName(name("1"))).toBe(shortName(name("2")));
    const bars = [
      { name: name("1"), counts: [2] },
      { name: name("2"), counts: [1] },
    ];
    const svg = charts.draw(barsChart(charts, bars, options)).html;
    expect(new Set(numbersOf(svg, "rect", "y")).size).toBe(2);
    expect(numbersOf(svg, "rect", "x")).toEqual([150, 150]);
  });

  test("of nothing but zeros have no length, and no number that is none", () => {
    const svg = charts.draw(barsChart(charts, [{ name: "a", counts: [0] }], options)).html;
    expect(numbersOf(svg, "rect", "width")).toEqual([]);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("baselines", () => {
  test("stand at their accuracy, with their interval beneath", () => {
    const svg = charts.draw(
      baselinesChart(charts, [
        { name: "this model", accuracy: 0.75, interval: [0.5, 1], main: true },
        { name: "majority class", accuracy: 0.25, main: false },
      ]),
    ).html;
    // 324 wide from 10 on.
    expect(numbersOf(svg, "circle", "cx")).toEqual([253, 91]);
    expect(numbersOf(svg, "line", "x1")).toEqual([10, 10, 172]);
    expect(numbersOf(svg, "line", "x2")).toEqual([334, 334, 334]);
    expect(labelOf(svg)).toBe("Accuracy against baselines. this model: 75.0%. majority class: 25.0%.");
  });
});

describe("the reliability diagram", () => {
  const bin = { from: 0, to: 1, count: 8, confidence: 0.5, accuracy: 0.25 };

  test("puts a bin at its confidence and accuracy; the area of a dot is its count", () => {
    const bins = [bin, { ...bin, confidence: 1, accuracy: 1, count: 2 }];
    const svg = charts.draw(reliabilityChart(charts, bins)).html;
    const circles = Array.from(svg.matchAll(/<circle[^>]*>/g), ([circle]) => circle).join("");
    // x from 60 to 336, y from 294 up to 12; larger dots are drawn first.
    expect(numbersOf(circles, "circle", "cx")).toEqual([198, 336]);
    expect(numbersOf(circles, "circle", "cy")).toEqual([223.5, 12]);
    expect(numbersOf(circles, "circle", "r")).toEqual([13, 6.5]);
    expect(labelOf(svg)).toContain("8 images at 50.0% confidence: 25.0% correct.");
  });

  test("without bins draws no dot and no number that is none", () => {
    const svg = charts.draw(reliabilityChart(charts, [])).html;
    expect(numbersOf(svg, "circle", "cx")).toEqual([]);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("training curves", () => {
  const none = Number.NaN;
  const epochOf = (epoch: number, value: number, validation: number) => ({
    epoch,
    loss: 2 * value,
    accuracy: value,
    validationLoss: 2 * validation,
    validationAccuracy: validation,
  });

  test("put each epoch at its accuracy, and leave out what was not measured", () => {
    const history = [epochOf(1, 0.5, none), epochOf(2, 0.75, 0.5), epochOf(3, 1, 0.25)];
    const [accuracy] = learningCharts(charts, history, 2);
    const svg = charts.draw(accuracy).html;
    // Epochs 1 to 3 from 44 to 340, shares from 182 up to 12.
    expect(numbersOf(svg, "circle", "cx")).toEqual([44, 192, 340, 192, 340]);
    expect(numbersOf(svg, "circle", "cy")).toEqual([97, 54.5, 12, 97, 139.5]);
    expect(labelOf(svg)).toBe("Accuracy. On training: from 50% to 100%. On validation: from 50% to 25%.");
    expect(svg).toContain("epoch 2, saved");
  });

  test("of one epoch have no line for the saved one; of none they have no number that is none", () => {
    const [one] = learningCharts(charts, [epochOf(1, 0.5, 0.5)], 1);
    expect(charts.draw(one).html).not.toContain("saved");
    for (const chart of learningCharts(charts, [], 0))
      expect(charts.draw(chart).html).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("the confusion matrix as colours", () => {
  test("is the darker, the larger the share of the true class; empty cells are not drawn", () => {
    const matrix = [
      [3, 1],
      [0, 2],
    ];
    const svg = charts.draw(heatChart(charts, ["cat", "dog"], matrix)).html;
    expect(numbersOf(svg, "rect", "fill-opacity").map((n) => Number(n.toFixed(3)))).toEqual([0.78, 1, 0.34]);
    expect(svg).toContain("cat predicted as dog: 1 time, 25%");
    expect(svg).not.toContain("dog predicted as cat");
  });
});

describe("ROC and precision-recall curves", () => {
  const metricsOf = (name: string, area: number) => ({
    name,
    precision: 0,
    recall: 0,
    f1: 0,
    support: 1,
    predicted: 1,
    rocAuc: area,
    averagePrecision: area,
  });
  const curve = {
    roc: { falsePositiveRate: [0, 0, 1], truePositiveRate: [0, 0.5, 1] },
    precisionRecall: { recall: [0, 1], precision: [1, 0.5] },
  };

  test("run through their points, with the area in the legend", () => {
    const run = { perClass: [metricsOf("cat", 0.75)], curves: [curve] };
    const [roc, precisionRecall] = rankingCharts(charts, run).map((chart) => charts.draw(chart).html);
    expect(roc).toContain('d="M60,294L60,153L336,12"');
    expect(precisionRecall).toContain('d="M60,12L336,153"');
    expect(roc).toContain("cat 0.750");
  });

  test("of a class that is alone are none", () => {
    expect(rankingCharts(charts, { perClass: [metricsOf("cat", 1)], curves: [null] })).toEqual([]);
  });

  test("of many classes name the four with the smallest area, and count the others", () => {
    const names = Array.from({ length: 12 }, (_, i) => `class-${i}`);
    const run = {
      perClass: names.map((name, i) => metricsOf(name, 1 - i / 100)),
      curves: names.map(() => curve),
    };
    const svg = charts.draw(rankingCharts(charts, run)[0]!).html;
    const legend = /<p class="legend">(.*?)<\/p>/s.exec(svg)?.[1] ?? "";
    expect(Array.from(legend.matchAll(/class-\d+/g), ([name]) => name)).toEqual([
      "class-11",
      "class-10",
      "class-9",
      "class-8",
    ]);
    expect(legend).toContain("8 more");
  });
});

test("a name from the user's disk stays text in every chart, its label and its legend", () => {
  const drawn = [
    barsChart(charts, [{ name: nasty, counts: [1] }], { title: nasty, of: nasty, pieces: [nasty] }),
    baselinesChart(charts, [{ name: nasty, accuracy: 0.5, main: true }]),
    heatChart(
      charts,
      [nasty, "b"],
      [
        [1, 1],
        [1, 1],
      ],
    ),
  ];
  for (const chart of drawn) {
    const svg = charts.draw(chart).html;
    expect(svg).not.toContain("<script");
    expect(svg).toMatch(/^<figure class="plot/);
  }
});
