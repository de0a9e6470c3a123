import { describe, expect, test } from "vitest";
import { constantExpr, nest, plus, whole } from "../../../../src/engine/kernels/index.ts";
import { deadStoreElimination } from "../../../../src/engine/plan/passes/eliminateDeadStores.ts";
import { buffer, compute, labelsOf, stateOf } from "../hand.ts";

const a = buffer(0, [4]);
const b = buffer(1, [4]);
const c = buffer(2, [4]);
const d = buffer(3, [4]);

/** One nest that writes b and c. */
const two = nest({
  label: "b and c",
  axes: [4],
  writes: [
    { access: whole(b), value: constantExpr(1) },
    { access: whole(c), value: constantExpr(2) },
  ],
});

describe("dead-store elimination", () => {
  test("drops the one of two stores that nobody reads", () => {
    const { kernels } = deadStoreElimination.run(stateOf([two, compute(d, [c])], { liveOut: [d] }));
    expect(labelsOf(kernels)).toEqual(["b and c", "d from c"]);
    expect(kernels?.[0]).toEqual({ ...two, writes: two.writes.slice(1) });
  });

  test("drops a nest whose stores are all dead", () => {
    const { kernels } = deadStoreElimination.run(stateOf([two, compute(d, [a])], { liveOut: [d] }));
    expect(labelsOf(kernels)).toEqual(["d from a"]);
  });

  test("keeps what is read after the run, and what is read under another shape", () => {
    const view = buffer(4, [2, 2]);
    const kernels = [two, compute(d, [view])];
    const options = { liveOut: [b, d], aliases: [[view, c]] as const };
    expect(deadStoreElimination.run(stateOf(kernels, options)).kernels).toEqual(kernels);
  });

  test("leaves nests without a dead store, and kernels of other kinds, the objects that they are", () => {
    const product = {
      kind: "winogradFilters",
      label: "filters",
      size: 2,
      filters: a,
      transformed: b,
      channels: 4,
      outputs: 4,
      flipped: false,
      panel: 8,
    } as const;
    const live = compute(d, [a], (x) => plus(x, constantExpr(1)));
    const { kernels } = deadStoreElimination.run(stateOf([product, live], { liveOut: [d] }));
    expect(kernels?.[0]).toBe(product);
    expect(kernels?.[1]).toBe(live);
  });

  test("changes nothing more when it runs again", () => {
    const once = deadStoreElimination.run(stateOf([two, compute(d, [c])], { liveOut: [d] }));
    expect(deadStoreElimination.run(once).kernels).toEqual(once.kernels);
  });
});
