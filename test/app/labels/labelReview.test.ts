import { expect, test } from "vitest";
import { type LabelReviews, reviewLabels } from "../../../src/app/labels/labelReview.ts";

const images = 80;

/** A review of images of two classes, as many of each, of which `correct` are predicted as labelled, with high confidence. */
function reviewed(correct: number, perGroup: number = 1): LabelReviews {
  const labels = Int32Array.from({ length: images }, (_, i) => i % 2);
  const probabilities = Float32Array.from({ length: 2 * images }, (_, at) => {
    const i = at >> 1;
    const predicted = i < correct ? labels[i] : 1 - (labels[i] ?? 0);
    return predicted === at % 2 ? 0.9 : 0.1;
  });
  const folds = [
    { fold: 1, count: 40, accuracy: Math.min(correct, 40) / 40, history: [], advice: [] },
    { fold: 2, count: 40, accuracy: Math.max(correct - 40, 0) / 40, history: [], advice: [] },
  ];
  const prepared = {
    labels,
    images: Array.from({ length: images }, (_, i) => ({
      path: `${i}.png`,
      label: ["cat", "dog"][i % 2] ?? "",
      ...(perGroup > 1 && { group: `${Math.floor(i / perGroup)}` }),
    })),
  };
  const source = perGroup > 1 ? "content" : "none";
  const indices = Int32Array.from(labels.keys());
  return reviewLabels({ indices, probabilities, folds }, { prepared, classNames: ["cat", "dog"], source });
}

// 80 fair coins: 47 heads or more have p = 0.073, 48 or more 0.046.
test("at chance the labels are not reviewable, and none is suspect", () => {
  for (const correct of [33, 41, 47]) {
    const { outcome, doubts } = reviewed(correct);
    expect(outcome).toMatchObject({
      code: "labels-not-reviewable",
      data: {
        accuracy: correct / images,
        majority: { label: "cat", accuracy: 0.5 },
        trials: 80,
        source: "none",
      },
    });
    expect(doubts.filter(({ suspect }) => suspect)).toEqual([]);
    expect(doubts).toHaveLength(images - correct);
  }
  expect(reviewed(47).outcome).toMatchObject({ data: { p: expect.closeTo(0.0728, 3) as number } });
});

test("just above chance they are, and what looks wrong is suspect", () => {
  const { outcome, doubts } = reviewed(76);
  expect(outcome).toMatchObject({ code: "suspect-labels", data: { suspects: 4 } });
  expect(doubts.filter(({ suspect }) => suspect)).toHaveLength(4);
  expect(reviewed(48).outcome.code).not.toBe("labels-not-reviewable");
  expect(reviewed(images).outcome).toEqual({ code: "no-suspect-labels", data: { images } });
});

test("images of one group are one trial", () => {
  expect(reviewed(48, 4).outcome).toMatchObject({
    code: "labels-not-reviewable",
    data: { trials: 20, source: "content" },
  });
  expect(reviewed(76, 4).outcome.code).toBe("suspect-labels");
});
