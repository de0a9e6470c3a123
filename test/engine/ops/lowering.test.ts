import { assert, nat, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import { runReference } from "../../../src/engine/index.ts";
import { type BuiltCase, opCases, withGradients } from "../cases.ts";
import { firstApart } from "../compare.ts";
import { interpret } from "../interpret/program.ts";

function checkLowering(built: BuiltCase): void {
  const { outputs } = runReference(built, built.inputs);
  for (const [name, found] of Object.entries(interpret(built, built.inputs))) {
    // Both are float64; the room is for the polynomials that stand in for erf and tanh.
    expect(firstApart(found, outputs[name]!, { rtol: 2e-6, atol: 2e-6 }), name).toBeUndefined();
  }
}

describe("the loop nests of the op and of its gradient compute what its reference loops do", () => {
  test.each(opCases.map((one) => [one.name, one] as const))("%s", (_, { build }) => {
    assert(
      property(nat(), (seed) => checkLowering(withGradients(build(seeded(seed)), seed))),
      { numRuns: 6, seed: 3, endOnFailure: true },
    );
  });
});
