import { describe, expect, test } from "vitest";
import { seeded } from "../../src/base/index.ts";
import { type Codec, type FileTree, prepareImages, resize } from "../../src/data/index.ts";
import { baselinesOf, groupsOf, predictTree, binFeatures, trainTree } from "../../src/evaluate/index.ts";

/** 400 points in a square; the class is that of a chess board of two by two fields. */
function chess(): { readonly features: Float64Array; readonly labels: number[] } {
  const random = seeded(4);
  const features = Float64Array.from({ length: 800 }, () => random.next());
  const labels = Array.from({ length: 400 }, (_, i) =>
    Number(features[2 * i]! > 0.5 !== features[2 * i + 1]! > 0.3),
  );
  return { features, labels };
}

const right = (shares: Float64Array, labels: readonly number[]): number =>
  labels.filter((label, i) => (shares[2 * i + 1]! > 0.5 ? 1 : 0) === label).length / labels.length;

describe("trainTree", () => {
  const { features, labels } = chess();
  const stepped = binFeatures(features, 2);
  const options = { classes: 2 };

  test("learns what two features tell together, and keeps to its depth", () => {
    const deep = trainTree(stepped, labels, { ...options, depth: 6 });
    expect(right(predictTree(deep, features, 2), labels)).toBeGreaterThan(0.95);
    const stump = trainTree(stepped, labels, { ...options, depth: 1 });
    expect(stump.root).toMatchObject({ type: "split", below: { type: "leaf" }, above: { type: "leaf" } });
  });

  test("leaves hold shares of at least the fewest examples", () => {
    const tree = trainTree(stepped, labels, { ...options, minLeaf: 40 });
    const shares = predictTree(tree, features, 2);
    for (let i = 0; i < 400; i++) expect(shares[2 * i]! + shares[2 * i + 1]!).toBeCloseTo(1, 12);
    const leaves = new Map<string, number>();
    for (let i = 0; i < 400; i++) {
      const key = `${shares[2 * i]}`;
      leaves.set(key, (leaves.get(key) ?? 0) + 1);
    }
    expect(Math.min(...leaves.values())).toBeGreaterThanOrEqual(40);
  });

  test("cuts between two values, and a feature that is the same everywhere is never validation", () => {
    const rows = Float64Array.of(7, 1, 7, 2, 7, 5, 7, 6);
    const tree = trainTree(binFeatures(rows, 2), [0, 0, 1, 1], { ...options, minLeaf: 1 });
    expect(tree.root).toMatchObject({ feature: 1, threshold: 3.5 });
    expect([...predictTree(tree, Float64Array.of(0, 3.5, 0, 3.6), 2)]).toEqual([1, 0, 0, 1]);
  });

  test("balanced, a rare class weighs as much as a frequent one", () => {
    // Eight of forty have the larger value, and all four of the rare class are among them.
    const values = binFeatures(
      Float64Array.from({ length: 40 }, (_, i) => (i < 32 ? 0 : 1)),
      1,
    );
    const classes = Array.from({ length: 40 }, (_, i) => Number(i >= 36));
    const sharesOf = (balanced: boolean): Float64Array =>
      predictTree(trainTree(values, classes, { ...options, balanced }), Float64Array.of(1), 1);
    expect([...sharesOf(false)]).toEqual([0.5, 0.5]);
    expect(sharesOf(true)[1]).toBeCloseTo(0.9, 12);
  });

  test("balanced, equally good cuts are made in the middle, so that few questions tell many classes apart", () => {
    const classes = Array.from({ length: 80 }, (_, i) => i % 8);
    const values = Float64Array.from(classes);
    const tree = trainTree(binFeatures(values, 1), classes, { classes: 8, depth: 3, balanced: true });
    const shares = predictTree(tree, values, 1);
    expect(classes.every((label, i) => shares[8 * i + label] === 1)).toBe(true);
  });
});

describe("baselinesOf", () => {
  const side = 8;
  const names = ["blue", "red"];
  const codec: Codec = {
    decode: ([seed = 0]) => {
      const random = seeded(seed);
      const hue = seed % 2 === 1 ? 0 : 2;
      const data = Uint8Array.from(
        { length: side * side * 3 },
        (_, i) => (i % 3 === hue ? 150 : 20) + random.integer(60),
      );
      return Promise.resolve({ width: side, height: side, data });
    },
  };
  const tree: FileTree = {
    name: "t",
    list: () => Promise.resolve([]),
    read: (path) => Promise.resolve(Uint8Array.of(Number(path))),
    close: () => Promise.resolve(),
  };

  /** 90 images; `label` says what image i is called. */
  async function found(label: (i: number) => string): ReturnType<typeof baselinesOf> {
    const images = Array.from({ length: 90 }, (_, i) => ({ path: `${i}`, label: label(i) }));
    const prepared = await prepareImages(tree, images, {
      codec,
      transforms: [resize({ height: side, width: side })],
      classNames: names,
    });
    const measured = Int32Array.from({ length: 30 }, (_, i) => 60 + i);
    const rounds = [{ train: Int32Array.from({ length: 60 }, (_, i) => i), validation: measured }];
    const groups = groupsOf(measured);
    return baselinesOf(prepared, rounds, { measured, groups, classNames: names, random: seeded(1) });
  }

  test("the colour baseline tells classes apart that differ in colour, and the majority class is that of most training images", async () => {
    const { baselines, colourPredicted } = await found((i) => (i % 2 === 1 ? "red" : "blue"));
    expect(baselines.colour.accuracy).toBe(1);
    expect(baselines.colour.interval[0]).toBeLessThan(0.9);
    expect(colourPredicted.length).toBe(30);
    expect(baselines.majority).toMatchObject({ label: "blue", accuracy: 0.5, balancedAccuracy: 0.5 });
  });

  test("colours tell little of classes that share them, and the same seed says the same", async () => {
    const byThirds = (i: number): string => (Math.floor(i / 2) % 3 === 0 ? "red" : "blue");
    const { baselines } = await found(byThirds);
    expect(baselines.colour.accuracy).toBeLessThan(0.85);
    expect(baselines.majority.label).toBe("blue");
    expect(await found(byThirds)).toEqual(await found(byThirds));
  });
});
