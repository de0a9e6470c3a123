import { describe, expect, test } from "vitest";
import { type Advice, type AdviceCode, type EpochRecord, diagnose } from "../../src/train/index.ts";

/** Epochs from rows [loss, accuracy, validation loss, validation accuracy]; ten examples of each of four classes. */
function historyOf(rows: readonly (readonly number[])[], last: Partial<EpochRecord> = {}): EpochRecord[] {
  return rows.map(([loss = 0, accuracy = 0, vLoss, vAccuracy], i): EpochRecord => ({
    epoch: i + 1,
    loss,
    accuracy,
    ...(vLoss !== undefined &&
      vAccuracy !== undefined && {
        validation: {
          loss: vLoss,
          accuracy: vAccuracy,
          predicted: [10, 10, 10, 10],
          actual: [10, 10, 10, 10],
        },
      }),
    learningRate: 0.001,
    seconds: 1,
    deadLayers: [],
    ...(i === rows.length - 1 && last),
  }));
}

const classNames = ["EOSINOPHIL", "LYMPHOCYTE", "MONOCYTE", "NEUTROPHIL"];
const look = (
  history: EpochRecord[],
  finished = true,
  classCounts = [500, 500, 500, 500],
): readonly Advice[] => diagnose({ history, classCounts, classNames, finished });
const find = (advice: readonly Advice[], code: AdviceCode): Advice | undefined =>
  advice.find((one) => one.code === code);

const chance = [
  [1.389, 0.25, 1.3865, 0.25],
  [1.38, 0.3, 1.3871, 0.26],
];
const good = [
  [0.9, 0.6, 0.7, 0.75],
  [0.5, 0.8, 0.45, 0.85],
  [0.45, 0.82, 0.44, 0.86],
];

describe("a training that goes well", () => {
  test("gets no advice", () => expect(look(historyOf(good))).toEqual([]));
});

describe("an engine that waits for images", () => {
  test("is said with its share of the time", () => {
    const advice = find(look(historyOf(good, { stallFraction: 0.4, seconds: 30 }), false), "starved");
    expect(advice?.sentence).toBe(
      "In epoch 3 the engine waited 40.0% of the time for its next images: they are made ready more slowly than the network trains.",
    );
  });

  test.each([
    ["a part that hardly counts", { waitShare: 0.2, seconds: 300 }],
    ["an epoch of a few seconds", { waitShare: 0.5, seconds: 9 }],
    ["no figure", { seconds: 300 }],
  ])("is not said for %s", (_, last) => {
    expect(find(look(historyOf(good, last)), "starved")).toBeUndefined();
  });
});

describe("at chance", () => {
  test("is said with its numbers", () => {
    const advice = find(look(historyOf(chance), false), "chance");
    expect(advice?.sentence).toBe(
      "Accuracy 26.0% is no better than guessing (25.0%), and the loss 1.380 has not come below 1.386, which is ln(4): the network has not begun to learn.",
    );
    expect(advice?.tryThis).toMatch(/learning rate/);
  });

  test("with uneven classes the commonest class is the guess, not one in four", () => {
    // Shares 0.7, 0.1, 0.1, 0.1: entropy 0.940.
    const uneven = [700, 100, 100, 100];
    const stuck = historyOf([
      [0.95, 0.7, 0.945, 0.7],
      [0.94, 0.7, 0.94, 0.7],
    ]);
    expect(find(look(stuck, true, uneven), "chance")?.sentence).toMatch(/guessing \(70.0%\).* below 0.940/);
    expect(find(look(stuck, true), "chance")).toBeUndefined();
  });

  test.each([
    ["one epoch of more to come", historyOf(chance.slice(1)), false],
    ["an accuracy that is better", historyOf([chance[0]!, [1.38, 0.3, 1.38, 0.6]]), true],
    ["a loss that falls", historyOf([chance[0]!, [1.1, 0.5, 1.2, 0.26]]), true],
    ["a good training", historyOf(good), true],
  ])("is not said of %s", (_, history, finished) => {
    expect(find(look(history, finished), "chance")).toBeUndefined();
  });
});

describe("a silent layer", () => {
  test("is named, the first of them", () => {
    const advice = look(historyOf(good, { deadLayers: ["conv2d_1", "flatten"] }));
    expect(find(advice, "silentLayer")?.sentence).toMatch(/layer conv2d_1 is 0 after epoch 3/);
  });
  test("is not said when it was silent only earlier", () => {
    const [first, ...rest] = historyOf(good);
    expect(find(look([{ ...first!, deadLayers: ["conv2d"] }, ...rest]), "silentLayer")).toBeUndefined();
  });
});

describe("overfitting", () => {
  const far = [
    [0.5, 0.8, 0.6, 0.75],
    [0.05, 0.99, 0.9, 0.74],
  ];
  test("is not said when a handful of validation images leaves room for luck", () => {
    const few = historyOf(far).map((record) => ({
      ...record,
      validation: { ...record.validation!, actual: [3, 3, 3, 3] },
    }));
    expect(find(look(few, false), "overfitting")).toBeUndefined();
  });
  test("is said when training is far above validation", () => {
    expect(find(look(historyOf(far), false), "overfitting")?.sentence).toMatch(/99.0% .* but 74.0%/);
  });
  test.each([
    ["a small gap", historyOf([far[0]!, [0.3, 0.88, 0.5, 0.8]])],
    ["a first epoch", historyOf([far[1]!])],
    [
      "a validation that catches up",
      historyOf([
        [1.4, 0.41, 14.1, 0.25],
        [0.7, 0.8, 5.9, 0.3],
      ]),
    ],
    [
      "no validation",
      historyOf([
        [0.5, 0.8],
        [0.05, 0.99],
      ]),
    ],
  ])("is not said of %s", (_, history) => {
    expect(find(look(history, false), "overfitting")).toBeUndefined();
  });
});

test("a gap that closes too late is said at the end, and not as learning by heart", () => {
  const late = historyOf([
    [1.4, 0.41, 14.1, 0.25],
    [0.7, 0.8, 1.2, 0.5],
  ]);
  const advice = find(look(late), "overfitting");
  expect(advice?.sentence).toMatch(/80.0% .* but 50.0% .* does not yet hold for new images/);
  expect(advice?.tryThis).toMatch(/Train longer; if the gap stays, add images/);
});

test("a validation at chance after few epochs is not learning by heart; after many it is", () => {
  const early = [
    [1.8, 0.31, 7.4, 0.25],
    [0.9, 0.65, 6.9, 0.25],
  ];
  expect(find(look(historyOf(early), false), "overfitting")).toBeUndefined();
  expect(find(look(historyOf(early)), "overfitting")?.sentence).toMatch(/does not yet hold/);
  const late = [...early, ...Array.from({ length: 4 }, () => [0.1, 0.99, 7.5, 0.25])];
  expect(find(look(historyOf(late), false), "overfitting")?.sentence).toMatch(/by heart/);
});

describe("still falling", () => {
  const falling = [
    [1, 0.5, 0.9, 0.6],
    [0.7, 0.7, 0.6, 0.7],
  ];
  test("is said at the end, with more epochs to try", () => {
    const advice = find(look(historyOf(falling)), "stillFalling");
    expect(advice?.sentence).toMatch(/0.900 to 0.600/);
    expect(advice?.tryThis).toMatch(/4 epochs instead of 2/);
  });
  test("is not said while training goes on, or when the loss has settled", () => {
    expect(find(look(historyOf(falling), false), "stillFalling")).toBeUndefined();
    expect(find(look(historyOf([...falling, [0.6, 0.75, 0.59, 0.7]])), "stillFalling")).toBeUndefined();
  });
});

/** Epochs after the first with those counts of classes said. */
const without = (predicted: number[]): EpochRecord[] => {
  const history = historyOf(good);
  return history.map((record, i) =>
    i === 0 ? record : { ...record, validation: { ...record.validation!, predicted } },
  );
};

describe("a class that is never predicted", () => {
  test("is named", () => {
    const advice = find(look(without([20, 0, 10, 10]), false), "classNeverPredicted");
    expect(advice?.sentence).toBe("No validation image was named LYMPHOCYTE, though 10 show it.");
  });
  test("is named beside the others", () => {
    const advice = find(look(without([40, 0, 0, 0]), false), "classNeverPredicted");
    expect(advice?.sentence).toBe(
      "No validation image was named LYMPHOCYTE, MONOCYTE or NEUTROPHIL, though 30 show them.",
    );
    expect(advice?.tryThis).toMatch(/these classes/);
  });
  test("is not said of a class seldom predicted, of one late epoch, or at chance", () => {
    expect(find(look(without([20, 1, 10, 9]), false), "classNeverPredicted")).toBeUndefined();
    const [a, b, c] = without([20, 0, 10, 10]);
    const back = { ...c!, validation: { ...c!.validation!, predicted: [10, 10, 10, 10] } };
    expect(find(look([a!, b!, back], true), "classNeverPredicted")).toBeUndefined();
    const dull = historyOf(chance).map((record) => ({
      ...record,
      validation: { ...record.validation!, predicted: [40, 0, 0, 0] },
    }));
    expect(look(dull).map(({ code }) => code)).toEqual(["chance"]);
  });
});
