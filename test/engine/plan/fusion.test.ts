import { describe, expect, test } from "vitest";
import type { Expr } from "../../../src/engine/kernels/index.ts";
import {
  type Program,
  type Value,
  add,
  affine,
  createGraph,
  input,
  log,
  maxPool2d,
  maximum,
  multiply,
  oneHot,
  parameter,
  reduceMax,
  reduceSum,
  slice,
  subtract,
  transpose,
  upsampleBilinear2d,
} from "../../../src/engine/index.ts";
import { around, elementwiseChain, nestsIn } from "./programs.ts";

/** An expression as a formula: loads by their buffers' names. */
function formula(expr: Expr): string {
  switch (expr.kind) {
    case "load":
      return expr.access.buffer.name;
    case "constant":
      return `${expr.value}`;
    case "unary":
      return `${expr.name}(${formula(expr.x)})`;
    case "binary":
      return `${expr.name}(${formula(expr.a)}, ${formula(expr.b)})`;
    case "multiplyAdd":
      return `multiplyAdd(${formula(expr.a)}, ${formula(expr.b)}, ${formula(expr.c)})`;
    case "select":
      return `${formula(expr.condition)} ? ${formula(expr.yes)} : ${formula(expr.no)}`;
    case "reduction":
      return `Σ${expr.reduction}`;
    case "index":
    case "uniform":
    case "argmax":
      return expr.kind;
    default:
      return expr satisfies never;
  }
}

/** What the nests of a program compute before loop fusion, and after it with the stores that nobody reads. */
function fused(program: Program) {
  const [unfused, done] = around(program, "loop fusion");
  return { before: nestsIn(unfused.kernels), after: nestsIn(done.kernels) };
}

describe("the two worked examples of loop fusion", () => {
  test("1: a chain of elementwise ops becomes one nest that writes the last result alone", () => {
    const { before, after } = fused(elementwiseChain());
    expect(before.map(({ label }) => label)).toEqual(["add", "relu", "multiply"]);
    expect(after).toHaveLength(1);
    const [nest] = after;
    expect(nest!.axes).toEqual([6, 5]);
    expect(nest!.writes.map(({ access, value }) => [access.buffer.name, formula(value)])).toEqual([
      ["multiply", "multiply(maximum(add(x, b), 0), s)"],
    ]);
  });

  test("2: the chain of batch norm's gradient becomes the term of its sum", () => {
    const graph = createGraph();
    const [dz, m, x] = ["dz", "m", "x"].map((name) => input(graph, name, [10, 4])) as [Value, Value, Value];
    const [mean, r] = [input(graph, "mean", [4]), input(graph, "r", [4])];
    const dy = multiply(dz, m);
    const dgamma = reduceSum(multiply(dy, multiply(subtract(x, mean), r)), { axes: [0] });
    const { before, after } = fused({ graph, outputs: { dgamma } });
    expect(before).toHaveLength(5);
    expect(after).toHaveLength(1);
    const [nest] = after;
    expect([nest!.axes, nest!.reduce]).toEqual([[1, 1, 4], [10]]);
    expect(nest!.reductions.map(({ combine, term }) => [combine, formula(term)])).toEqual([
      ["sum", "multiply(multiply(dz, m), multiply(subtract(x, mean), r))"],
    ]);
    expect(nest!.writes.map(({ value }) => formula(value))).toEqual(["Σ0"]);
  });
});

test("elementwise work on a maximum's result joins the nest that finds it", () => {
  const graph = createGraph();
  const y = affine(maxPool2d(input(graph, "x", [2, 6, 6, 4]), { poolSize: [3, 3] }), 2);
  const { after } = fused({ graph, outputs: { y } });
  expect(after.map(({ writes }) => writes.map(({ value }) => formula(value)))).toEqual([
    expect.arrayContaining(["multiply(2, Σ0)"]),
  ]);
});

/** x [8, 6] and what a program makes of it. */
function program(make: (x: ReturnType<typeof input>) => Program["outputs"]): Program {
  const graph = createGraph();
  return { graph, outputs: make(input(graph, "x", [8, 6])) };
}

describe("loop fusion leaves nests apart", () => {
  const apart: readonly (readonly [string, Program])[] = [
    [
      "where a sum reads what another kernel must find written",
      program((x) => {
        const y = affine(x, 2);
        return { y, sum: reduceSum(y, { axes: [0] }) };
      }),
    ],
    [
      "where one sum reads another's result along its own loop",
      program((x) => ({
        total: reduceSum(multiply(reduceSum(x, { axes: [0], keepDims: true }), x)),
      })),
    ],
    [
      "where the reader takes elements in two orders",
      (() => {
        const graph = createGraph();
        const y = affine(input(graph, "x", [6, 6]), 2);
        return { graph, outputs: { sum: add(y, transpose(y)) } };
      })(),
    ],
    [
      "where the reader repeats elements, so that work would be done again",
      program((x) => ({
        spread: multiply(x, affine(parameter(x.graph, "row", [6]), 2)),
      })),
    ],
    [
      "where the array is written part by part, and the reader takes one part",
      (() => {
        const graph = createGraph();
        const y = upsampleBilinear2d(input(graph, "x", [1, 1, 1, 4]), [2, 2]);
        return { graph, outputs: { y: slice(y, [0, 0, 0, 0], y.shape, [1, 2, 2, 1]) } };
      })(),
    ],
    [
      "where a logarithm would be taken of one sum along neighbours at a time",
      program((x) => ({ y: log(reduceSum(x, { axes: [1] })) })),
    ],
    [
      "where more operations would meet than registers hold",
      program((x) => {
        let y = x;
        for (let i = 0; i < 30; i++) y = maximum(affine(y, 1.5, i), x);
        return { y };
      }),
    ],
  ];
  test.each(apart)("%s", (_, one) => {
    expect(fused(one).after.length).toBeGreaterThan(1);
  });
});

test("a reader that walks the producer's axes in another order takes the work along", () => {
  const { after } = fused(program((x) => ({ y: transpose(affine(x, 2)) })));
  expect(after.map(({ writes }) => formula(writes[0]!.value))).toEqual(["multiply(2, x)"]);
});

test("work moves down no further than to the first reader", () => {
  const { after } = fused(
    program((x) => {
      const y = affine(x, 2);
      const a = reduceMax(y, { axes: [1], keepDims: true });
      return { a, b: subtract(y, a) };
    }),
  );
  expect(after.map(({ label }) => label)).toEqual([
    expect.stringContaining("affine"),
    expect.stringContaining("reduceMax"),
    expect.stringContaining("subtract"),
  ]);
});

test("an index in an expression follows the loops of the nest it moves to", () => {
  const graph = createGraph();
  const hot = oneHot(input(graph, "labels", [8]), 6);
  const { after } = fused({ graph, outputs: { sum: reduceSum(hot, { axes: [0] }) } });
  expect(after).toHaveLength(1);
});
