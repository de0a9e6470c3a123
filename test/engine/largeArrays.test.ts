import { afterAll, beforeAll, describe, test } from "vitest";
import { type Backend, conv2d, matmul, wasmBackendOn } from "../../src/engine/index.ts";
import { type Candidate, cheapest } from "../../src/engine/plan/index.ts";
import { engineWorkers, prepareProcessor } from "../../src/platform/node/index.ts";
import { build, checkAgainstReference, referenceOf } from "./againstReference.ts";
import { type OpCase, opCase } from "./cases/draw.ts";

// Arrays of more than 4 MiB are fetched in the order of memory before they are used; sizes that fill no block, tile or row of tiles.

const winograd = (candidates: readonly Candidate[]): Candidate =>
  candidates.find(({ algorithm }) => algorithm === "Winograd F(4x4)") ?? cheapest(candidates);

const convolution = (channels: number, filters: number): OpCase =>
  opCase(`convolution of ${channels} channels by ${filters} filters in Winograd's domain`, (b) =>
    conv2d(b.differentiable("x", [2, 95, 93, channels]), b.differentiable("w", [3, 3, channels, filters]), {
      padding: "same",
    }),
  );

const cases: readonly OpCase[] = [
  opCase("few rows times a transposed matrix", (b) =>
    matmul(b.differentiable("a", [3, 118]), b.differentiable("b", [9001, 118]), { transposeB: true }),
  ),
  convolution(60, 4),
  convolution(4, 60),
];

describe("large arrays, by panels of 8 and of 16", () => {
  let backends: readonly Backend[];
  beforeAll(async () => {
    const { arithmetic } = await prepareProcessor({ exact: false });
    backends = ([8, 16] as const).map((panel) =>
      wasmBackendOn({ workers: engineWorkers(2), arithmetic, panel, choose: winograd }),
    );
  });
  afterAll(() => Promise.all(backends.map((backend) => backend.close())));

  test.each(cases.map((one) => [one.name, one] as const))(
    "%s and its gradients are what the float64 reference computes",
    async (_, one) => {
      const built = build(one, 3);
      const expected = referenceOf(built);
      for (const backend of backends) await checkAgainstReference(backend, built, expected);
    },
  );
});
