import { describe, expect, test } from "vitest";
import { explanationName, stemOf, uniqueNames } from "../../../src/app/explain/names.ts";

describe("names of explanations", () => {
  test("differ also where a file system ignores the case", () => {
    const unique = uniqueNames();
    expect(["cell", "Cell", "cell", "other"].map(unique)).toEqual(["cell", "Cell-2", "cell-3", "other"]);
  });

  test.each([
    ["a/b/cell 1.tar.png", "cell_1.tar"],
    ["c:\\cells\\x.png", "x"],
    [".png", ".png"],
    [`${"x".repeat(100)}.png`, "x".repeat(60)],
  ])("of %s begin with %s", (path, stem) => {
    expect(stemOf(path)).toBe(stem);
  });

  test("hold nothing that a file system refuses", () => {
    expect(explanationName("cell", "gradcam", "a/b:c*")).toBe("cell-gradcam-a_b_c_");
  });
});
