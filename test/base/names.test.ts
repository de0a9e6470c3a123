import { describe, expect, test } from "vitest";
import { isSameName, nameFinder } from "../../src/base/index.ts";

const [composed, decomposed] = ["caf\u00E9", "cafe\u0301"];

describe("a name among others", () => {
  test.each<[readonly string[], string, string | undefined]>([
    [["a", "b"], "b", "b"],
    [["a", "b"], "c", undefined],
    [["a"], "A", undefined],
    // The very same comes first, whatever else is like it.
    [[composed, decomposed], decomposed, decomposed],
    [[" a", "a", "a "], "a ", "a "],
    [[composed, "b"], decomposed, composed],
    [[decomposed, "b"], composed, decomposed],
    [["a", "b"], " a", "a"],
    [[" a", "b"], "a", " a"],
    [[` ${composed}`], `${decomposed} `, ` ${composed}`],
    // Two that are as close decide nothing, and what is further off is not asked then.
    [["a ", " a"], "a", undefined],
    [["e\u0323\u0307", "e\u0307\u0323"], "\u1EB9\u0307", undefined],
    [[], "a", undefined],
    [["", "b"], " ", ""],
  ])("of %j, %j is %j", (names, name, expected) => {
    expect(nameFinder(names)(name)).toBe(expected);
  });

  test("is the same but for Unicode's form and outer spaces", () => {
    expect(isSameName(composed, ` ${decomposed}`)).toBe(true);
    expect(isSameName(composed, "cafe")).toBe(false);
  });
});
