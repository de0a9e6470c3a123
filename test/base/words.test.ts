import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decimalText, parametersText, percentText, pointsText, rangeText } from "../../src/base/index.ts";

/** k/n as a percentage with one decimal, half away from zero, by whole numbers alone. */
function exactly(k: number, n: number): string {
  const tenths = (BigInt(k) * 2000n + BigInt(n)) / (2n * BigInt(n));
  return `${tenths / 10n}.${tenths % 10n}%`;
}

const fractions = fc
  .integer({ min: 1, max: 2000 })
  .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));

test("a percentage is rounded as the exact fraction is", () => {
  fc.assert(fc.property(fractions, ([k, n]) => percentText(k / n) === exactly(k, n)));
});

test("every fraction up to 2000 parts that lies half-way is rounded up", () => {
  const wrong: string[] = [];
  for (let n = 1; n <= 2000; n++)
    for (let odd = 1; odd < 2000; odd += 2) {
      const k = (n * odd) / 2000;
      if (Number.isInteger(k) && percentText(k / n) !== exactly(k, n)) wrong.push(`${k}/${n}`);
    }
  expect(wrong).toEqual([]);
  expect(percentText(41 / 80)).toBe("51.3%");
});

test("the way a fraction was computed does not show in its percentage", () => {
  fc.assert(
    fc.property(fractions, fc.integer({ min: 1, max: 50 }), ([k, n], parts) => {
      let sum = 0;
      for (let i = 0; i < parts; i++) sum += k / n / parts;
      return percentText(sum) === exactly(k, n);
    }),
  );
});

test("a negative number is rounded as its positive twin, and zero has no sign", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1e6, noNaN: true }), (x) => {
      const text = decimalText(x, 2);
      return decimalText(-x, 2) === (Number(text) === 0 ? text : `-${text}`);
    }),
  );
  expect([decimalText(-0.0004, 3), decimalText(1.005, 2), decimalText(1e-9, 1)]).toEqual([
    "0.000",
    "1.01",
    "0.0",
  ]);
  expect(pointsText(-0.0415)).toBe("-4.2 points");
});

test("no number is a dash", () => {
  expect([percentText(Number.NaN), decimalText(Number.POSITIVE_INFINITY, 1)]).toEqual(["–", "–"]);
});

test("a printed interval holds the printed estimate", () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(unit, unit, unit), (three) => {
      const [low, estimate, high] = three.toSorted((a, b) => a - b) as [number, number, number];
      const [from, to] = rangeText([low, high], estimate).replace("%", "").split("-").map(Number);
      const printed = Number(percentText(estimate).replace("%", ""));
      return from! <= printed && printed <= to!;
    }),
  );
  expect([rangeText([0.744, 0.978], 0.917), rangeText([0.98, 0.999])]).toEqual(["74-98%", "98.0-99.9%"]);
});

test("parameters say which of them are trained, where not all are", () => {
  expect(parametersText({ total: 390_884, trainable: 389_924 })).toBe(
    "390,884 parameters (389,924 trainable)",
  );
  expect(parametersText({ total: 12, trainable: 12 })).toBe("12 parameters");
});
