import { assert, asyncProperty, nat } from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type Backend, wasmBackendOn } from "../../src/engine/index.ts";
import { engineWorkers, prepareProcessor } from "../../src/platform/node/index.ts";
import { build, checkAgainstReference, referenceOf } from "./againstReference.ts";
import { opCases } from "./cases.ts";
import { wideCases } from "./cases/wide.ts";

const processor = await prepareProcessor({ exact: false });

/** What platforms choose between; panels of 16 are meant for V8s that pack vectors, and compute the same anywhere. */
const variants = [
  { arithmetic: "exact", panel: 8 },
  { arithmetic: processor.arithmetic, panel: 16 },
] as const;

describe("WebAssembly, exact by panels of 8 and as the processor rounds by panels of 16, computes what the float64 reference does", () => {
  let backends: readonly Backend[];
  beforeAll(() => {
    backends = variants.map((variant) => wasmBackendOn({ workers: engineWorkers(2), ...variant }));
  });
  afterAll(() => Promise.all(backends.map((backend) => backend.close())));

  test.each([...opCases, ...wideCases].map((one) => [one.name, one] as const))(
    "%s, and its gradients",
    (_, one) =>
      assert(
        asyncProperty(nat(), async (seed) => {
          const built = build(one, seed);
          const expected = referenceOf(built);
          for (const backend of backends) await checkAgainstReference(backend, built, expected);
        }),
        // The examples once broke the merging of loop nests.
        { numRuns: 8, seed: 7, endOnFailure: true, examples: [[23], [904767924]] },
      ),
  );
});
