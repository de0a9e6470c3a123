import { array, assert, double, oneof, property, string, stringMatching } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type Charts, openCharts } from "../../src/report/chart.ts";
import { barsChart } from "../../src/report/charts/bars.ts";
import { baselinesChart } from "../../src/report/charts/baselines.ts";
import { accuracyDomain } from "../../src/report/charts/accuracyDomain.ts";
import { confusionChart } from "../../src/report/charts/confusion.ts";
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

/** A drawing without the title and legend that it gets where it stands alone. */
const inPage = (figure: string): string => figure.split("<template")[0] ?? "";

/** The numbers that an attribute has on all elements of a kind, in the order of the drawing. */
const numbersOf = (svg: string, element: string, attribute: string): number[] =>
  Array.from(
    inPage(svg).matchAll(new RegExp(`<${element}\\b[^>]* ${attribute}="([^"]*)"`, "g")),
    ([, value]) => Number(value),
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
  const bin = {
    from: 0,
    to: 1,
    count: 80,
    confidence: 0.5,
    accuracy: 0.25,
    interval: [0, 0.75],
  } as const;

  test("puts a bin at its confidence and accuracy; the area of a dot is its count", () => {
    const bins = [bin, { ...bin, confidence: 1, accuracy: 1, count: 20 }];
    const svg = charts.draw(reliabilityChart(charts, bins)).html;
    const circles = Array.from(inPage(svg).matchAll(/<circle[^>]*>/g), ([circle]) => circle).join("");
    // x from 60 to 336, y from 294 up to 12; larger dots are drawn first.
    expect(numbersOf(circles, "circle", "cx")).toEqual([198, 336]);
    expect(numbersOf(circles, "circle", "cy")).toEqual([223.5, 12]);
    expect(numbersOf(circles, "circle", "r")).toEqual([13, 6.5]);
    expect(labelOf(svg)).toContain("80 images at 50.0% confidence: 25.0% correct (95% CI 0-75%).");
    expect(svg).not.toContain("fewer than");
  });

  test("draws each bin's confidence interval, and bins of few images as rings of one size", () => {
    const few = { ...bin, confidence: 1, interval: [0.25, 1] as const };
    const svg = charts.draw(reliabilityChart(charts, [bin, { ...few, count: 9 }, { ...few, count: 2 }])).html;
    const lines = svg.slice(svg.indexOf('aria-label="rule"'));
    expect(numbersOf(lines, "line", "x1")).toEqual([198, 336, 336]);
    expect(numbersOf(lines, "line", "y1")).toEqual([294, 223.5, 223.5]);
    expect(numbersOf(lines, "line", "y2")).toEqual([82.5, 12, 12]);
    expect(numbersOf(svg, "circle", "r").slice(0, 3)).toEqual([13, 4, 4]);
    expect(svg).toContain("fewer than 10 images");
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
    const history = [epochOf(1, 0.5, none), epochOf(2, 0.75, 0.5), epochOf(3, 1, 0)];
    const [accuracy] = learningCharts(charts, history, 2);
    const svg = charts.draw(accuracy).html;
    // Epochs 1 to 3 from 44 to 340, shares from 182 up to 12.
    expect(numbersOf(svg, "circle", "cx").slice(0, 5)).toEqual([44, 192, 340, 192, 340]);
    expect(numbersOf(svg, "circle", "cy").slice(0, 5)).toEqual([97, 54.5, 12, 97, 182]);
    expect(labelOf(svg)).toBe("Accuracy. On training: from 50% to 100%. On validation: from 50% to 0%.");
    expect(svg).toContain("epoch 2, saved");
    expect(svg).not.toContain("axis from");
  });

  test("say at the axis where it begins and ends, unless it begins at 0; the loss begins there", () => {
    const history = [epochOf(1, 0.8, 0.82), epochOf(2, 0.9, 0.84)];
    const [accuracy, loss] = learningCharts(charts, history, 2);
    const svg = charts.draw(accuracy).html;
    // From 182, at 75%, up to 30, at 95%.
    expect(numbersOf(svg, "circle", "cy").slice(0, 2)).toEqual([144, 68]);
    expect(svg).toContain(">axis from 75% to 95%</text>");
    expect(labelOf(svg)).toContain("The axis from 75% to 95%.");
    expect(charts.draw(loss).html).toContain(">0</text>");
  });

  test("have an axis that holds every accuracy at steps of 5%, spans 20% or more, and is no larger than it must be", () => {
    const share = double({ min: 0, max: 1, noNaN: true });
    assert(
      property(array(share, { minLength: 1 }), (values) => {
        const [low, high] = accuracyDomain(values);
        const [least, most] = [Math.min(...values), Math.max(...values)];
        expect(low <= least + 1e-6 && most <= high + 1e-6 && low >= 0 && high <= 1).toBe(true);
        expect(high - low).toBeGreaterThan(0.2 - 1e-9);
        for (const end of [low, high]) expect((end * 20) % 1).toBeCloseTo(0, 9);
        if (low > 0) expect(high - low).toBeLessThan(Math.max(most - least, 0.2) + 0.1 + 1e-9);
      }),
    );
    expect(accuracyDomain([0.8, 0.95])).toEqual([0.8, 1]);
    expect(accuracyDomain([0.992, 0.998])).toEqual([0.8, 1]);
    expect(accuracyDomain([0.25, 0.3])).toEqual([0.2, 0.4]);
    expect(accuracyDomain([0])).toEqual([0, 0.2]);
    expect(accuracyDomain([0.18, 0.3])).toEqual([0.15, 0.35]);
    expect(accuracyDomain([])).toEqual([0, 1]);
  });

  test("of one epoch have no line for the saved one; of none they have no number that is none", () => {
    const [one] = learningCharts(charts, [epochOf(1, 0.5, 0.5)], 1);
    expect(charts.draw(one).html).not.toContain("saved");
    for (const chart of learningCharts(charts, [], 0))
      expect(charts.draw(chart).html).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("the confusion matrix", () => {
  const matrix = [
    [3, 1],
    [0, 2],
  ];
  const textsOf = (svg: string): readonly string[] =>
    Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text = ""]) => text);

  test("has counts and percentages of the row in cells whose colour is as full as their share", () => {
    const svg = charts.draw(confusionChart(charts, ["cat", "dog"], matrix)).html;
    // 0.16 and 0.4 of the share: 3 of 4, 2 of 2, and the wrong one, 1 of 4.
    expect(numbersOf(svg, "rect", "fill-opacity").map((n) => Number(n.toFixed(3)))).toEqual([
      0.46, 0.56, 0.26,
    ]);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["3", "75%", "1", "25%", "2", "100%", "0"]));
    expect(svg).toContain("cat predicted as dog: 1 time, 25%");
    expect(svg).not.toContain("dog predicted as cat");
  });

  test("says on its axes which class is the true one, and to whom cannot see it what is in each cell", () => {
    const svg = charts.draw(confusionChart(charts, ["cat", "dog"], matrix)).html;
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["true class", "predicted class"]));
    expect(labelOf(svg)).toBe(
      "Confusion matrix. cat predicted as cat: 3. cat predicted as dog: 1. dog predicted as dog: 2.",
    );
  });

  test.each([
    [6, true, true],
    [7, true, false],
    [12, true, false],
    [13, false, false],
  ])("of %i classes has numbers: %s, percentages: %s", (count, numbers, percentages) => {
    const names = Array.from({ length: count }, (_, i) => `c${i}`);
    const identity = names.map((_, i) => names.map((__, j) => (i === j ? 777 : 0)));
    const texts = textsOf(charts.draw(confusionChart(charts, names, identity)).html);
    expect([texts.includes("777"), texts.includes("100%")]).toEqual([numbers, percentages]);
  });

  test("tells two classes apart whose names are cut to the same letters", () => {
    const names = [`${"a".repeat(12)}1${"b".repeat(12)}`, `${"a".repeat(12)}2${"b".repeat(12)}`];
    const svg = charts.draw(confusionChart(charts, names, matrix)).html;
    expect(new Set(numbersOf(svg, "rect", "x")).size).toBeGreaterThan(1);
  });
});

test("a chart that stands alone has title, legend and the colours of paper, and so has the one that the page saves", () => {
  const chart = barsChart(charts, [{ name: "a", counts: [3, 1] }], {
    title: "Images",
    of: "image",
    pieces: ["training", "validation"],
  });
  const file = charts.file(chart);
  expect(file).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="352" height="108"/);
  for (const said of [">Images</text>", ">training</text>", ">validation</text>", 'fill="#1f62b8"'])
    expect(file).toContain(said);
  expect(file).not.toContain("var(");
  const template = /<template class="alone">([^]*)<\/template>/.exec(charts.draw(chart).html)?.[1] ?? "";
  expect(template).toContain('height="108"');
  expect(template).toContain('data-above="72"');
  expect(file).toContain('<svg y="72" role="img"');
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

test("in a file, names that read like colours or hold control characters are text that XML can hold", () => {
  const name = 'fill="var(--ink)"\u0001';
  const chart = barsChart(charts, [{ name, counts: [1, 2] }], {
    title: "Images",
    of: "image",
    pieces: [name, "b"],
  });
  const file = charts.file(chart);
  expect(file).toContain("var(--ink)");
  expect(file.match(/\\u0001/g)?.length).toBeGreaterThan(2);
  // oxlint-disable-next-line no-control-regex
  expect(file).not.toMatch(/[\u0000-\u0008]/);
  expect(charts.draw(chart).html).not.toContain("\u0001");
});

test("a name from the user's disk stays text in every chart, its label and its legend", () => {
  const drawn = [
    barsChart(charts, [{ name: nasty, counts: [1] }], { title: nasty, of: nasty, pieces: [nasty] }),
    baselinesChart(charts, [{ name: nasty, accuracy: 0.5, main: true }]),
    confusionChart(
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
