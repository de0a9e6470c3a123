import { assert, asyncProperty, nat } from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Backend, wasmBackendOn } from "../../src/engine/index.ts";
import { type Candidate, algorithms, cheapest } from "../../src/engine/plan/index.ts";
import { engineWorkers, prepareProcessor } from "../../src/platform/node/index.ts";
import { build, checkAgainstReference } from "./againstReference.ts";
import { wideCases } from "./cases/wide.ts";

const processor = await prepareProcessor({ exact: false });

const forced = algorithms.flatMap((algorithm) =>
  ([8, 16] as const).map((panel) => ({ algorithm, panel, arithmetic: processor.arithmetic })),
);

describe.each(forced)("$algorithm, panels of $panel, wherever it is correct", ({ algorithm, ...variant }) => {
  let backend: Backend;
  let used = 0;
  const choose = (candidates: readonly Candidate[]): Candidate => {
    const wanted = candidates.find((one) => one.algorithm === algorithm);
    if (wanted) used++;
    return wanted ?? cheapest(candidates);
  };
  beforeAll(() => {
    backend = wasmBackendOn({ workers: engineWorkers(2), choose, ...variant });
  });
  afterAll(async () => {
    await backend.close();
    expect(used).toBeGreaterThan(0);
  });

  test.each(wideCases.map((one) => [one.name, one] as const))(
    "computes what the float64 reference does: %s, and its gradients",
    (_, one) =>
      assert(
        asyncProperty(nat(), (seed) => checkAgainstReference(backend, build(one, seed))),
        { numRuns: 8, seed: 11, endOnFailure: true },
      ),
  );
});
