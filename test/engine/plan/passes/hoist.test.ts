import { describe, expect, test } from "vitest";
import { affine, createGraph, parameter, update } from "../../../../src/engine/index.ts";
import { type Buffer, type Nest, constantExpr, times } from "../../../../src/engine/kernels/index.ts";
import { bufferTable } from "../../../../src/engine/plan/bufferTable.ts";
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

  describe("in a program that updates a parameter", () => {
    const graph = createGraph();
    const weight = parameter(graph, "weight", [4]);
    const frozen = parameter(graph, "frozen", [4]);
    const next = affine(frozen, 2);
    update(weight, next);
    const { of } = bufferTable(graph);
    const updating = (work: readonly Nest[], inPlace: readonly (readonly [Buffer, Buffer])[] = []) =>
      hoisting.run({
        ...stateOf(work, { liveOut: [y] }),
        program: { graph, outputs: {} },
        buffers: { of, temporary: () => a },
        inPlace: new Map(inPlace),
      });

    test("moves what follows from the others alone", () => {
      const { kernels: order, prologueLength } = updating([
        multiplied(a, of(weight), x),
        multiplied(b, of(frozen), of(frozen)),
        multiplied(y, a, b),
      ]);
      expect(labelsOf(order).slice(0, prologueLength)).toEqual(["b from frozen,frozen"]);
    });

    test("leaves what reads it, and what follows from that", () => {
      const work = [multiplied(a, of(weight), of(frozen)), multiplied(y, a, a)];
      expect(updating(work).prologueLength).toBe(0);
    });

    test("leaves what writes its new value, though that follows from the others", () => {
      const old = multiplied(b, of(weight), x);
      const copied = [old, multiplied(of(weight), of(frozen), of(frozen)), multiplied(y, b, b)];
      expect(updating(copied)).toMatchObject({ kernels: copied, prologueLength: 0 });
      const inPlace = [old, multiplied(of(next), of(frozen), of(frozen)), multiplied(y, b, b)];
      expect(updating(inPlace, [[of(next), of(weight)]])).toMatchObject({
        kernels: inPlace,
        prologueLength: 0,
      });
    });
  });
});
