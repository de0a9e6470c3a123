import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printableData, printableJson, printableText } from "../../src/base/index.ts";

describe("what would be obeyed or hidden is shown as an escape", () => {
  test.each([
    ["a line break and a colour", "a\n\u001B[31mb", String.raw`a\n\u001b[31mb`],
    ["a return that writes over the line", "a\rb\t", String.raw`a\rb\t`],
    ["DEL and an 8-bit control sequence", "\u007F\u009B31m", String.raw`\u007f\u009b31m`],
    ["a right-to-left override", "gpj.\u202Eexe", String.raw`gpj.\u202eexe`],
    ["an isolate", "\u2066a\u2069", String.raw`\u2066a\u2069`],
    ["a zero-width space", "cat\u200B", String.raw`cat\u200b`],
    ["a joiner between Latin letters", "c\u200Dat", String.raw`c\u200dat`],
    ["a selector after a Latin letter", "a\uFE0F", String.raw`a\ufe0f`],
    ["a byte-order mark", "\uFEFFcat", String.raw`\ufeffcat`],
    ["a soft hyphen", "c\u00ADat", String.raw`c\u00adat`],
    ["a separator of lines", "a\u2028b", String.raw`a\u2028b`],
    ["a lone surrogate", "a\uD800b", String.raw`a\ud800b`],
    ["a tag character", "a\u{E0041}", String.raw`a\u{e0041}`],
    ["a Hangul filler", "\u3164", String.raw`\u3164`],
  ])("%s", (_, text, expected) => {
    expect(printableText(text)).toBe(expected);
  });
});

test.each([
  ["letters of any script", "Bär 猫 кот قطة"],
  ["a combining accent", "e\u0301"],
  ["a backslash", "a\\nb"],
  ["an emoji of several people", "👨‍👩‍👧"],
  ["a heart in colour, and a keycap", "❤️ 1️⃣"],
  ["a Persian non-joiner", "می‌خواهم"],
  ["an Indic joiner", "क्‍ष"],
])("%s stays", (_, text) => {
  expect(printableText(text)).toBe(text);
});

const anyText = fc.string({ unit: "binary", maxLength: 12 });

test("of any text, nothing is left that a terminal obeys, and what is printable already does not change", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const shown = printableText(text);
      expect(shown).toMatch(/^[^\p{Cc}\p{Cs}\p{Bidi_Control}]*$/u);
      expect(printableText(shown)).toBe(shown);
    }),
  );
});

test("texts anywhere in data are made printableData, numbers and arrays of numbers are the same", () => {
  const row = Float32Array.of(1, 2);
  const data = { "a\n": ["\u001B", { b: "\u202E" }], n: 1, none: null, row };
  expect(printableData(data)).toEqual({ "a\\n": ["\\u001b", { b: "\\u202e" }], n: 1, none: null, row });
  expect(printableData(data).row).toBe(row);
});

test("JSON that is made printable reads as the same data, on the same lines", () => {
  fc.assert(
    fc.property(fc.dictionary(anyText, anyText), (data) => {
      const json = JSON.stringify(data, null, 2);
      const shown = printableJson(json);
      expect(JSON.parse(shown)).toEqual(data);
      expect(shown.split("\n")).toHaveLength(json.split("\n").length);
      expect(shown.replaceAll("\n", "")).toMatch(/^[^\p{Cc}\p{Cs}\p{Bidi_Control}]*$/u);
    }),
  );
});
