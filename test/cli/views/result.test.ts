import { describe, expect, test } from "vitest";
import { evaluateResultText, trainResultText } from "../../../src/cli/views/result.ts";
import { withText, written } from "../../../src/messages/index.ts";
import { evaluated, marked, plain, tenImages, trained } from "./samples.ts";

const linesOf = (text: string): readonly string[] => text.split("\n");

/** The lines of a section, from its heading to the next empty line. */
function section(text: string, heading: string): readonly string[] {
  const lines = linesOf(text);
  const from = lines.findIndex((line) => line.startsWith(heading));
  const length = lines.slice(from).indexOf("");
  return lines.slice(from + 1, length < 0 ? undefined : from + length);
}

describe("the tables of a result", () => {
  const text = evaluateResultText(evaluated(["a", "b"], tenImages), plain);

  test("the confusion matrix has true classes in rows, and a dot for none", () => {
    expect(section(text, "Confusion matrix")).toEqual(["     a  b", "  a  5  ·", "  b  2  3"]);
  });

  test("the metrics of each class are those of its row and column", () => {
    expect(section(text, "Per-class metrics").map((line) => line.trim().split(/\s{2,}/))).toEqual([
      ["precision", "recall", "F1", "images"],
      // 5 of 7 that are called a, 5 of 5 that are a; 2 · 5 / (7 + 5)
      ["a", "71.4%", "100.0%", "0.833", "5"],
      ["b", "100.0%", "60.0%", "0.750", "5"],
    ]);
  });

  test("of more than 20 classes those with the lowest F1 are shown, and how many there are is said", () => {
    const names = Array.from({ length: 30 }, (_, i) => `c${i}`);
    // Three images of each class: those of c7 are all predicted as c0, every other one is right.
    const rows = names.flatMap((_, i) => Array.from({ length: 3 }, () => [i, i === 7 ? 0 : i, 0.9]));
    const page = evaluateResultText(evaluated(names, rows as [number, number, number][]), plain);
    const table = section(page, "Per-class metrics").filter((line) => /^ {2}c\d/.test(line));
    expect(table.map((line) => line.trim().split(/\s+/)[0]).slice(0, 3)).toEqual(["c7", "c0", "c1"]);
    expect(table).toHaveLength(20);
    expect(page.replaceAll(/\s+/g, " ")).toContain("20 classes of 30");
  });

  test("a class that is never predicted has no precision", () => {
    const never = evaluated(
      ["a", "b"],
      [
        [0, 0, 0.9],
        [1, 0, 0.9],
      ],
    );
    const rows = section(evaluateResultText(never, plain), "Per-class metrics");
    expect(rows.at(-1)).toMatch(/^ {2}b +(–|0\.0%) +0\.0%/);
  });

  test("long class names are cut, and the columns stay aligned", () => {
    const long = "a class whose name goes on and on and on";
    const rows = section(evaluateResultText(evaluated([long, "b"], tenImages), plain), "Confusion matrix");
    expect(rows.every((row) => row.length <= 46)).toBe(true);
    expect(rows[1]).toMatch(/^ {2}a class whose name goes…/);
  });

  test("more than ten classes list the most frequent confusions instead of a matrix", () => {
    const classes = Array.from({ length: 11 }, (_, i) => `class ${i}`);
    const predictions = [
      ...classes.map((_, i) => [i, i, 0.9] as const),
      [3, 4, 0.9] as const,
      [3, 4, 0.9] as const,
      [7, 1, 0.9] as const,
    ];
    const wide = evaluateResultText(evaluated(classes, predictions), plain);
    expect(wide).not.toContain("Confusion matrix");
    expect(section(wide, "Most frequent confusions")).toEqual([
      "  2  class 3 predicted as class 4",
      "  1  class 7 predicted as class 1",
    ]);
  });

  test("more than ten classes without an error say none", () => {
    const classes = Array.from({ length: 11 }, (_, i) => `class ${i}`);
    const all = evaluated(
      classes,
      classes.map((_, i) => [i, i, 0.9] as const),
    );
    expect(section(evaluateResultText(all, plain), "Most frequent confusions")).toEqual(["  none"]);
  });
});

describe("the end of a training", () => {
  test.each([
    ["done", 4, 3],
    ["stopped early", 4, 2],
    ["interrupted", 0, 0],
    ["diverged", 3, 2],
  ] as const)("%s after %i epochs is said in the catalogue's words", (end, epochs, bestEpoch) => {
    const result = trained({ end, epochs, bestEpoch });
    const [, first] = linesOf(trainResultText(result, plain));
    const data = { end, epochs, bestEpoch, monitor: "accuracy", seconds: result.seconds, folds: 0 } as const;
    expect(first).toBe(written({ code: "training-ended", data }).text);
  });

  test("an interrupted run says how to resume it, a finished one does not", () => {
    const interrupted = trainResultText(trained({ end: "interrupted" }), plain, { data: "my data" });
    expect(interrupted).toContain('train "my data" --out runs/x-1 --resume');
    expect(trainResultText(trained(), plain, { data: "my data" })).not.toContain("--resume");
  });

  test("the command for a new image can be typed as it stands", () => {
    const text = trainResultText(trained({ model: "runs/my cells-1/model.safetensors" }), plain, {
      example: "a b.jpg",
    });
    expect(text).toContain('predict "runs/my cells-1/model.safetensors" "a b.jpg"');
  });
});

describe("what stands around the tables", () => {
  test("a test set has its own accuracy, and the tables are the test set's", () => {
    const test = evaluated(
      ["a", "b"],
      [
        [0, 0, 0.9],
        [1, 1, 0.9],
        [1, 1, 0.9],
      ],
    );
    const text = trainResultText(trained({ test }), plain);
    expect(text).toMatch(/Validation accuracy: 80\.0%/);
    expect(text).toMatch(/Test accuracy: 100\.0%/);
    expect(section(text, "Confusion matrix")).toEqual(["     a  b", "  a  1  ·", "  b  ·  2"]);
  });

  test("folds are stated with each accuracy, their mean and deviation", () => {
    const folds = { count: 3, accuracies: [0.7, 0.8, 0.9], mean: 0.8, deviation: 0.1 };
    const text = trainResultText(trained({ folds }), plain);
    expect(text).toMatch(/^Cross-validated accuracy: 80\.0%/m);
    expect(text).toContain("70.0%, 80.0%, 90.0%; mean 80.0%, standard deviation 10.0 points");
  });

  test("folds name the list of doubtful labels, and warn where it is worth nothing", () => {
    const review = "runs/x-1/labels-to-review.csv";
    const found = withText({ code: "suspect-labels", data: { suspects: 2, expectedWrong: 2.4 } } as const);
    const unknown = withText({
      code: "labels-not-reviewable",
      data: { accuracy: 0.5, majority: { label: "a", accuracy: 0.5 }, p: 0.6, trials: 10, source: "none" },
    } as const);
    const list = written({ code: "labels-to-review", data: { path: review, images: 3 } }).text;
    const textOf = (outcome: typeof found | typeof unknown): readonly string[] =>
      linesOf(trainResultText(trained({ labels: { review, images: 3, outcome } }), marked));
    expect(list).toContain(review);
    expect(textOf(found)).toEqual(expect.arrayContaining([list, found.text]));
    expect(textOf(unknown)).toEqual(
      expect.arrayContaining([list, `<w>${unknown.text} ${unknown.suggestion}</w>`]),
    );
    expect(trainResultText(trained(), plain)).not.toContain("labels-to-review");
  });

  test("advice has a heading of its own, and none without advice", () => {
    const [advice] = [
      withText({
        code: "not-distinguishable-from-baseline",
        action: "add-data",
        data: {
          baseline: "majority",
          accuracy: 0.8,
          baselineAccuracy: 0.79,
          difference: 0.01,
          interval: [-0.1, 0.12],
        },
      } as const),
    ];
    const text = trainResultText(trained({ advice: [advice] }), plain);
    expect(section(text, "Advice")).toEqual([`- ${advice.text} ${advice.suggestion}`]);
    expect(trainResultText(trained(), plain)).not.toContain("Advice");
  });

  test("what weakens the accuracy is painted as a warning", () => {
    const few = evaluated(
      ["a", "b"],
      tenImages.filter((_, i) => i % 2 === 0),
    );
    expect(trainResultText(trained(few), marked)).toMatch(/<w>Only 5 images: .*<\/w>/);
  });

  test("no line of text holds a missing number", () => {
    const text = trainResultText(trained(), plain);
    expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });
});
