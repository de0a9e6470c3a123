import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../src/base/index.ts";
import { areasUnder, curvesOf, rankingOf } from "../../src/evaluate/metrics/ranking.ts";
import { simplifyPolyline } from "../../src/evaluate/metrics/simplifyPolyline.ts";
import { confusionsOf } from "../../src/evaluate/index.ts";

/** Scores in tenths, so that many are equal, with a label of 0 or 1 each. */
const cases = fc.array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 1 })), {
  minLength: 1,
  maxLength: 25,
});

type Cases = readonly (readonly [score: number, label: number])[];

const rankingIn = (list: Cases): ReturnType<typeof rankingOf> =>
  rankingOf(
    list.flatMap(([score]) => [1 - score / 10, score / 10]),
    list.map(([, label]) => label),
    { classes: 2, of: 1 },
  );

const ones = (list: Cases): Float64Array => new Float64Array(list.length).fill(1);

/** The chance that a positive scores above a negative, ties counting half, over all pairs. */
function aucByPairs(list: Cases): number | null {
  let [sum, pairs] = [0, 0];
  for (const [p, one] of list)
    for (const [q, other] of list)
      if (one === 1 && other === 0) {
        pairs++;
        sum += p > q ? 1 : p === q ? 0.5 : 0;
      }
  return pairs === 0 ? null : sum / pairs;
}

/** Σ (recall gained at a threshold) · precision there, over the different scores from high to low. */
function averagePrecisionByThresholds(list: Cases): number | null {
  const positives = list.filter(([, label]) => label === 1).length;
  if (positives === 0) return null;
  let [sum, before] = [0, 0];
  for (const threshold of [...new Set(list.map(([score]) => score))].toSorted((a, b) => b - a)) {
    const above = list.filter(([score]) => score >= threshold);
    const found = above.filter(([, label]) => label === 1).length;
    sum += ((found - before) / positives) * (found / above.length);
    before = found;
  }
  return sum;
}

describe("rankingOf", () => {
  test("sorts by falling probability, ties in the order of the images", () => {
    fc.assert(
      fc.property(cases, (list) => {
        const wanted = [...list.keys()].toSorted((a, b) => list[b]![0] - list[a]![0] || a - b);
        const { order, positive, ends } = rankingIn(list);
        expect(Array.from(order)).toEqual(wanted);
        expect(Array.from(positive)).toEqual(wanted.map((i) => list[i]![1]));
        expect(Array.from(ends)).toEqual(
          wanted.map((i, rank) => (list[wanted[rank + 1] ?? -1]?.[0] === list[i]![0] ? 0 : 1)),
        );
      }),
    );
  });
});

describe("areasUnder", () => {
  test("agree with all pairs and all thresholds", () => {
    fc.assert(
      fc.property(cases, (list) => {
        const { rocAuc, averagePrecision } = areasUnder(rankingIn(list), ones(list));
        const [auc, precision] = [aucByPairs(list), averagePrecisionByThresholds(list)];
        if (auc === null) expect(rocAuc).toBeNull();
        else expect(rocAuc).toBeCloseTo(auc, 12);
        if (precision === null) expect(averagePrecision).toBeNull();
        else expect(averagePrecision).toBeCloseTo(precision, 12);
      }),
    );
  });

  test("with a weight of 2 are those of the image listed twice, with 0 of the image left out", () => {
    fc.assert(
      fc.property(cases, seedsOf(), (list, seed) => {
        const random = seeded(seed);
        const times = list.map(() => random.integer(3));
        const repeated = list.flatMap((one, i) => Array.from({ length: times[i]! }, () => one));
        const ranking = rankingIn(list);
        const weighted = areasUnder(
          ranking,
          Float64Array.from(ranking.order, (i) => times[i]!),
        );
        const wanted = areasUnder(rankingIn(repeated), ones(repeated));
        for (const key of ["rocAuc", "averagePrecision"] as const)
          if (wanted[key] === null) expect(weighted[key]).toBeNull();
          else expect(weighted[key]).toBeCloseTo(wanted[key], 12);
      }),
    );
  });

  test("of a perfect ranking are 1, of its reverse 0 for the ROC", () => {
    const list: Cases = [9, 8, 7, 3, 2].map((score, i) => [score, i < 3 ? 1 : 0]);
    expect(areasUnder(rankingIn(list), ones(list))).toEqual({ rocAuc: 1, averagePrecision: 1 });
    const reverse = list.map(([score, label]) => [score, 1 - label] as const);
    expect(areasUnder(rankingIn(reverse), ones(list)).rocAuc).toBe(0);
  });
});

describe("curvesOf", () => {
  test("rise from (0, 0) to (1, 1), enclose the area, and end at full recall", () => {
    fc.assert(
      fc.property(cases, (list) => {
        const ranking = rankingIn(list);
        const curves = curvesOf(ranking, 200);
        const auc = aucByPairs(list);
        if (!curves) {
          expect(auc).toBeNull();
          return;
        }
        const { falsePositiveRate: x, truePositiveRate: y } = curves.roc;
        expect([x[0], y[0], x.at(-1), y.at(-1)]).toEqual([0, 0, 1, 1]);
        let area = 0;
        for (let i = 1; i < x.length; i++) {
          expect(x[i]!).toBeGreaterThanOrEqual(x[i - 1]!);
          expect(y[i]!).toBeGreaterThanOrEqual(y[i - 1]!);
          area += ((x[i]! - x[i - 1]!) * (y[i]! + y[i - 1]!)) / 2;
        }
        // Points are rounded to 5 decimals.
        expect(Math.abs(area - auc!)).toBeLessThan(1e-4);
        const { recall, precision } = curves.precisionRecall;
        expect([recall[0], precision[0], recall.at(-1)]).toEqual([0, 1, 1]);
      }),
    );
  });
});

describe("simplifyPolyline", () => {
  const line = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 40 });

  test("keeps both ends, at most `limit` points, and only points of the line in their order", () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 2, max: 12 }), (y, limit) => {
        const x = y.map((_, i) => i);
        const kept = simplifyPolyline(x, y, limit);
        expect(kept.x.length).toBeLessThanOrEqual(limit);
        expect([kept.x[0], kept.x.at(-1)]).toEqual([0, y.length - 1]);
        expect(kept.x).toEqual(kept.x.toSorted((a, b) => a - b));
        expect(kept.y).toEqual(kept.x.map((i) => y[i]));
      }),
    );
  });

  test("changes nothing of the drawn line where the limit allows every corner", () => {
    fc.assert(
      fc.property(line, (y) => {
        const x = y.map((_, i) => i);
        const kept = simplifyPolyline(x, y, y.length);
        y.forEach((value, i) => {
          const after = kept.x.findIndex((at) => at >= i);
          const [x1, y1] = [kept.x[after]!, kept.y[after]!];
          const [x0, y0] = [kept.x[after - 1] ?? x1 - 1, kept.y[after - 1] ?? y1];
          expect(y0 + ((y1 - y0) * (i - x0)) / (x1 - x0)).toBeCloseTo(value, 9);
        });
      }),
    );
  });

  test("of a straight line keeps the ends alone, and of a triangle its tip", () => {
    const x = [0, 1, 2, 3, 4];
    expect(simplifyPolyline(x, [0, 2, 4, 6, 8], 5)).toEqual({ x: [0, 4], y: [0, 8] });
    expect(simplifyPolyline(x, [0, 1, 2, 1, 0], 3)).toEqual({ x: [0, 2, 4], y: [0, 2, 0] });
  });

  test("rounds to 5 decimals", () => {
    expect(simplifyPolyline([0, 1], [1 / 3, 2 / 3], 2)).toEqual({ x: [0, 1], y: [0.33333, 0.66667] });
  });
});

describe("confusionsOf", () => {
  test("lists wrong pairs by count, then by share of the class", () => {
    expect(
      confusionsOf([
        [5, 2, 0],
        [2, 6, 1],
        [0, 2, 0],
      ]),
    ).toEqual([
      { truth: 2, predicted: 1, count: 2, share: 1 },
      { truth: 0, predicted: 1, count: 2, share: 2 / 7 },
      { truth: 1, predicted: 0, count: 2, share: 2 / 9 },
      { truth: 1, predicted: 2, count: 1, share: 1 / 9 },
    ]);
  });

  test("is empty where every prediction is correct", () => {
    expect(
      confusionsOf([
        [3, 0],
        [0, 0],
      ]),
    ).toEqual([]);
  });
});

function seedsOf(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 1e6 });
}
