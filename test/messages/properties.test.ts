import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Statement, messageText, written } from "../../src/messages/index.ts";
import { statements } from "./any/index.ts";
import { rows } from "./rows/index.ts";

const textOf = (statement: Statement): string => messageText(written(statement));

/** The statement is made often enough to meet each of its forms; the text must pass the check each time. */
function always(any: fc.Arbitrary<Statement>, check: (text: string, statement: Statement) => void): void {
  fc.assert(
    fc.property(any, (statement) => {
      check(textOf(statement), statement);
    }),
    { numRuns: 25 },
  );
}

const nouns =
  "image|group|epoch|file|source image|scene|label|problem|note|class|model|size|fold|time|hidden unit|parameter";
// "33 of 200 validation images": a word may stand between the number and the noun.
const counted = new RegExp(
  `(?<![\\d.,/×x-])(\\d[\\d,]*) (?:(?:validation|test|training|independent|more|whole) )?(${nouns})(e?s)?\\b`,
  "g",
);

describe("the words of every code", () => {
  test.each(statements)("$code has nothing in it that is no word and no number", ({ any }) => {
    always(any, (text) => {
      // A loss may become NaN, and a value of the data be one; the sentence says so.
      expect(
        text.replace("became NaN", "became none").replace(/set is (NaN|-?Infinity);/, "set;"),
      ).not.toMatch(/NaN|undefined|null|Infinity|\[object|–|\s\s|^\s|\s$| [.,;:)]|\( /);
      expect(text).not.toMatch(/\d %/);
      expect(text).not.toBe("");
    });
  });

  test.each(statements)("$code counts in the singular and in the plural", ({ any }) => {
    always(any, (text) => {
      for (const [found, count, , many] of text.matchAll(counted))
        expect([found, many === undefined]).toEqual([found, count === "1"]);
      expect(text).not.toMatch(/(?<!of )\b1 (image|group|file) (are|have|contain|differ|share)\b/);
      expect(text).not.toMatch(
        /(?<!of |of the )(?<![\d,])(?!1 )[\d,]+ (images|groups|files) (is|has|contains|differs|shares|looks)\b/,
      );
    });
  });

  test.each(statements)("$code ends as a sentence does, where it begins as one", ({ any }) => {
    always(any, (text) => {
      if (/^[A-Z]/.test(text) && !/^(EXIF|GPS|JPEG)/.test(text)) expect(text).toMatch(/[.)]$/);
    });
  });

  test("has a row with its exact words", () => {
    const known = new Set(rows.map(({ code }) => code));
    expect(statements.map(({ code }) => code).filter((code) => !known.has(code))).toEqual([]);
    expect(known.size).toBe(statements.length);
  });
});
