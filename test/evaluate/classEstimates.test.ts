import { describe, expect, test } from "vitest";
import { classEstimates, groupsOf } from "../../src/evaluate/index.ts";

// 10 cats, 8 found; 20 dogs, 3 predicted as cats.
const labels = [...Array<number>(10).fill(0), ...Array<number>(20).fill(1)];
const predicted = [...Array<number>(8).fill(0), 1, 1, 0, 0, 0, ...Array<number>(17).fill(1)];
const classNames = ["cat", "dog", "fox"];
const alone = groupsOf(labels.map((_, i) => i));

describe("estimates of a class", () => {
  const [cat, dog, fox] = classEstimates({ labels, predicted, groups: alone, classNames });

  test("are sensitivity, specificity and precision, by hand", () => {
    expect(cat).toMatchObject({
      name: "cat",
      sensitivity: { value: 8 / 10, images: 10 },
      specificity: { value: 17 / 20, images: 20 },
      precision: { value: 8 / 11, images: 11 },
    });
    expect(dog).toMatchObject({ sensitivity: { value: 17 / 20 }, precision: { value: 17 / 19 } });
  });

  test("are absent where there are no images to be a fraction of", () => {
    expect(fox).toEqual({
      name: "fox",
      sensitivity: null,
      specificity: { value: 1, images: 30, interval: [expect.closeTo(0.87, 1) as number, 1] },
      precision: null,
    });
  });

  test("of independent images have the score interval with Student's t", () => {
    // 8 of 10, a design effect of 10/9 by the cluster formula, so 9 images; t of 9 degrees of freedom is 2.262157.
    const [t, n, p] = [2.262157, 9, 0.8];
    const centre = (p + (t * t) / (2 * n)) / (1 + (t * t) / n);
    const half = (t * Math.sqrt((p * (1 - p)) / n + (t * t) / (4 * n * n))) / (1 + (t * t) / n);
    const [low = 0, high = 0] = cat?.sensitivity?.interval ?? [];
    expect(low).toBeCloseTo(centre - half, 2);
    expect(high).toBeCloseTo(centre + half, 2);
  });

  test("have wider intervals where images come in groups that are right or wrong as a whole", () => {
    const groups = groupsOf(labels.map((_, i) => Math.floor(i / 2)));
    const [grouped] = classEstimates({ labels, predicted, groups, classNames });
    const width = (interval: readonly [number, number] = [0, 0]): number => interval[1] - interval[0];
    expect(width(grouped?.sensitivity?.interval)).toBeGreaterThan(1.2 * width(cat?.sensitivity?.interval));
    expect(grouped?.sensitivity?.value).toBe(cat?.sensitivity?.value);
  });

  test("of one group alone stay within 0 and 1, and say next to nothing", () => {
    const [one] = classEstimates({ labels, predicted, groups: groupsOf(labels.map(() => 0)), classNames });
    const [low = -1, high = 2] = one?.sensitivity?.interval ?? [];
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(1);
    expect(high - low).toBeGreaterThan(0.9);
  });
});
