import { describe, expect, test } from "vitest";
import {
  type Value,
  add,
  argmax,
  createGraph,
  differentiate,
  dropout,
  equal,
  runReference,
  exp,
  matmul,
  multiply,
  oneHot,
  parameter,
  reduceSum,
  relu,
  softmaxCrossEntropy,
  subtract,
  tanh,
} from "../../../src/engine/index.ts";
import { applyOne, defineOp } from "../../../src/engine/graph/index.ts";
import { expectFault, expectGradients, expectSlopes, inputs } from "../ops/holds.ts";

describe("a value that is used twice", () => {
  test("gets the sum of both gradients", () => {
    // y = x² + 3x: dy/dx = 2x + 3.
    expectGradients(
      { x: [[3], [-2, 0, 5]], three: [[], [3]] },
      ({ x, three }) => add(multiply(x, x), multiply(three, x)),
      { x: [-1, 3, 13] },
    );
  });

  test("gets it through chains of different lengths", () => {
    // y = exp(x) · x: dy/dx = exp(x)·(x + 1).
    expectGradients({ x: [[2], [0, 1]] }, ({ x }) => multiply(exp(x), x), { x: [1, 2 * Math.E] });
  });

  test("may be both inputs of one product", () => {
    expectSlopes((b) => {
      const x = b.differentiable("x", [3, 3]);
      return matmul(tanh(x), x);
    });
  });

  test("gets nothing where its uses cancel", () => {
    expectGradients({ x: [[2], [1, 2]] }, ({ x }) => subtract(x, x), { x: [0, 0] });
  });
});

describe("a value that the loss does not depend on", () => {
  test("has no gradient", () => {
    const [x, y] = inputs([2], [2]) as [Value, Value];
    expect(differentiate(reduceSum(relu(x)), [x, y]).map((dx) => dx?.shape)).toEqual([[2], undefined]);
  });

  test("has none where only a side branch reads it", () => {
    const [x, side] = inputs([2], [2]) as [Value, Value];
    exp(multiply(x, side));
    const [dx, dside] = differentiate(reduceSum(x), [x, side]);
    expect([dx?.shape, dside]).toEqual([[2], undefined]);
  });

  test("has none behind an op that no gradient flows through", () => {
    const [x, labels, seed] = inputs([2, 3], [2], []) as [Value, Value, Value];
    for (const blocked of [argmax(x), oneHot(labels, 2), equal(x, x)]) {
      expect(differentiate(reduceSum(blocked), [x, labels])).toEqual([undefined, undefined]);
    }
    const loss = softmaxCrossEntropy(dropout(x, seed, { rate: 0.5 }), labels);
    const [dx, dlabels, dseed] = differentiate(reduceSum(loss), [x, labels, seed]);
    expect([dx?.shape, dlabels, dseed]).toEqual([[2, 3], undefined, undefined]);
  });

  test("costs no nodes: only paths to wanted values are differentiated", () => {
    const added = (depth: number): readonly string[] => {
      const [x, w] = inputs([2], [2]) as [Value, Value];
      const deep = Array.from({ length: depth }).reduce<Value>((y) => exp(y), x);
      const loss = reduceSum(multiply(deep, w));
      const before = loss.graph.nodes.length;
      differentiate(loss, [w]);
      return loss.graph.nodes.slice(before).map(({ op }) => op.name);
    };
    expect(added(3)).not.toContain("expGradient");
    expect(added(3)).toEqual(added(1));
  });
});

describe("differentiate", () => {
  test("gives gradients in the order in which they are wanted, each of its value's shape", () => {
    const [a, b] = inputs([4, 2], [2, 3]) as [Value, Value];
    const loss = reduceSum(matmul(a, b));
    expect(differentiate(loss, [b, a, b]).map((found) => found?.shape)).toEqual([
      [2, 3],
      [4, 2],
      [2, 3],
    ]);
  });

  test("gives 1 for the loss itself", () => {
    const [x] = inputs([1, 1]) as [Value];
    const [dx] = differentiate(x, [x]);
    expect(runReference({ graph: x.graph, outputs: { dx: dx! } }, { x0: [7] }).outputs["dx"]).toEqual(
      Float64Array.of(1),
    );
  });

  test("gives gradients of values inside the graph", () => {
    const graph = createGraph();
    const w = parameter(graph, "w", [2]);
    const inner = multiply(w, w);
    const [dinner] = differentiate(reduceSum(multiply(inner, inner)), [inner]);
    const { outputs } = runReference({ graph, outputs: { dinner: dinner! } }, { w: [2, 3] });
    expect([...outputs["dinner"]!]).toEqual([8, 18]);
  });

  test("can be applied to a gradient", () => {
    // y = x³: y'' = 6x.
    const [x] = inputs([2]) as [Value];
    const [slope] = differentiate(reduceSum(multiply(x, multiply(x, x))), [x]);
    const [bend] = differentiate(reduceSum(slope!), [x]);
    const { outputs } = runReference({ graph: x.graph, outputs: { bend: bend! } }, { x0: [2, -1] });
    expect([...outputs["bend"]!]).toEqual([12, -6]);
  });

  test("leaves what the graph held before as it was", () => {
    const [x] = inputs([2]) as [Value];
    const loss = reduceSum(exp(x));
    const nodes = [...loss.graph.nodes];
    differentiate(loss, [x]);
    expect(loss.graph.nodes.slice(0, nodes.length)).toEqual(nodes);
  });

  test("refuses a loss of several numbers", () => {
    const [x] = inputs([2, 3]) as [Value];
    expectFault(() => differentiate(x, [x]), "differentiate: loss", "one number", "[2, 3]", "reduce it");
  });

  test("refuses an op without a gradient, by its name", () => {
    const stepOp = defineOp<null, 1>({
      name: "step",
      infer: ([x]) => [x],
      reference: ({ inputs: [x] }) => [x.data.map(Math.sign)],
      lower: () => [],
    });
    const [x, w] = inputs([2], [2]) as [Value, Value];
    const step = applyOne(stepOp, [x], null);
    expectFault(() => differentiate(reduceSum(step), [x]), "step", "a gradient", "without");
    // Not asked for anything behind it, it does not matter.
    expect(differentiate(reduceSum(multiply(step, w)), [w])[0]?.shape).toEqual([2]);
  });
});
