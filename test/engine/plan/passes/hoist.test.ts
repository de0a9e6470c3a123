import { describe, expect, test } from "vitest";
import { affine, createGraph, parameter, update } from "../../../../src/engine/index.ts";
import { constantExpr, times } from "../../../../src/engine/kernels/index.ts";
import { hoisting } from "../../../../src/engine/plan/passes/hoist.ts";
import { buffer, compute, labelsOf, stateOf } from "../hand.ts";

const w = buffer(22, [4], { role: "parameter" });
const x = buffer(23, [4], { role: "input" });
const a = buffer(0, [4]);
const b = buffer(1, [4]);
const c = buffer(2, [4]);
const y = buffer(24, [4]);
const product = (...factors: Parameters<typeof times>) => times(...factors);
const multiplied = (output: typeof a, left: typeof a, right: typeof a) =>
  compute(output, [left, right], (...factors) => product(factors[0]!, factors[1]!));

/** y = (x · x) · ((w · w) · w): b stands between what depends on w alone. */
const kernels = [multiplied(a, w, w), multiplied(b, x, x), multiplied(c, a, w), multiplied(y, b, c)];

describe("hoisting", () => {
  test("moves what follows from parameters before the rest, in the same order", () => {
    const { kernels: order, prologueLength } = hoisting.run(stateOf(kernels, { liveOut: [y] }));
    expect(labelsOf(order)).toEqual(["a from w,w", "c from a,w", "b from x,x", "y from b,c"]);
    expect(prologueLength).toBe(2);
  });

  test("keeps alive only what later kernels read of it", () => {
    const { persistent } = hoisting.run(stateOf(kernels, { liveOut: [y] }));
    expect([...persistent].map(({ name }) => name)).toEqual(["c"]);
  });

  test("keeps alive what the caller reads of it", () => {
    const { persistent } = hoisting.run(stateOf(kernels, { liveOut: [y, a] }));
    expect(new Set([...persistent].map(({ name }) => name))).toEqual(new Set(["a", "c"]));
  });

  test("follows views of what it has moved", () => {
    const view = buffer(5, [4]);
    const state = stateOf([multiplied(a, w, w), multiplied(y, view, x)], {
      liveOut: [y],
      aliases: [[view, a]],
    });
    const { prologueLength, persistent } = hoisting.run(state);
    expect([prologueLength, [...persistent]]).toEqual([1, [a]]);
  });

  test("takes a constant for weight-only work", () => {
    const fill = compute(a, [], () => constantExpr(3));
    const { prologueLength } = hoisting.run(
      stateOf([compute(b, [x]), fill, multiplied(y, a, b)], { liveOut: [y] }),
    );
    expect(prologueLength).toBe(1);
  });

  test("leaves a buffer that is written from the run too, whoever reads it, and what its writers make besides", () => {
    const parts = [multiplied(a, w, w), multiplied(c, a, a), multiplied(a, x, x), multiplied(b, a, w)];
    const { kernels: order, prologueLength } = hoisting.run(stateOf(parts, { liveOut: [b, c] }));
    expect([labelsOf(order), prologueLength]).toEqual([labelsOf(parts), 0]);
  });

  test("changes nothing more when it runs again", () => {
    const once = hoisting.run(stateOf(kernels, { liveOut: [y] }));
    const twice = hoisting.run(once);
    expect([twice.kernels, twice.prologueLength, twice.persistent]).toEqual([
      once.kernels,
      once.prologueLength,
      once.persistent,
    ]);
  });

  test("leaves a program that updates a parameter as it is: a weight would change under the prologue", () => {
    const graph = createGraph();
    const weight = parameter(graph, "weight", [4]);
    update(weight, affine(weight, 2));
    const state = { ...stateOf(kernels, { liveOut: [y] }), program: { graph, outputs: {} } };
    expect(hoisting.run(state)).toEqual(state);
  });
});
