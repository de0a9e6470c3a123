import { array, assert, boolean, double, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { ndarray } from "../../src/base/index.ts";
import { groupsOf, measure, reliabilityWithIntervals } from "../../src/evaluate/index.ts";

interface Image {
  /** Of class 0, in (0.5, 1]. */
  readonly confidence: number;
  readonly correct: boolean;
  readonly group: number;
}

function binsOf(images: readonly Image[]) {
  const probabilities = images.flatMap(({ confidence }) => [confidence, 1 - confidence]);
  const measurement = measure(
    ndarray(Float32Array.from(probabilities), [images.length, 2]),
    ndarray(
      Int32Array.from(images, ({ correct }) => (correct ? 0 : 1)),
      [images.length],
    ),
    { classNames: ["a", "b"] },
  );
  return reliabilityWithIntervals(measurement, groupsOf(images.map(({ group }) => group)));
}

const images = (count: number, groupOf: (i: number) => number): readonly Image[] =>
  Array.from({ length: count }, (_, i) => ({ confidence: 0.9, correct: i < count / 2, group: groupOf(i) }));

describe("a bin of the reliability diagram", () => {
  test("of 8 images on their own, 4 of them correct, has the interval of 7 cases with t of 7 degrees", () => {
    const [bin] = binsOf(images(8, (i) => i));
    // Between groups 8 images vary as 8 / 7 of independent ones: Wilson's interval of 1/2 over 7 cases, t = 2.3646.
    expect(bin?.interval[0]).toBeCloseTo(0.1668, 3);
    expect(bin?.interval[1]).toBeCloseTo(0.8332, 3);
  });

  test("has a wider interval where its images come in groups that are right or wrong as a whole", () => {
    const [alone] = binsOf(images(40, (i) => i));
    const [grouped] = binsOf(images(40, (i) => Math.floor(i / 5)));
    const width = ([low, high]: readonly [number, number]): number => high - low;
    expect(width(grouped!.interval)).toBeGreaterThan(1.8 * width(alone!.interval));
  });

  test("of images of one group says next to nothing", () => {
    const [bin] = binsOf(images(4, () => 7));
    expect(bin!.interval[1] - bin!.interval[0]).toBeGreaterThan(0.95);
  });

  test("has its accuracy in its interval, whatever its images", () => {
    const image = record({
      confidence: double({ min: 0.501, max: 1, noNaN: true }),
      correct: boolean(),
      group: integer({ min: 0, max: 5 }),
    });
    assert(
      property(array(image, { minLength: 1, maxLength: 40 }), (some) => {
        const bins = binsOf(some);
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(some.length);
        for (const { accuracy, interval } of bins) {
          expect(interval[0]).toBeLessThanOrEqual(accuracy + 1e-12);
          expect(interval[1]).toBeGreaterThanOrEqual(accuracy - 1e-12);
        }
      }),
    );
  });
});
