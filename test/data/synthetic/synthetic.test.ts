import { describe, expect, test } from "vitest";
import { FoveaError, seeded } from "../../../src/base/index.ts";
import {
  type CellType,
  type SyntheticOptions,
  type SyntheticImage,
  cellTypes,
  drawPhotograph,
  drawView,
  syntheticCollection,
} from "../../../src/data/synthetic/index.ts";

const small = { width: 64, height: 48, photographsPerClass: 2, viewsPerPhotograph: 2 } as const;

const draw = (options: SyntheticOptions = {}): SyntheticImage[] => [
  ...syntheticCollection({ ...small, ...options }),
];

/** Mean red, green and blue of an image, in levels of 255. */
function meanColour({ raster: { data } }: SyntheticImage): number[] {
  const sums = [0, 0, 0];
  data.forEach((level, i) => (sums[i % 3] = (sums[i % 3] ?? 0) + level));
  return sums.map((sum) => sum / (data.length / 3));
}

const squaredDistance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + (x - (b[i] ?? 0)) ** 2, 0);

/** Share of the second half of the photographs that the mean of each class in the first half would name. */
function nearestMeanAccuracy(
  images: readonly SyntheticImage[],
  features: (image: SyntheticImage) => number[],
): number {
  const described = images.map((image, i) => ({
    label: image.label,
    x: features(image),
    learn: i % 2 === 0,
  }));
  const means = cellTypes.map((label) => {
    const own = described.filter((d) => d.learn && d.label === label).map((d) => d.x);
    return { label, x: own.reduce((sum, x) => sum.map((s, i) => s + (x[i] ?? 0) / own.length), [0, 0, 0]) };
  });
  const asked = described.filter((d) => !d.learn);
  const right = asked.filter(({ label, x }) => {
    const nearest = means.reduce((a, b) => (squaredDistance(a.x, x) <= squaredDistance(b.x, x) ? a : b));
    return nearest.label === label;
  });
  return right.length / asked.length;
}

/** Mean radius of a cell's granules, in micrometres. */
const granuleRadius = (kind: CellType): number => {
  const { granules } = drawPhotograph(kind, seeded(2)).whiteCell;
  return granules.reduce((sum, { radius }) => sum + radius, 0) / granules.length;
};

/** Radius of the largest part of the nucleus over the cell's, the mean of 30 cells. */
const nucleusShare = (kind: CellType): number => {
  let sum = 0;
  for (let seed = 0; seed < 30; seed++) {
    const { nucleus, outline } = drawPhotograph(kind, seeded(seed)).whiteCell;
    sum += Math.max(...nucleus.map(({ fromRadius }) => fromRadius)) / outline.radius / 30;
  }
  return sum;
};

describe("a drawn collection", () => {
  test("has the same bytes for the same seed", () => {
    expect(draw({ seed: 7 })).toEqual(draw({ seed: 7 }));
  });

  test("has the same bytes on every machine", () => {
    // FNV-1a over all bytes, as this test prints it where they differ; a change of the drawing changes it too.
    let hash = 0x811c9dc5;
    for (const { raster } of draw({ seed: 7 })) {
      for (const level of raster.data) hash = Math.imul(hash ^ level, 0x01000193) >>> 0;
    }
    expect(hash).toBe(3206899924);
  });

  test("has other images for another seed", () => {
    const other = draw({ seed: 8 });
    for (const [i, { raster }] of draw({ seed: 7 }).entries())
      expect(raster.data).not.toEqual(other[i]?.raster.data);
  });

  test("keeps its first images when more are asked for", () => {
    const few = draw({ photographsPerClass: 1, viewsPerPhotograph: 1 });
    const many = draw({ photographsPerClass: 2, viewsPerPhotograph: 3 });
    for (const image of few) expect(many.find(({ path }) => path === image.path)).toEqual(image);
  });

  test("has as many images of every class", () => {
    const images = draw({ photographsPerClass: 3, viewsPerPhotograph: 2 });
    expect(images).toHaveLength(4 * 3 * 2);
    for (const kind of cellTypes) expect(images.filter(({ label }) => label === kind)).toHaveLength(6);
  });

  test("names images by class folder, photograph and view, each once", () => {
    const paths = draw().map(({ path }) => path);
    expect(paths.slice(0, 3)).toEqual([
      "EOSINOPHIL/photo-001-view-1.png",
      "EOSINOPHIL/photo-001-view-2.png",
      "EOSINOPHIL/photo-002-view-1.png",
    ]);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test("puts the views of one photograph, and only those, in one group", () => {
    for (const { path, group } of draw()) {
      const [, label, photo] = /^(\w+)\/photo-(\d+)-view-\d+\.png$/.exec(path) ?? [];
      expect(group).toBe(`${label}-${photo}`);
    }
    expect(new Set(draw().map(({ group }) => group)).size).toBe(4 * small.photographsPerClass);
  });

  test("draws images of the size that was asked for", () => {
    for (const { raster } of draw({ width: 50, height: 31, photographsPerClass: 1 })) {
      expect([raster.width, raster.height, raster.data.length]).toEqual([50, 31, 50 * 31 * 3]);
    }
  });

  test("draws 320x240 where no size is given", () => {
    const [first] = syntheticCollection();
    expect(first && [first.raster.width, first.raster.height]).toEqual([320, 240]);
  });

  test.each([{ photographsPerClass: 0 }, { viewsPerPhotograph: 1.5 }, { width: 8 }, { height: Number.NaN }])(
    "refuses %o and says what it expected",
    (options) => {
      expect(() => draw(options)).toThrow(FoveaError);
      expect(() => draw(options)).toThrow(new RegExp(`${Object.keys(options)[0]}: expected a whole number`));
    },
  );
});

describe("the views of one photograph", () => {
  test("differ from each other by more than noise", () => {
    const photograph = { ...drawPhotograph("MONOCYTE", seeded(3)), noise: 0 };
    const [first, second] = [1, 2].map((seed) => drawView(photograph, seeded(seed), small).data);
    expect(first).not.toEqual(second);
  });

  test("leave the photograph as it was", () => {
    const photograph = drawPhotograph("NEUTROPHIL", seeded(3));
    const before = structuredClone(photograph);
    drawView(photograph, seeded(1), small);
    expect(photograph).toEqual(before);
  });

  test.each(cellTypes)("all show the %s's nucleus, the darkest thing on the slide", (kind) => {
    const photograph = {
      ...drawPhotograph(kind, seeded(11)),
      noise: 0,
      redCells: [],
      platelets: [],
      blur: 0.2,
    };
    for (let seed = 0; seed < 12; seed++) {
      const { data } = drawView(photograph, seeded(seed), small);
      const reds = data.filter((_, i) => i % 3 === 0).sort();
      const slide = reds[Math.floor(reds.length / 2)] ?? 0;
      expect(reds.filter((red) => red < 0.8 * slide).length).toBeGreaterThan(20);
    }
  });
});

describe("what tells the classes apart", () => {
  const images = draw({ photographsPerClass: 60, viewsPerPhotograph: 1, width: 48, height: 36, seed: 5 });

  test("is not the mean colour", () => {
    expect(nearestMeanAccuracy(images, meanColour)).toBeLessThan(0.5);
  });

  test("is the granules: coarse in eosinophils, fine in neutrophils, none in lymphocytes", () => {
    expect(granuleRadius("EOSINOPHIL")).toBeGreaterThan(1.5 * granuleRadius("NEUTROPHIL"));
    expect(drawPhotograph("LYMPHOCYTE", seeded(2)).whiteCell.granules).toEqual([]);
  });

  test("is the share of the cell that the nucleus fills: largest in lymphocytes", () => {
    const others = cellTypes.filter((kind) => kind !== "LYMPHOCYTE");
    for (const kind of others) expect(nucleusShare("LYMPHOCYTE")).toBeGreaterThan(1.5 * nucleusShare(kind));
  });
});
