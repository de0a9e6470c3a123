import { describe, expect, test } from "vitest";
import { type Candidate, cheapest } from "../../../src/engine/plan/index.ts";
import { prepareProcessor } from "../../../src/platform/node/index.ts";
import { build, expectNear, referenceOf } from "../againstReference.ts";
import { firstDifferent } from "../compare.ts";
import { convolutionFamilies } from "./families/convolutions.ts";
import type { Family } from "./families/family.ts";
import { nestFamilies } from "./families/nests.ts";
import { productFamilies } from "./families/products.ts";
import { runHere } from "./runHere.ts";

const { arithmetic } = await prepareProcessor({ exact: false });

const families = [...nestFamilies, ...productFamilies, ...convolutionFamilies];

const choosing =
  (algorithm: Family["algorithm"]) =>
  (candidates: readonly Candidate[]): Candidate =>
    candidates.find((one) => one.algorithm === algorithm) ?? cheapest(candidates);

describe.each(families)("$name", ({ algorithm, kernels, cases }) => {
  const choose = choosing(algorithm);
  test.each(cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
    const built = build(one, 3);
    const expected = referenceOf(built);
    const narrow = runHere(built, { choose, panel: 8 });
    const kinds = new Set(narrow.kernels.map(({ kind }) => kind));
    expect(kernels.filter((kind) => !kinds.has(kind))).toEqual([]);
    expectNear(narrow.outputs, expected, built);
    // Vectors twice as wide, and tasks in another order, as threads may take them.
    const wide = runHere(built, { choose, panel: 16, reversed: true });
    expect(firstDifferent(wide.outputs, narrow.outputs)).toBeUndefined();
    // Kernels that others equal are called with their addresses.
    const twin = runHere(built, { choose, panel: 8, twice: true });
    expect(firstDifferent(twin.outputs, narrow.outputs)).toBeUndefined();
    expect([narrow.stray, wide.stray, twin.stray]).toEqual([0, 0, 0]);
    if (one === cases[0] && arithmetic === "fused")
      expectNear(runHere(built, { choose, panel: 8, arithmetic }).outputs, expected, built);
  });
});
