import { assert, asyncProperty, nat } from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { wasmBackendOn } from "../../src/engine/index.ts";
import { engineWorkers, prepareProcessor } from "../../src/platform/node/index.ts";
import { build, runCase } from "./againstReference.ts";
import { wideCases } from "./cases/wide.ts";
import { firstDifferent } from "./compare.ts";

const { arithmetic } = await prepareProcessor({ exact: false });

describe("vectors twice as wide and another thread change no bit", () => {
  const narrow = wasmBackendOn({ workers: engineWorkers(1), arithmetic, panel: 8 });
  const wide = wasmBackendOn({ workers: engineWorkers(2), arithmetic, panel: 16 });
  afterAll(async () => {
    await narrow.close();
    await wide.close();
  });

  test.each(wideCases.map((one) => [one.name, one] as const))("%s, and its gradients", (_, one) =>
    assert(
      asyncProperty(nat(), async (seed) => {
        const built = build(one, seed);
        const [first, second] = await Promise.all([runCase(narrow, built), runCase(wide, built)]);
        expect(firstDifferent(first, second)).toBeUndefined();
      }),
      { numRuns: 4, seed: 5, endOnFailure: true },
    ),
  );
});
