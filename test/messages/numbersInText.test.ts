import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../src");

/** Ways to write a number that round in their own way; each has its function in `base/words.ts`. */
const ownRounding = [
  /\.to(Fixed|Precision|Exponential|LocaleString)\(/,
  /\bIntl\.(?!Segmenter)/,
  // A percentage put together by hand: `${…}%`.
  /\}%/,
  /\* ?100\b|\b100 ?\*/,
];

/** Lines that need one of them, and why. */
const allowed = [
  // Two accuracies take as many decimals as tell them apart.
  { file: "messages/baselines.ts", text: "${shown(accuracy)}% against ${shown(baselineAccuracy)}%" },
  { file: "messages/comparison.ts", text: "${shown(better.accuracy)}% against ${shown(other.accuracy)}%" },
];

function strays(): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && file !== join("base", "words.ts"))
    .flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split("\n")
        .map((line) => ({ file: file.replaceAll("\\", "/"), text: line.trim() }))
        .filter(({ text }) => !/^(\/?\*|\/\/)/.test(text) && ownRounding.some((one) => one.test(text)))
        .filter(
          (line) => !allowed.some(({ file: known, text }) => line.file === known && line.text.includes(text)),
        )
        .map(({ file: name, text }) => `${name}: ${text}`),
    );
}

test("numbers become text in base/words.ts alone, so that one number is rounded in one way", () => {
  expect(strays()).toEqual([]);
});
