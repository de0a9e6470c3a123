import { assert, nat, property } from "fast-check";
import { describe, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import { opCases, withGradients } from "../cases.ts";
import { checkLowering } from "./differences.ts";

describe("the loop nests of the op and of its gradient compute what its reference loops do", () => {
  test.each(opCases.map((one) => [one.name, one] as const))("%s", (_, { build }) => {
    assert(
      property(nat(), (seed) => checkLowering(withGradients(build(seeded(seed)), seed))),
      { numRuns: 6, seed: 3, endOnFailure: true },
    );
  });
});
