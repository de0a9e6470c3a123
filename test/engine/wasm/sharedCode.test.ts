import { describe, expect, test } from "vitest";
import { emitProgram } from "../../../src/engine/backends/wasm/emit.ts";
import { structureOf } from "../../../src/engine/backends/wasm/structure.ts";
import {
  type Expr,
  type Nest,
  constantExpr,
  elementwise,
  load,
  plus,
  times,
  whole,
} from "../../../src/engine/kernels/index.ts";
import { bufferHere, runKernels } from "./runHere.ts";

const [a, b, c] = [bufferHere([8]), bufferHere([8]), bufferHere([8])];

/** from + value, to `to`. */
const shifted = (from: typeof a, to: typeof a, value: number, label = "shift"): Nest =>
  elementwise(label, to, [from], (x) => plus(x, constantExpr(value)));

/** Bytes of the code of kernels at made-up addresses. */
const codeOf = (kernels: readonly Nest[]): number =>
  emitProgram(kernels, { arithmetic: "exact", addressOf: ({ id }) => 65_536 * (id + 1) }).bytes.length;

describe("kernels that differ in their buffers alone", () => {
  test("share their code and do their own work", () => {
    const given = new Map([[a, [1, 2, 3, 4, 5, 6, 7, 8]]]);
    const { read, tasks } = runKernels([shifted(a, b, 1), shifted(b, c, 1)], given);
    expect([...read(b)]).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...read(c)]).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(tasks).toEqual([1, 1]);
  });

  test("cost a call each, whatever they are called", () => {
    const chain = (length: number): readonly Nest[] =>
      Array.from({ length }, (_, i) => shifted([a, b, c][i % 3] ?? a, [b, c, a][i % 3] ?? b, 1, `step ${i}`));
    const one = codeOf(chain(1));
    expect(codeOf(chain(200)) - codeOf(chain(100))).toBeLessThan(0.4 * one * 100);
  });
});

describe("code is not shared where kernels differ", () => {
  const known = structureOf(shifted(a, b, 1)).key;
  const shared: Expr = load(whole(a));
  const square = (value: Expr): Nest => ({ ...shifted(a, b, 1), writes: [{ access: whole(b), value }] });
  test.each<[string, Nest, Nest]>([
    ["in a constant", shifted(a, b, 1), shifted(a, b, 2)],
    ["in the sign of a zero", shifted(a, b, 0), shifted(a, b, -0)],
    ["in a shape", shifted(a, b, 1), shifted(bufferHere([12]), bufferHere([12]), 1)],
    ["in a type", shifted(a, b, 1), shifted(bufferHere([8], { dtype: "u8" }), b, 1)],
    ["in where they write over what they read", shifted(a, b, 1), shifted(a, a, 1)],
    ["in what is computed once", square(times(shared, shared)), square(times(shared, load(whole(a))))],
  ])("%s", (_, one, other) => {
    expect(structureOf(one).key).not.toBe(structureOf(other).key);
  });

  test("but it is where their names and the numbers of their buffers do", () => {
    expect(structureOf(shifted(c, a, 1, "another name")).key).toBe(known);
    expect(structureOf(shifted(c, a, 1)).buffers.map(({ id }) => id)).toEqual([a.id, c.id]);
  });
});
