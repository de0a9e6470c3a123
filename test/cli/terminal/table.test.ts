import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columns, shortened } from "../../../src/cli/terminal/table.ts";
import { wrapped } from "../../../src/cli/terminal/wrap.ts";

describe("columns", () => {
  test("words stand left, numbers right, with two spaces between", () => {
    const rows = [
      ["a", "1"],
      ["bbb", "1,000"],
    ];
    expect(columns(rows, ["left", "right"])).toBe("  a        1\n  bbb  1,000");
  });

  test("wide characters count as the terminal shows them", () => {
    const rows = [
      ["猫", "1"],
      ["ab", "2"],
    ];
    expect(columns(rows, ["left", "right"])).toBe("  猫  1\n  ab  2");
  });

  test("no line ends in spaces", () => {
    expect(columns([["a", ""]], ["left", "left"])).toBe("  a");
  });
});

describe("wrapped", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 40 });

  test("no line is wider than asked, and no word is lost", () => {
    fc.assert(
      fc.property(
        words,
        fc.integer({ min: 14, max: 60 }),
        fc.integer({ min: 0, max: 4 }),
        (all, width, indent) => {
          const lines = wrapped(all.join(" "), { width, indent }).split("\n");
          expect(lines.every((line) => line.length <= width && line.startsWith(" ".repeat(indent)))).toBe(
            true,
          );
          expect(lines.flatMap((line) => line.trim().split(" "))).toEqual(all);
        },
      ),
    );
  });

  test("a word that is wider than a line keeps a line of its own", () => {
    expect(wrapped("a loooooong b", { width: 5, indent: 1 })).toBe(" a\n loooooong\n b");
  });
});

test.each([
  ["short", 5, "short"],
  ["longer", 5, "long…"],
  ["", 3, ""],
])("%s in %i characters", (name, most, expected) => {
  expect(shortened(name, most)).toBe(expected);
});
