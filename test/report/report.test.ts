import { expect, test } from "vitest";
import { messageText, written } from "../../src/messages/index.ts";
import { type RunReport, renderReport } from "../../src/report/index.ts";
import { drawnRun } from "./drawn.ts";

const nasty = `<img src=x onerror="alert(1)">'&`;
const four = ["EOSINOPHIL", "LYMPHOCYTE", "MONOCYTE", "NEUTROPHIL"];
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `class ${i}`);

test("the page shows the accuracy, its interval, the groups, the baselines, the notes and the advice", async () => {
  const page = await renderReport(drawnRun({ classNames: four }));
  for (const said of [
    "80.0",
    "76-83%",
    "125 groups",
    "colour baseline",
    ...drawnRun({ classNames: four }).notes.map(({ statement }) => messageText(written(statement))),
    "Train longer.",
  ])
    expect(page).toContain(said);
});

test("what was noticed about the data and skipped come with the verdict; curves and matrix before the metrics", async () => {
  const statement = {
    code: "encoding-assumed",
    data: { table: "t.csv", encoding: "latin1", example: "Bär" },
  } as const;
  const run = drawnRun({ classNames: four });
  const page = await renderReport({ ...run, dataNotes: [{ kind: "warning", statement }] });
  const order = [
    'id="verdict"',
    'class="verdict good"',
    ">80.0<small>",
    messageText(written(statement)),
    "broken.jpg",
    "Train longer.",
    'id="training-curves"',
    'id="confusion-matrix"',
    'id="metrics"',
    'id="per-class-metrics"',
  ].map((one) => page.indexOf(one));
  expect(Math.min(...order)).toBeGreaterThan(0);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test("names from the user's disk cannot become markup, wherever they stand", async () => {
  const run = drawnRun({ classNames: [nasty, "b"] });
  const page = await renderReport({
    ...run,
    title: nasty,
    summary: { ...run.summary, data: { ...run.summary.data, dataset: nasty } },
    command: nasty,
    skipped: [{ path: nasty, reason: nasty }],
    errors: {
      ...run.errors,
      images: [{ ...run.errors.images[0]!, path: nasty, label: nasty, predicted: nasty }],
    },
    dataNotes: [
      {
        kind: "warning",
        statement: { code: "alike-classes", data: { sets: [[{ name: nasty, images: 1 }]] } },
      },
    ],
    notes: [
      {
        kind: "warning",
        statement: {
          code: "few-validation-groups",
          data: { minGroups: 5, classes: [{ name: nasty, groups: 1 }], source: "content" },
        },
      },
    ],
    layers: [{ ...run.layers[0]!, name: nasty }],
  });
  expect(page).not.toContain("<img src=x");
  expect(page).not.toMatch(/="[^"]*<img/);
  expect(page.match(/&lt;img/g)?.length).toBeGreaterThan(10);
});

test("a name with quotes stays inside its attribute in a drawing too", async () => {
  const page = await renderReport(drawnRun({ classNames: [`a" onload="alert(1)`, ...names(20)] }));
  expect(page).not.toMatch(/<[^>]*" onload="/);
});

test("the page asks for no other file and has no number that is none", async () => {
  const page = await renderReport(drawnRun({ classNames: four }));
  expect(page).not.toMatch(/(src|href)="(?!data:|#)|url\(|@import|NaN|undefined|<script(?!>)/);
});

test.each([2, 4, 10, 30, 100])("1,000 images of %i classes make a page under 3 MB", async (classes) => {
  expect((await renderReport(drawnRun({ classNames: names(classes) }))).length).toBeLessThan(3e6);
});

test("the same run gives the same page, letter for letter", async () => {
  const run = drawnRun({ classNames: four });
  expect(await renderReport(run)).toBe(await renderReport(run));
});

test("the page of a run that stopped in its first epoch states it", async () => {
  const nothing: Partial<RunReport> = {
    history: [],
    bestEpoch: 0,
    curves: [],
    errors: { count: 0, threshold: 0.8, confident: 0, images: [], file: "predictions.csv" },
    uncertain: [],
    advice: [],
  };
  const { calibration: _, ...run } = { ...drawnRun({ classNames: four }), ...nothing };
  const page = await renderReport(run);
  expect(page).toContain("Training stopped before the end of the first epoch");
  expect(page).not.toMatch(/NaN|undefined|Most confident errors/);
});

test("a matrix shows counts and percentages, and the largest confusion in words", async () => {
  const confusionMatrix = [
    [6, 2],
    [0, 4],
  ];
  const page = await renderReport({ ...drawnRun({ classNames: ["cat", "dog"] }), confusionMatrix });
  expect(page).toContain("cat predicted as cat: 6 times, 75%");
  expect(page).toContain("<b>cat</b> predicted as <b>dog</b>");
  expect(page).toContain("2 times, 25.0% of the class");
});

test("cross-validated metrics name the number of models and how their folds differ", async () => {
  const folds = { count: 3, accuracies: [0.7, 0.8, 0.9], mean: 0.8, deviation: 0.1 };
  const run = drawnRun({ classNames: four });
  const page = await renderReport({ ...run, parts: run.parts.slice(0, 1), folds });
  expect(page).toContain(written({ code: "folds", data: folds }).text);
  expect(page).not.toContain("<th>share</th>");
});

test("with a test set every table is of it, and the validation accuracy stands beside", async () => {
  const run = drawnRun({ classNames: four });
  const page = await renderReport({ ...run, test: { ...run.validation, accuracy: 0.71, count: 321 } });
  for (const said of ["71.0", "321 images, 125 groups", "this model, validation set: 80.0%"])
    expect(page).toContain(said);
});
