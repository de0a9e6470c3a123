import { describe, expect, test } from "vitest";
import {
  type Buffer,
  type Expr,
  type Nest,
  abs,
  constantExpr,
  expExpr,
  load,
  maximumExpr,
  nest,
  over,
  plus,
  reduction,
  times,
  whole,
} from "../../../../src/engine/kernels/index.ts";
import { rematerialization } from "../../../../src/engine/plan/passes/rematerialize.ts";
import { runNest, separateMemory } from "../../interpret/nest.ts";
import { buffer, columnSums, compute, labelsOf, stateOf } from "../hand.ts";

const shape = [6, 4];
const x = buffer(0, shape, { role: "input", name: "x" });
const m = buffer(1, shape, { role: "input", name: "m" });
const y = buffer(2, shape, { name: "y" });
const s = buffer(3, [4], { name: "s" });
const t = buffer(4, [4], { name: "t" });

/** y = value(x, m), read by two sums. */
const readTwice = (value: (x: Expr, m: Expr) => Expr): readonly Nest[] => [
  compute(y, [x, m], (a, b) => value(a, b)),
  columnSums(s, y),
  columnSums(t, y, (term) => times(term, term)),
];

const after = (kernels: readonly Nest[], liveOut: readonly Buffer[] = [s, t]): readonly Nest[] =>
  (rematerialization.run(stateOf(kernels, { liveOut })).kernels ?? []) as readonly Nest[];

/** What kernels leave in s and t. */
function sums(kernels: readonly Nest[]): readonly Float64Array[] {
  const memory = separateMemory();
  memory.set(
    x,
    Float64Array.from({ length: 24 }, (_, i) => i - 11),
  );
  memory.set(
    m,
    Float64Array.from({ length: 24 }, (_, i) => (i % 3) - 1),
  );
  for (const kernel of kernels) runNest(kernel, memory);
  return [Float64Array.from(memory(s)), Float64Array.from(memory(t))];
}

const masked = (a: Expr, b: Expr): Expr => maximumExpr(times(a, b), constantExpr(0));
const chain = (length: number) => (a: Expr, b: Expr) => {
  let value = plus(a, b);
  for (let i = 1; i < length; i++) value = plus(value, a);
  return value;
};

describe("rematerialisation computes again", () => {
  test("a cheap result in both sums that read it, and does not write it any more", () => {
    const kernels = readTwice(masked);
    const changed = after(kernels);
    expect(labelsOf(changed)).toEqual([kernels[1]!.label, kernels[2]!.label]);
    expect(sums(changed)).toEqual(sums(kernels));
    // Column 0 of x is -11, -7, -3, 1, 5, 9 and of m -1, 0, 1, -1, 0, 1: products above zero are 11 and 9.
    expect(sums(changed)[0]?.[0]).toBe(20);
  });

  test("up to twelve operations", () => {
    expect(after(readTwice(chain(12)))).toHaveLength(2);
    expect(after(readTwice(chain(13)))).toHaveLength(3);
  });

  test("negations and absolute values", () => {
    expect(after(readTwice((a) => abs(a)))).toHaveLength(2);
  });

  test("in the order in which the reader takes the elements", () => {
    const turned = buffer(7, [4, 6]);
    const reader = nest({
      label: "turned",
      axes: [4, 6],
      writes: [{ access: whole(turned), value: load({ buffer: y, offset: 0, strides: [1, 4] }) }],
    });
    const changed = after([compute(y, [x, m], (a, b) => masked(a, b)), reader], [turned]);
    expect(labelsOf(changed)).toEqual(["turned"]);
    expect(changed[0]?.writes[0]?.value).toEqual(
      masked(
        load({ buffer: x, offset: 0, strides: [1, 4] }),
        load({ buffer: m, offset: 0, strides: [1, 4] }),
      ),
    );
  });

  test("what it marks as repetitive, so that equal parts are found", () => {
    const { kernels, repetitive } = rematerialization.run(stateOf(readTwice(masked), { liveOut: [s, t] }));
    expect(new Set(kernels)).toEqual(repetitive);
  });

  test("an array that a nest could read instead, from others that it reads anyway", () => {
    // y is asked for, so it stays; its reader takes x, which it needs anyway, and saves reading y.
    const kernels = [
      compute(y, [x], (a) => maximumExpr(a, constantExpr(0))),
      nest({
        label: "both",
        axes: [4],
        reduce: [6],
        reductions: [
          {
            combine: "sum",
            initial: 0,
            term: times(
              load({ buffer: x, offset: 0, strides: [1, 4] }),
              load({ buffer: y, offset: 0, strides: [1, 4] }),
            ),
          },
        ],
        writes: [{ access: whole(s, 1), value: reduction(0) }],
      }),
    ];
    const changed = after(kernels, [y, s]);
    expect(changed).toHaveLength(2);
    const loads = JSON.stringify(changed[1]);
    expect(loads).toContain('"name":"x"');
    expect(loads).not.toContain('"name":"y"');
    expect(sums(changed)[0]).toEqual(sums(kernels)[0]);
  });
});

describe("rematerialisation reads from memory", () => {
  const kept = (name: string, kernels: readonly Nest[], liveOut: readonly Buffer[] = [s, t]) =>
    [name, kernels, liveOut] as const;
  const small = buffer(5, shape, { name: "small", dtype: "u8" });
  const part = buffer(6, [12, 4], { name: "part" });
  test.each([
    kept(
      "quotients",
      readTwice((a, b) => over(a, b)),
    ),
    kept(
      "exponentials",
      readTwice((a) => expExpr(a)),
    ),
    kept("what is returned", readTwice(masked), [y, s, t]),
    kept(
      "draws",
      readTwice((a) =>
        plus(a, { kind: "uniform", seed: constantExpr(1), salt: 0, index: { offset: 0, strides: [4, 1] } }),
      ),
    ),
    kept(
      "positions",
      readTwice((a) => plus(a, { kind: "index", index: { offset: 0, strides: [4, 1] } })),
    ),
    kept("small whole numbers", [compute(small, [x]), columnSums(s, small), columnSums(t, small)]),
    kept("part of an array", [
      nest({
        label: "upper half",
        axes: shape,
        writes: [{ access: { buffer: part, offset: 0, strides: [4, 1] }, value: load(whole(x)) }],
      }),
      columnSums(s, part),
      columnSums(t, part),
    ]),
    kept(
      "what a nest reads more than once through",
      [
        compute(y, [x]),
        nest({
          label: "twice",
          axes: [2, 4],
          reduce: [6],
          reductions: [
            { combine: "sum", initial: 0, term: load({ buffer: y, offset: 0, strides: [0, 1, 4] }) },
          ],
          writes: [{ access: whole(buffer(8, [2, 4]), 1), value: reduction(0) }],
        }),
      ],
      [buffer(8, [2, 4])],
    ),
    kept("sums", [columnSums(s, x), compute(t, [s], (a) => plus(a, constantExpr(1)))], [t]),
  ])("%s", (_, kernels, liveOut) => {
    expect(after(kernels, liveOut)).toEqual(kernels);
  });

  test("nothing more when it runs again", () => {
    const state = stateOf(readTwice(masked), { liveOut: [s, t] });
    const once = rematerialization.run(state);
    expect(rematerialization.run(once).kernels).toEqual(once.kernels);
  });
});
