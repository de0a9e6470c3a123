import { describe, expect, test } from "vitest";
import { type Candidate, cheapest } from "../../../src/engine/plan/index.ts";
import { prepareProcessor } from "../../../src/platform/node/index.ts";
import { build, expectNearReference } from "../againstReference.ts";
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

const bitsOf = (outputs: Readonly<Record<string, Float32Array>>): Record<string, Uint32Array> =>
  Object.fromEntries(Object.entries(outputs).map(([name, { buffer }]) => [name, new Uint32Array(buffer)]));

describe.each(families)("$name", ({ algorithm, kernels, cases }) => {
  const choose = choosing(algorithm);
  test.each(cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
    const built = build(one, 3);
    const narrow = runHere(built, { choose, panel: 8 });
    const kinds = new Set(narrow.kernels.map(({ kind }) => kind));
    expect(kernels.filter((kind) => !kinds.has(kind))).toEqual([]);
    expectNearReference(built, narrow.outputs);
    // Vectors twice as wide, and tasks in another order, as threads may take them.
    const wide = runHere(built, { choose, panel: 16, reversed: true });
    expect(bitsOf(wide.outputs)).toEqual(bitsOf(narrow.outputs));
    expect([narrow.stray, wide.stray]).toEqual([0, 0]);
    if (one === cases[0] && arithmetic === "fused")
      expectNearReference(built, runHere(built, { choose, panel: 8, arithmetic }).outputs);
  });
});
