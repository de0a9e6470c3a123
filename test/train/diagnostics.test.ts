import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AdviceCode,
  type EpochRecord,
  type TrainingAdvice,
  type TrainingSummary,
  diagnose,
  withoutContradictions,
} from "../../src/train/index.ts";

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

/** At the end the last epoch is kept, unless another is given; before it, 30 epochs are planned. */
function look(
  history: EpochRecord[],
  finished = true,
  more: Partial<TrainingSummary> = {},
): readonly TrainingAdvice[] {
  const last = history.at(-1);
  return diagnose({
    history,
    classCounts: [500, 500, 500, 500],
    classNames,
    finished,
    epochs: finished ? history.length : 30,
    ...(finished && last && { kept: last }),
    ...more,
  });
}
const find = (advice: readonly TrainingAdvice[], code: AdviceCode): TrainingAdvice | undefined =>
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
const repeated = (row: readonly number[], times: number): (readonly number[])[] =>
  Array.from({ length: times }, () => row);

test("a training that goes well gets no advice", () => expect(look(historyOf(good))).toEqual([]));

describe("an engine that waits for images", () => {
  test("is input-bound, with its fraction of the time", () => {
    const history = historyOf(good, { stallFraction: 0.4, seconds: 30 });
    expect(find(look(history, false), "input-bound")?.data).toEqual({ epoch: 3, stallFraction: 0.4 });
  });

  test.each([
    ["a part that hardly counts", { stallFraction: 0.2, seconds: 300 }],
    ["an epoch of a few seconds", { stallFraction: 0.5, seconds: 9 }],
    ["no figure", { seconds: 300 }],
  ])("is not input-bound for %s", (_, last) => {
    expect(find(look(historyOf(good, last)), "input-bound")).toBeUndefined();
  });
});

describe("a training at chance", () => {
  test("is not learning once it has ended, by the numbers that are said", () => {
    expect(find(look(historyOf(chance)), "not-learning")).toMatchObject({
      action: "change-learning-rate",
      data: { epoch: 2, keptEpoch: 2, set: "validation", accuracy: 0.26, majorityAccuracy: 0.25, classes: 4 },
    });
  });

  test("is waited for: a third of the epochs, and three at least", () => {
    const stuck = (epochs: number): readonly TrainingAdvice[] =>
      look(historyOf(repeated(chance[0]!, epochs)), false);
    expect(find(stuck(9), "not-learning")).toBeUndefined();
    expect(find(stuck(10), "not-learning")?.data).toMatchObject({ epoch: 10 });
    const short = look(historyOf(repeated(chance[0]!, 2)), false, { epochs: 5 });
    expect(find(short, "not-learning")).toBeUndefined();
  });

  test("is learning while the training loss falls", () => {
    const falling = Array.from({ length: 10 }, (_, i) => [1.7 - i * 0.03, 0.26, 1.45, 0.25]);
    expect(find(look(historyOf(falling), false), "not-learning")).toBeUndefined();
  });

  test("is not at chance with 15 of 32 correct where a quarter would be luck", () => {
    const history = historyOf([[1.386, 0.26, 1.39, 15 / 32]]).map((record) => ({
      ...record,
      validation: { ...record.validation!, actual: [8, 8, 8, 8] },
    }));
    expect(find(look(history), "not-learning")).toBeUndefined();
  });

  test("is not at chance with a loss below that of the class sizes", () => {
    const below = historyOf([chance[0]!, [1.38, 0.27, 1.332, 0.25]]);
    expect(find(look(below), "not-learning")).toBeUndefined();
  });

  test("is measured against the largest class where classes are uneven", () => {
    const uneven = { classCounts: [700, 100, 100, 100] };
    const stuck = historyOf([
      [0.95, 0.7, 0.945, 0.7],
      [0.94, 0.7, 0.94, 0.7],
    ]).map((record) => ({ ...record, validation: { ...record.validation!, actual: [28, 4, 4, 4] } }));
    const advice = find(look(stuck, true, uneven), "not-learning");
    expect(advice?.data).toMatchObject({ majorityAccuracy: 0.7, entropy: expect.closeTo(0.94, 3) });
    expect(find(look(stuck), "not-learning")).toBeUndefined();
  });

  test.each([
    ["an accuracy that is better", historyOf([chance[0]!, [1.38, 0.3, 1.388, 0.6]])],
    ["a loss that falls", historyOf([chance[0]!, [1.1, 0.5, 1.4, 0.26]])],
    ["a good training", historyOf(good)],
  ])("is not found in %s", (_, history) => {
    expect(find(look(history), "not-learning")).toBeUndefined();
  });
});

describe("a dead layer", () => {
  test("is named, the first of them", () => {
    const advice = look(historyOf(good, { deadLayers: ["conv2d_1", "flatten"] }));
    expect(find(advice, "dead-layer")?.data).toEqual({ epoch: 3, keptEpoch: 3, layer: "conv2d_1" });
  });
  test("is none when it was dead only earlier", () => {
    const [first, ...rest] = historyOf(good);
    expect(find(look([{ ...first!, deadLayers: ["conv2d"] }, ...rest]), "dead-layer")).toBeUndefined();
  });
});

describe("overfitting", () => {
  const far = [
    [0.5, 0.8, 0.6, 0.75],
    [0.05, 0.99, 0.9, 0.74],
  ];
  test("is not found when a handful of validation images leaves room for luck", () => {
    const few = historyOf(far).map((record) => ({
      ...record,
      validation: { ...record.validation!, actual: [3, 3, 3, 3] },
    }));
    expect(find(look(few, false), "overfitting")).toBeUndefined();
  });
  test("is training far above validation", () => {
    expect(find(look(historyOf(far), false), "overfitting")?.data).toEqual({
      epoch: 2,
      trainingAccuracy: 0.99,
      validationAccuracy: 0.74,
    });
  });
  const other = { trainsOnOtherLoss: true };
  test("is told by validation's own loss where training's counts what that does not", () => {
    // Weights of 0.1 make any loss of training the smaller one, and mixed images any the larger one.
    const falls = [
      [0.06, 0.8, 0.95, 0.55],
      [0.005, 0.99, 0.9, 0.74],
    ];
    expect(look(historyOf(falls), true, other).map(({ code }) => code)).not.toContain("overfitting");
    expect(look(historyOf(falls), true, other).map(({ code }) => code)).not.toContain("generalization-gap");
    const rises = historyOf([
      [2.3, 0.8, 0.6, 0.75],
      [1.5, 0.99, 0.9, 0.74],
    ]);
    expect(find(look(rises, false), "overfitting")).toBeUndefined();
    expect(find(look(rises, false, other), "overfitting")).toBeDefined();
  });
  test("is said of the epoch that it is seen in, and which one is kept", () => {
    const history = historyOf(far);
    const kept = history[0]!;
    expect(find(look(history, true, { kept }), "overfitting")?.data).toMatchObject({
      epoch: 2,
      keptEpoch: 1,
      validationAccuracy: 0.74,
    });
    const gapTwice = historyOf([...far, [0.04, 0.99, 0.95, 0.73]]);
    expect(find(look(gapTwice, true, { kept: gapTwice[1]! }), "overfitting")?.data).toMatchObject({
      epoch: 2,
      keptEpoch: 2,
      validationAccuracy: 0.74,
    });
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
  ])("is not found in %s", (_, history) => {
    expect(find(look(history, false), "overfitting")).toBeUndefined();
  });
});

test("a gap that closes too late is one of generalisation at the end, and not overfitting", () => {
  const late = historyOf([
    [1.4, 0.41, 14.1, 0.25],
    [0.7, 0.8, 1.2, 0.5],
  ]);
  expect(look(late).map(({ code }) => code)).toEqual(["generalization-gap", "loss-still-falling"]);
});

test("a validation at chance after few epochs is not overfitting; after many it is", () => {
  const early = [
    [1.8, 0.31, 7.4, 0.25],
    [0.9, 0.65, 6.9, 0.25],
  ];
  expect(look(historyOf(early), false)).toEqual([]);
  expect(find(look(historyOf(early)), "generalization-gap")).toBeDefined();
  const late = [...early, ...repeated([0.1, 0.99, 7.5, 0.25], 4)];
  expect(find(look(historyOf(late), false), "overfitting")).toBeDefined();
});

describe("a loss that still falls", () => {
  const falling = [
    [1, 0.5, 0.9, 0.6],
    [0.7, 0.7, 0.6, 0.7],
  ];
  test("asks for more epochs at the end", () => {
    expect(find(look(historyOf(falling)), "loss-still-falling")).toMatchObject({
      action: "train-longer",
      data: { epoch: 2, set: "validation", from: 0.9, to: 0.6 },
    });
  });
  test("does not while training goes on, or when the loss has settled", () => {
    expect(find(look(historyOf(falling), false), "loss-still-falling")).toBeUndefined();
    const settled = historyOf([...falling, [0.6, 0.75, 0.59, 0.7]]);
    expect(find(look(settled), "loss-still-falling")).toBeUndefined();
  });
});

/** Epochs after the first with those counts of predicted classes. */
const without = (predicted: number[]): EpochRecord[] => {
  const history = historyOf(good);
  return history.map((record, i) =>
    i === 0 ? record : { ...record, validation: { ...record.validation!, predicted } },
  );
};

describe("a class that is never predicted", () => {
  test("is named with its images, and so are the others", () => {
    const code = "class-never-predicted";
    expect(find(look(without([20, 0, 10, 10]), false), code)?.data).toEqual({
      epoch: 3,
      classes: [{ name: "LYMPHOCYTE", images: 10 }],
    });
    const three = find(look(without([40, 0, 0, 0]), false), code);
    expect(three?.data).toMatchObject({ classes: classNames.slice(1).map((name) => ({ name, images: 10 })) });
  });
  test("is none that is seldom predicted, late for one epoch, or at chance", () => {
    const code = "class-never-predicted";
    expect(find(look(without([20, 1, 10, 9]), false), code)).toBeUndefined();
    const [a, b, c] = without([20, 0, 10, 10]);
    const back = { ...c!, validation: { ...c!.validation!, predicted: [10, 10, 10, 10] } };
    expect(find(look([a!, b!, back], true), code)).toBeUndefined();
    const dull = historyOf(chance).map((record) => ({
      ...record,
      validation: { ...record.validation!, predicted: [40, 0, 0, 0] },
    }));
    expect(look(dull).map((one) => one.code)).toEqual(["not-learning"]);
  });
  test("is judged by the kept epoch at the end", () => {
    const history = without([20, 0, 10, 10]);
    const kept = history[0]!;
    expect(find(look(history, true, { kept }), "class-never-predicted")).toBeUndefined();
  });
});

const opposed = [
  ["change-learning-rate", "train-longer"],
  ["change-model", "train-longer"],
  ["regularize", "train-longer"],
] as const;

test("what speaks against training longer stays in its place, whichever of the two stands first", () => {
  for (const [change, longer] of opposed) {
    expect(withoutContradictions([{ action: change }, { action: longer }])).toEqual([{ action: change }]);
    expect(withoutContradictions([{ action: longer }, { action: change }])).toEqual([{ action: change }]);
  }
});

test("advice that contradicts nothing is given as it is", () => {
  const advice = (["train-longer", "add-data", "speed-up-input"] as const).map((action) => ({ action }));
  expect(withoutContradictions(advice)).toEqual(advice);
});

test("no training whatever is given opposite advice", () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const loss = fc.double({ min: 0.01, max: 3, noNaN: true });
  const rows = fc.array(fc.tuple(loss, unit, loss, unit), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(rows, fc.boolean(), fc.boolean(), fc.nat(11), (some, finished, dead, at) => {
      const history = historyOf(some, dead ? { deadLayers: ["conv2d"] } : {});
      const kept = history[at % history.length]!;
      const advice = look(history, finished, finished ? { kept } : {});
      const actions = new Set<string>(advice.map(({ action }) => action));
      return !opposed.some(([a, b]) => actions.has(a) && actions.has(b));
    }),
  );
});
