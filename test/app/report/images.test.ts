import { expect, test } from "vitest";
import { type ImageContext, reportImages } from "../../../src/app/report/images.ts";
import type { Services } from "../../../src/app/index.ts";

/** Images of class "a" whose files are gone, by the probability of class "b": an error above a half. */
async function shown(ofB: readonly number[]) {
  const context = {
    task: {
      settings: { classNames: ["a", "b"] },
      tree: { read: () => Promise.reject(new Error("gone")) },
    },
    transforms: [],
    dataset: { prepared: { labels: ofB.map(() => 0), paths: ofB.map((_, i) => `a/${i}.png`) } },
  };
  const predictions = {
    indices: Int32Array.from(ofB.keys()),
    probabilities: Float32Array.from(ofB.flatMap((b) => [1 - b, b])),
  };
  return reportImages(predictions, context as unknown as ImageContext, {} as Services);
}

const paths = (images: readonly { readonly path: string }[]): readonly string[] =>
  images.map(({ path }) => path);

test("errors come by falling confidence; 80% is high, as it is printed", async () => {
  const { errors, uncertain } = await shown([0.1, 0.6, 0.99, 0.796, 0.794, 0.45]);
  expect(paths(errors.images)).toEqual(["a/2.png", "a/3.png", "a/4.png", "a/1.png"]);
  expect(errors).toMatchObject({ count: 4, threshold: 0.8, confident: 2, file: "predictions.csv" });
  // An error is shown once; the others by the margin between the two classes.
  expect(paths(uncertain)).toEqual(["a/5.png", "a/0.png"]);
});

test("of many errors the confident ones are shown, 25 at most; of those below 80% only what fills two rows", async () => {
  const low = await shown(Array.from({ length: 40 }, (_, i) => 0.51 + i / 200));
  expect([low.errors.count, low.errors.confident, low.errors.images.length]).toEqual([40, 0, 10]);
  const mixed = await shown(Array.from({ length: 40 }, (_, i) => (i < 14 ? 0.9 : 0.6)));
  expect([mixed.errors.confident, mixed.errors.images.length]).toEqual([14, 14]);
  const high = await shown(Array.from({ length: 40 }, () => 0.9));
  expect([high.errors.confident, high.errors.images.length]).toEqual([40, 25]);
});
