import { assert, nat, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import { opCases, withGradients } from "../cases.ts";
import { checkGradients } from "./differences.ts";

describe("the gradient agrees with central differences", () => {
  const smooth = opCases.filter(({ build }) => build(seeded(0)).differentiable.length > 0);
  test.each(smooth.map((one) => [one.name, one] as const))("%s", (_, { build }) => {
    assert(
      property(nat(), (seed) => checkGradients(withGradients(build(seeded(seed)), seed), seed)),
      { numRuns: 8, seed: 2, endOnFailure: true },
    );
  });
});

test("only ops that choose a place have no gradient to check", () => {
  const without = opCases.filter(({ build }) => build(seeded(0)).differentiable.length === 0);
  expect(without.map(({ name }) => name)).toEqual(["argmax", "oneHot"]);
});
