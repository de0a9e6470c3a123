import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, seeded } from "../../src/base/index.ts";
import type { PreparedImages } from "../../src/data/index.ts";
import { baselinesOf, binFeatures, groupsOf, predictTree, trainTree } from "../../src/evaluate/index.ts";
import { colourFeatureCount, colourFeatures } from "../../src/evaluate/baselines/colour.ts";
import { predictForest, trainForest } from "../../src/evaluate/baselines/forest.ts";

describe("binned features", () => {
  test("have an edge midway between any two neighbouring values, where they are few", () => {
    const { bins, edges } = binFeatures(Float64Array.of(5, 1, 2, 5, 1), 1);
    expect(edges).toEqual([Float64Array.of(1.5, 3.5)]);
    expect(bins).toEqual([Uint8Array.of(2, 0, 1, 2, 0)]);
  });

  test("a constant feature has one bin and no edge", () => {
    expect(binFeatures(Float64Array.of(3, 3, 3), 1)).toEqual({
      edges: [new Float64Array(0)],
      bins: [new Uint8Array(3)],
    });
  });

  test("more than 256 values are cut into bins of about equally many, in their order", () => {
    const values = Float64Array.from({ length: 5000 }, (_, i) => (i * 7919) % 5000);
    const { bins, edges } = binFeatures(values, 1);
    const own = at(bins, 0);
    expect(at(edges, 0).length).toBe(255);
    const sizes = new Int32Array(256);
    for (const bin of own) sizes[bin] = at(sizes, bin) + 1;
    // Inner bins hold 5000 / 255 = 19.6 values, the outer ones half as many.
    for (const size of sizes.subarray(1, 255)) expect(Math.abs(size - 19.6)).toBeLessThan(2);
    for (const [i, value] of values.entries())
      expect(at(own, i)).toBe(at(edges, 0).filter((edge) => edge < value).length);
  });
});

/** Gini impurity left after a threshold, in examples: Σ over both sides of n - Σ n² / n. */
function impurity(values: readonly number[], labels: readonly number[], threshold: number): number {
  const sides = [true, false].map((below) => labels.filter((_, i) => at(values, i) <= threshold === below));
  return sides.reduce((sum, side) => {
    const ones = side.filter((label) => label === 1).length;
    const zeros = side.length - ones;
    return side.length === 0 ? sum : sum + side.length - (ones ** 2 + zeros ** 2) / side.length;
  }, 0);
}

describe("a tree", () => {
  test("splits where a search over all thresholds finds the least impurity", () => {
    const examples = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1 })), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(examples, (list) => {
        const values = list.map(([value]) => value);
        const labels = list.map(([, label]) => label);
        const { root } = trainTree(binFeatures(Float64Array.from(values), 1), labels, {
          classes: 2,
          depth: 1,
          minLeaf: 1,
        });
        const before = impurity(values, labels, Infinity);
        const best = Math.min(
          ...[0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5].map((t) => impurity(values, labels, t)),
        );
        if (root.type === "split") expect(impurity(values, labels, root.threshold)).toBeCloseTo(best, 9);
        else expect(best).toBeGreaterThan(before - 1e-6);
      }),
      { numRuns: 150 },
    );
  });

  test("counts a repeated row as often as it occurs", () => {
    const binned = binFeatures(Float64Array.of(0, 1), 1);
    const tree = trainTree(binned, [0, 1], { classes: 2, depth: 0, rows: Int32Array.of(0, 0, 0, 1) });
    expect([...predictTree(tree, Float64Array.of(9), 1)]).toEqual([0.75, 0.25]);
  });

  test("needs twice the smallest leaf to split at all", () => {
    const binned = binFeatures(Float64Array.of(0, 0, 1, 1), 1);
    const typeWith = (minLeaf: number): string =>
      trainTree(binned, [0, 0, 1, 1], { classes: 2, minLeaf }).root.type;
    expect([typeWith(2), typeWith(3)]).toEqual(["split", "leaf"]);
  });
});

describe("a forest", () => {
  /** Two features that matter and six of noise; the class is the quadrant. */
  const quadrants = (count: number, seed: number): { features: Float64Array; labels: Int32Array } => {
    const random = seeded(seed);
    const features = Float64Array.from({ length: count * 8 }, () => random.next() - 0.5);
    const labels = Int32Array.from(
      { length: count },
      (_, i) => 2 * Number(at(features, i * 8) > 0) + Number(at(features, i * 8 + 5) > 0),
    );
    return { features, labels };
  };
  const options = { featureCount: 8, classes: 4, random: seeded(3) };
  const { features, labels } = quadrants(400, 1);
  const trained = trainForest(features, labels, options);

  test("classifies unseen points of separable classes", async () => {
    const unseen = quadrants(300, 2);
    const forest = await trained;
    const shares = predictForest(forest, unseen.features, 8);
    const correct = unseen.labels.filter((label, i) => {
      const row = [...shares.subarray(i * 4, i * 4 + 4)];
      return row.indexOf(Math.max(...row)) === label;
    }).length;
    expect(correct / 300).toBeGreaterThan(0.9);
  });

  test("predicts the mean of its trees, which sums to 1", async () => {
    const forest = await trained;
    const some = quadrants(5, 7).features;
    const each = forest.map((tree) => predictTree(tree, some, 8));
    const found = predictForest(forest, some, 8);
    for (const [i, share] of found.entries())
      expect(share).toBeCloseTo(each.reduce((sum, one) => sum + at(one, i), 0) / forest.length, 12);
    for (let i = 0; i < 20; i += 4)
      expect(found.subarray(i, i + 4).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  test("is of different trees, and the same for the same seed", async () => {
    const forest = await trained;
    expect(new Set(forest.map(({ root }) => JSON.stringify(root))).size).toBe(40);
    expect(await trainForest(features, labels, { ...options, random: seeded(3) })).toEqual(forest);
  });

  test("of very many classes has fewer trees, and says how many are trained", async () => {
    const told: number[] = [];
    const many = await trainForest(
      Float64Array.from({ length: 202 }, (_, i) => i),
      [...Array(202).keys()].map((i) => i % 101),
      {
        featureCount: 1,
        classes: 101,
        random: seeded(1),
        onTree: (done, total) => told.push(done / total),
      },
    );
    expect(told).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(many).toHaveLength(10);
  });

  test("without trees predicts nothing", () => {
    expect(predictForest([], new Float64Array(8), 8)).toEqual(new Float64Array(0));
  });
});

/** Images of one colour each. */
function preparedOf(
  colours: readonly (readonly [number, number, number])[],
  labels: readonly number[],
  spilled: boolean = false,
): PreparedImages {
  return {
    count: colours.length,
    shape: [2, 2, 3],
    images: [],
    paths: [],
    labels: Int32Array.from(labels),
    sha256: [],
    channelSums: new Float64Array(0),
    skipped: [],
    spilled,
    copyInto: (index, target, offset) => {
      for (let pixel = 0; pixel < 4; pixel++) target.set(at(colours, index), offset + 3 * pixel);
      return spilled ? Promise.resolve() : undefined;
    },
    close: () => Promise.resolve(),
  };
}

describe("colour histograms", () => {
  test("of one colour are 1 in its box of 4 × 4 × 4 and in its bin of each channel", async () => {
    // 200 is in quarter 3 and sixteenth 12; 70 in quarter 1 and sixteenth 4; 10 in quarter 0 and sixteenth 0.
    const found = await colourFeatures(preparedOf([[200, 70, 10]], [0]), Int32Array.of(0));
    expect(colourFeatureCount).toBe(64 + 3 * 16);
    const filled = [...found.entries()].filter(([, share]) => share > 0);
    expect(filled).toEqual([
      [3 * 16 + 1 * 4 + 0, 1],
      [64 + 12, 1],
      [64 + 16 + 4, 1],
      [64 + 32 + 0, 1],
    ]);
  });

  test("are the same for images that are read from a file, and follow the wanted order", async () => {
    const colours = [
      [0, 0, 0],
      [255, 255, 255],
    ] as const;
    const order = Int32Array.of(1, 0);
    const inMemory = await colourFeatures(preparedOf(colours, [0, 1]), order);
    expect(inMemory[63]).toBe(1);
    expect(inMemory[colourFeatureCount]).toBe(1);
    expect(await colourFeatures(preparedOf(colours, [0, 1], true), order)).toEqual(inMemory);
  });
});

describe("cross-validated baselines", () => {
  const classNames = ["dark", "light"];
  const count = 40;
  // Dark and light in turn, the second half the other way round, so that rows of one half do not fit the other's labels.
  const isLight = (i: number): boolean => (i % 2 === 1) === i < count / 2;
  const shade = (i: number): number => (isLight(i) ? 220 : 30) + (i % 7);
  const colours = Array.from({ length: count }, (_, i) => [shade(i), shade(i), shade(i)] as const);
  const measured = Int32Array.from({ length: count }, (_, i) => i);
  const halves = [measured.filter((i) => i < 20), measured.filter((i) => i >= 20)] as const;
  const rounds = [
    { train: halves[0], validation: halves[1] },
    { train: halves[1], validation: halves[0] },
  ];
  const found = (labels: readonly number[], some: typeof rounds = rounds): ReturnType<typeof baselinesOf> =>
    baselinesOf(preparedOf(colours, labels), some, {
      measured: some.length === 1 ? halves[1] : measured,
      groups: groupsOf(some.length === 1 ? halves[1] : measured),
      classNames,
      random: seeded(5),
    });
  const byShade = Array.from({ length: count }, (_, i) => Number(isLight(i)));

  test("each image is predicted by the round that did not train on it", async () => {
    expect((await found(byShade)).baselines.colour.accuracy).toBe(1);
    // The first half is labelled the other way round: each round learns the opposite of what it is measured on.
    const contradicting = byShade.map((label, i) => (i < 20 ? 1 - label : label));
    const { baselines, colourPredicted } = await found(contradicting);
    expect(baselines.colour.accuracy).toBe(0);
    expect([...colourPredicted]).toEqual(contradicting.map((label) => 1 - label));
  });

  test("labels of the validation images change no prediction", async () => {
    const one = rounds.slice(0, 1);
    const before = await found(byShade, one);
    const after = await found(
      byShade.map((label, i) => (i >= 20 ? 1 - label : label)),
      one,
    );
    expect(after.colourPredicted).toEqual(before.colourPredicted);
    expect(before.baselines.colour.accuracy).toBe(1);
    expect(after.baselines.colour.accuracy).toBe(0);
  });

  test("the majority class is that of each round's training images; its name that of all rounds", async () => {
    // First half: 15 dark, 5 light. Second half: 4 dark, 16 light. Each round predicts the other half's majority.
    const labels = Array.from({ length: count }, (_, i) => (i < 20 ? Number(i >= 15) : Number(i >= 24)));
    const { majority } = (await found(labels)).baselines;
    expect(majority.accuracy).toBeCloseTo((4 + 5) / 40, 12);
    expect(majority.label).toBe("light");
    expect(majority.interval[0]).toBeLessThan(majority.accuracy);
    expect(majority.interval[1]).toBeGreaterThan(majority.accuracy);
  });
});
