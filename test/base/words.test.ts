import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  bytesText,
  comparedBytes,
  decimalText,
  durationText,
  listText,
  lossRangeText,
  pValueText,
  parametersText,
  percentText,
  plural,
  pointsText,
  rangeText,
  rateText,
  significantText,
} from "../../src/base/index.ts";

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

test("significant digits are rounded as decimals are, half away from zero on the decimal value", () => {
  // 1.005 and 0.0145 lie below the half as doubles; toPrecision would write 1.00 and 0.014.
  expect([1.005, 10.05, -1.005].map((x) => significantText(x, 3))).toEqual(["1.01", "10.1", "-1.01"]);
  expect([0.0145, 0.0123, 0.5].map((x) => significantText(x, 2))).toEqual(["0.015", "0.012", "0.50"]);
  expect([9.996, 99.96, 123_456].map((x) => significantText(x, 3))).toEqual(["10.0", "100", "1.23e+5"]);
  expect([0, Number.NaN].map((x) => significantText(x, 3))).toEqual(["0.00", "–"]);
});

test("significant digits lie within half a unit of the last one", () => {
  const numbers = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 6 }), (x, digits) => {
      const unit = 10 ** (Math.floor(Math.log10(x)) + 1 - digits);
      return Math.abs(Number(significantText(x, digits)) - x) <= 0.5 * unit * (1 + 1e-9);
    }),
  );
});

test("a p-value has two significant digits, and is never written as zero", () => {
  expect([0.437, 0.05, 1, 0.0001, 0.00009, 0].map(pValueText)).toEqual([
    "p = 0.44",
    "p = 0.050",
    "p = 1.0",
    "p = 0.00010",
    "p < 0.0001",
    "p < 0.0001",
  ]);
});

test("a duration and a size take the unit that their rounded value calls for", () => {
  const seconds = [-1, 3.21, 59.6, 75, 3599.6, 3845];
  expect(seconds.map(durationText)).toEqual([
    "0.0 s",
    "3.2 s",
    "1 min 0 s",
    "1 min 15 s",
    "1 h 0 min",
    "1 h 4 min",
  ]);
  // 999,600 bytes are 1,000 kB when rounded, so 1 MB.
  expect([10, 999_400, 999_600, 312e6, 999.6e6, 2.5e9].map(bytesText)).toEqual([
    "1 kB",
    "999 kB",
    "1 MB",
    "312 MB",
    "1.0 GB",
    "2.5 GB",
  ]);
});

test("sizes that are compared do not look equal where they differ", () => {
  expect(comparedBytes(4_294_967_296, 6e9)).toEqual(["4.3 GB", "6.0 GB"]);
  expect(comparedBytes(4_294_967_296, 4_300_000_000)).toEqual(["4,294,967,296 bytes", "4,300,000,000 bytes"]);
  expect(comparedBytes(70_000, 70_000)).toEqual(["70 kB", "70 kB"]);
});

test("counts agree with their noun, and an interval of losses has their decimals", () => {
  expect([plural(1, "class", "classes"), plural(0, "image"), plural(1991, "image")]).toEqual([
    "1 class",
    "0 images",
    "1,991 images",
  ]);
  expect(lossRangeText([-0.0004, 1.2345])).toBe("0.000 to 1.235");
});

test("a learning rate has two digits, and a power of ten below 0.001", () => {
  expect([10, 0.5, 0.00391, 0.001, 0.000999, 1e-6].map(rateText)).toEqual([
    "10",
    "0.5",
    "0.0039",
    "0.001",
    "0.001",
    "1e-6",
  ]);
});

test.each([
  [[], {}, ""],
  [["a"], {}, "a"],
  [["a", "b"], { last: "or" }, "a or b"],
  [["a", "b", "c"], {}, "a, b and c"],
  [["a", "b", "c"], { most: 3 }, "a, b and c"],
  [["a", "b", "c", "d"], { most: 2, last: "or" }, "a, b or 2 more"],
] as const)("the names %j with %j are listed as %j", (names, options, text) => {
  expect(listText(names, options)).toBe(text);
});
