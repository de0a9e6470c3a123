import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Statement, written } from "../../src/messages/index.ts";
import { anyStatement, statements } from "./any/index.ts";

/** Checks what a statement prints against itself: a comparison must hold between the rounded numbers as well. */
function printed(code: Statement["code"], check: (text: string, statement: Statement) => void): void {
  fc.assert(
    fc.property(anyStatement(code), (statement) => {
      check(written(statement).text, statement);
    }),
    { numRuns: 100 },
  );
}

/** The numbers that a pattern finds in a text. */
function numbersOf(text: string, pattern: RegExp): readonly number[] {
  const [, ...found] = pattern.exec(text) ?? [];
  expect(found, text).not.toEqual([]);
  return found.map((one) => Number(one.replaceAll(",", "")));
}

const versus = /([\d.]+)% against ([\d.]+)%.*difference (-?[\d.]+) points.*95% CI (-?[\d.]+) to (-?[\d.]+)/;

describe("a comparison holds between the printed numbers", () => {
  test("the better model has the higher accuracy, and an interval above 0", () => {
    for (const code of ["better-than-baseline", "first-better", "second-better"] as const)
      printed(code, (text) => {
        const [own = 0, other = 0, difference = 0, low = 0, high = 0] = numbersOf(text, versus);
        expect(own, text).toBeGreaterThan(other);
        expect(low, text).toBeGreaterThan(0);
        expect(low <= difference && difference <= high, text).toBe(true);
      });
  });

  test("the worse model has the lower accuracy, and an interval below 0", () => {
    printed("worse-than-baseline", (text) => {
      const [own = 0, other = 0, difference = 0, low = 0, high = 0] = numbersOf(text, versus);
      expect(own, text).toBeLessThan(other);
      expect(high, text).toBeLessThan(0);
      expect(low <= difference && difference <= high, text).toBe(true);
    });
  });

  test("an interval that cannot tell two models apart holds 0", () => {
    printed("not-distinguishable-from-baseline", (text) => {
      const [, , , low = 1, high = -1] = numbersOf(text, versus);
      expect(low <= 0 && high >= 0, text).toBe(true);
    });
    printed("not-distinguishable", (text) => {
      const [low = 1, high = -1] = numbersOf(text, /95% CI (-?[\d.]+) to (-?[\d.]+)/);
      expect(low <= 0 && high >= 0, text).toBe(true);
    });
  });

  test("an accuracy lies within its interval", () => {
    for (const code of ["accuracy", "uneven-classes", "baselines"] as const)
      printed(code, (text) => {
        const [value = -1, low = 0, high = 0] = numbersOf(text, /([\d.]+)% \(95% CI ([\d.]+)-([\d.]+)%/);
        expect(low <= value && value <= high, text).toBe(true);
      });
  });

  test("the mean of the folds lies between the lowest and the highest", () => {
    printed("folds", (text) => {
      const each = (/by fold: ([^;]*);/.exec(text)?.[1] ?? "")
        .split(", ")
        .map((one) => Number.parseFloat(one));
      const [mean = -1] = numbersOf(text, /mean ([\d.]+)%/);
      expect(Math.min(...each) <= mean && mean <= Math.max(...each), text).toBe(true);
    });
  });

  test("a loss that is not below a limit is not printed below it", () => {
    printed("not-learning", (text) => {
      const [loss = -1, limit = 0] = numbersOf(
        text,
        /loss ([\d.]+) is not below \D*(?:ln\(\d+\))?\D*([\d.]+):/,
      );
      expect(loss, text).toBeGreaterThanOrEqual(limit);
    });
  });

  test("a probability that is not significant is not printed below 0.05", () => {
    for (const code of ["not-learning", "labels-not-reviewable"] as const)
      printed(code, (text) => expect(numbersOf(text, /p = ([\d.]+)/)[0], text).toBeGreaterThanOrEqual(0.05));
  });

  test("a loss that falls is printed as falling", () => {
    printed("loss-still-falling", (text) => {
      const [from = 0, to = 0] = numbersOf(text, /from ([\d.]+) to (\d+\.\d+)/);
      expect(to, text).toBeLessThan(from);
    });
  });

  test("a gap between training and validation is printed as one", () => {
    for (const code of ["overfitting", "generalization-gap"] as const)
      printed(code, (text) => {
        const [training = 0, validation = 0] = numbersOf(
          text,
          /training accuracy ([\d.]+)%, validation accuracy ([\d.]+)%/,
        );
        expect(training, text).toBeGreaterThan(validation);
      });
  });

  test("what is there is never printed as nothing", () => {
    printed("leakage", (text) => expect(text).not.toMatch(/^0\.0%/));
    printed("validation-size", (text) => {
      const [got = 0, asked = 0] = numbersOf(text, /has ([\d.]+)% of the images instead of ([\d.]+)%/);
      expect(got, text).not.toBe(asked);
    });
    printed("shortcut", (text) => {
      const [reached = 0, chance = 0] = numbersOf(text, /accuracy ([\d.]+)% .*chance: ([\d.]+)%/);
      expect(reached, text).toBeGreaterThan(chance);
    });
  });

  test("fewer than so many are fewer than so many", () => {
    printed("few-validation-groups", (text) => {
      const limit = Number(/fewer than (\d+)/.exec(text)?.[1] ?? 5);
      for (const [, groups] of text.matchAll(/[a-z] \((\d+)\)/g))
        expect(Number(groups), text).toBeLessThan(limit);
    });
  });

  test("a share in brackets is that of the counts before it", () => {
    for (const { code } of statements)
      printed(code, (text) => {
        for (const [, part = "", total = "", share = ""] of text.matchAll(
          /([\d,]+) of ([\d,]+) (?:\w+ )?images? \(([\d.]+)%\)/g,
        )) {
          const exact = (100 * Number(part.replaceAll(",", ""))) / Number(total.replaceAll(",", ""));
          expect(Math.abs(Number(share) - exact), text).toBeLessThanOrEqual(0.05 + 1e-9);
        }
      });
  });
});
