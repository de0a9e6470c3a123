import { describe, expect, test } from "vitest";
import { chooseAugmentation, turnedPairs } from "../../../src/app/train/augmentation.ts";
import type { MatchedPair, PreparedImages } from "../../../src/data/index.ts";
import { collectionOf, preparedOf } from "../fakeData.ts";

const perClass = 40;

/** Two classes of images with a bright spot; `spotOf` says its column for an image. */
async function imagesWith(spotOf: (label: number, i: number) => number): Promise<PreparedImages> {
  const files = Object.fromEntries(
    ["a", "b"].flatMap((label) =>
      Array.from({ length: perClass }, (_, i) => [`${label}/${i}.png`, `1 1 1 ${i}`]),
    ),
  );
  const prepared = await preparedOf(await collectionOf(files), files);
  const side = 24;
  return {
    ...prepared,
    shape: [side, side, 3],
    copyInto: (index, target, offset) => {
      const i = index % perClass;
      const column = spotOf(prepared.labels[index] ?? 0, i);
      for (let p = 0; p < side * side; p++) {
        const near = Math.abs((p % side) - column) < 3 && Math.abs(Math.floor(p / side) - (4 + (i % 16))) < 3;
        target.fill(near ? 200 : 20 + (i % 5), offset + 3 * p, offset + 3 * p + 3);
      }
    },
  };
}

const all = Int32Array.from({ length: 2 * perClass }, (_, i) => i);
const pair = (a: number, b: number, rotation: number): MatchedPair => ({
  a,
  b,
  rotation,
  mirrored: false,
  scale: 1,
  overlap: 1,
  inliers: 50,
  agreement: 1,
});

describe("the default augmentation", () => {
  /** The spot is anywhere, so that left and right mean nothing. */
  const anywhere = (_: number, i: number): number => 4 + ((i * 7) % 16);

  test("is mirror where nothing is known of the images", async () => {
    const prepared = await imagesWith(anywhere);
    expect(await chooseAugmentation({ prepared, turned: [] }, all)).toMatchObject({ name: "mirror" });
  });

  test("is turns where training images have turned near-duplicates of their class", async () => {
    const prepared = await imagesWith(anywhere);
    const turned = [pair(0, 1, 90), pair(2, 3, 180), pair(50, 51, -100)];
    expect(await chooseAugmentation({ prepared, turned }, all)).toEqual({
      name: "turns",
      choice: { code: "augmentation-turns", data: { images: 80, turned: 6 } },
    });
    // Pairs across classes, or with an image of another set, say nothing of the training set.
    const elsewhere = [pair(0, 41, 90), pair(1, 42, 90), pair(2, 43, 90)];
    expect(await chooseAugmentation({ prepared, turned: elsewhere }, all)).toMatchObject({ name: "mirror" });
    const train = all.filter((i) => i % 2 === 0);
    expect(await chooseAugmentation({ prepared, turned }, train)).toMatchObject({ name: "mirror" });
  });

  test("is none where mirroring makes one class look like the other", async () => {
    const prepared = await imagesWith((label) => (label === 0 ? 5 : 18));
    const { name, choice } = await chooseAugmentation({ prepared, turned: [] }, all);
    expect(name).toBe("none");
    expect(choice.data).toMatchObject({ images: 80, plain: 80, mirrored: 0 });
  });

  test("counts as turned what lies on its side or upside down, not what is a little askew", () => {
    const pairs = [pair(0, 1, 10), pair(0, 2, -45), pair(0, 3, 90), pair(0, 4, -180)];
    expect(turnedPairs(pairs).map(({ b }) => b)).toEqual([3, 4]);
  });
});
