import { describe, expect, test } from "vitest";
import { classFactors, parseClassWeights } from "../../../src/evaluate/index.ts";

const classNames = ["basophil", "eosinophil", "lymphocyte"];
const known = { classes: 3, classNames };

describe("class weights", () => {
  test("balanced: are n / (classes · examples of the class)", () => {
    // The example of scikit-learn's compute_class_weight: [1.5, 0.75].
    const labels = [1, 1, 1, 1, 0, 0];
    expect([...classFactors("w", "balanced", { classes: 2, labels })]).toEqual([1.5, 0.75]);
  });

  test("by name or index: leave 1 to the other classes", () => {
    expect([...classFactors("w", { eosinophil: 3 }, known)]).toEqual([1, 3, 1]);
    expect([...classFactors("w", { 2: 0.5, 0: 4 }, { classes: 3 })]).toEqual([4, 1, 0.5]);
    expect([...classFactors("w", { 2: 0.5, " basophil": 4 }, known)]).toEqual([4, 1, 0.5]);
  });

  test.each<[unknown, RegExp]>([
    [{ eosinofil: 2 }, /^w: eosinofil: expected one of basophil, .*0 to 2.*; use eosinophil$/],
    [{ 3: 2 }, /^w: 3: expected .* a class index from 0 to 2/],
    [{ basophil: 0 }, /^w: basophil: expected a number above 0, received 0; leave out/],
    [{ basophil: -1 }, /^w: basophil: expected a number above 0, received -1$/],
    [{ basophil: Number.NaN }, /received NaN/],
    [{ basophil: "2" }, /received "2"/],
    [{}, /^w: expected balanced, or weights by class such as/],
    ["balance", /^w: expected balanced/],
    [[1, 2, 3], /^w: expected balanced/],
  ])("%j are refused", (value, message) => {
    expect(() => parseClassWeights("w", value, classNames)).toThrow(message);
  });

  test("cannot be balanced by a class without examples, or by examples that nobody knows yet", () => {
    expect(() => classFactors("w", "balanced", { ...known, labels: [0, 2, 0] })).toThrow(
      /^w: expected training examples of every class, received none of eosinophil; /,
    );
    expect(() => classFactors("w", "balanced", known)).toThrow(/received balanced; give a weight for each/);
  });
});
