import { describe, expect, test } from "vitest";
import { add, createGraph, input, maxPool2d, parameter, relu, update } from "../../../src/engine/index.ts";
import { apply, applyOne, defineOp } from "../../../src/engine/graph/index.ts";
import { expectFault } from "../ops/holds.ts";

/** The sum and the difference of two arrays of one shape: an op of two outputs. */
const bothOp = defineOp<null, 2, 2>({
  name: "both",
  infer: ([a, b]) => [a, { ...b, dtype: "u8" }],
  reference: ({ inputs: [a, b] }) => [
    a.data.map((x, i) => x + (b.data[i] ?? 0)),
    a.data.map((x, i) => x - (b.data[i] ?? 0)),
  ],
  lower: () => [],
});

describe("a graph's values", () => {
  test("are numbered in order of creation and know their graph", () => {
    const graph = createGraph();
    const [x, w] = [input(graph, "x", [2, 3]), parameter(graph, "w", [3])];
    const y = add(x, w);
    expect(graph.values).toEqual([x, w, y]);
    expect(graph.values.map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(graph.values.every((value) => value.graph === graph)).toBe(true);
  });

  test("say who gives them: the caller, the session or an op", () => {
    const graph = createGraph();
    const [x, w] = [input(graph, "x", [2]), parameter(graph, "w", [2])];
    expect([x, w, add(x, w)].map(({ role }) => role)).toEqual(["input", "parameter", "result"]);
  });

  test("hold float32 numbers and the shape they were declared with", () => {
    const x = input(createGraph(), "x", [2, 0, 3]);
    expect([x.shape, x.dtype, x.producer]).toEqual([[2, 0, 3], "f32", undefined]);
  });

  test("may have no axes: one number", () => {
    expect(relu(input(createGraph(), "x", [])).shape).toEqual([]);
  });

  test.each(["input", "parameter"] as const)("refuse a second %s of one name", (role) => {
    const graph = createGraph();
    input(graph, "x", [2]);
    const again = role === "input" ? input : parameter;
    expectFault(() => again(graph, "x", [3]), `${role} x`, "a name", '"x"');
  });

  test("may have a name again in another graph", () => {
    const [first, second] = [input(createGraph(), "x", [1]), input(createGraph(), "x", [2])];
    expect(first.graph).not.toBe(second.graph);
  });

  test("may be named as an op is: results have names for people only", () => {
    const graph = createGraph();
    const y = relu(input(graph, "x", [1]));
    expect(y.name).toBe("relu");
    expect(parameter(graph, "relu", [1]).name).toBe("relu");
  });
});

describe("a node", () => {
  test("keeps the very values that it reads and computes", () => {
    const graph = createGraph();
    const [a, b] = [input(graph, "a", [2]), input(graph, "b", [2])];
    const y = add(a, b);
    const [node] = graph.nodes;
    expect(y.producer).toBe(node);
    expect(node?.inputs[0]).toBe(a);
    expect(node?.inputs[1]).toBe(b);
    expect(node?.outputs[0]).toBe(y);
  });

  test("is made anew by every application, of the same op too", () => {
    const graph = createGraph();
    const x = input(graph, "x", [2]);
    const [first, second] = [relu(x), relu(x)];
    expect(first).not.toBe(second);
    expect(first.producer?.op).toBe(second.producer?.op);
    expect(graph.nodes).toEqual([first.producer, second.producer]);
  });

  test("stands behind the nodes that it reads from", () => {
    const graph = createGraph();
    const x = input(graph, "x", [2]);
    const y = relu(add(relu(x), x));
    expect(graph.nodes.map(({ op }) => op.name)).toEqual(["relu", "add", "relu"]);
    expect(graph.nodes.at(-1)?.outputs[0]).toBe(y);
  });

  test("gives each output the type that its op infers", () => {
    const graph = createGraph();
    const [a, b] = [input(graph, "a", [4]), input(graph, "b", [4])];
    const [sum, difference] = apply(bothOp, [a, b], null);
    expect([sum.dtype, difference.dtype]).toEqual(["f32", "u8"]);
    expect(sum.producer).toBe(difference.producer);
    expect(sum.producer?.outputs).toEqual([sum, difference]);
  });

  test("may read one value twice", () => {
    const x = input(createGraph(), "x", [2]);
    expect(add(x, x).producer?.inputs).toEqual([x, x]);
  });

  test("keeps the op's settings as plain data", () => {
    const x = input(createGraph(), "x", [1, 4, 6, 2]);
    const { attributes } = maxPool2d(x, { poolSize: [2, 3] }).producer!;
    expect(attributes).toMatchObject({ poolSize: [2, 3], strides: [2, 3], outHeight: 2, outWidth: 2 });
    expect(structuredClone(attributes)).toEqual(attributes);
  });
});

describe("applying an op", () => {
  test("refuses a value of another graph and leaves both graphs as they are", () => {
    const [here, there] = [input(createGraph(), "a", [2]), input(createGraph(), "b", [2])];
    expectFault(() => add(here, there), "add", "one graph", "two graphs");
    expect([here.graph.nodes, there.graph.nodes]).toEqual([[], []]);
    expect([here.graph.values.length, there.graph.values.length]).toEqual([1, 1]);
  });

  test("refuses no values at all", () => {
    const noneOp = defineOp<null, 0>({
      name: "none",
      infer: () => [{ shape: [], dtype: "f32" }],
      reference: () => [new Float64Array(1)],
      lower: () => [],
    });
    expectFault(() => applyOne(noneOp, [], null), "none", "one graph", "no input");
  });

  test("adds nothing where the shape rule refuses", () => {
    const graph = createGraph();
    const [a, b] = [input(graph, "a", [2]), input(graph, "b", [3])];
    expectFault(() => add(a, b), "add", "[2] and [3]");
    expect(graph.nodes).toEqual([]);
    expect(graph.values).toEqual([a, b]);
  });
});

describe("an update", () => {
  test("is kept in the order in which it was declared", () => {
    const graph = createGraph();
    const [a, b] = [parameter(graph, "a", [2]), parameter(graph, "b", [2])];
    update(b, a);
    update(a, relu(b));
    expect(graph.updates.map(({ target, value }) => [target.name, value.name])).toEqual([
      ["b", "a"],
      ["a", "relu"],
    ]);
  });

  const graph = createGraph();
  const [x, w] = [input(graph, "x", [2]), parameter(graph, "w", [2])];
  const y = relu(w);
  update(parameter(graph, "done", [2]), y);

  test.each<[string, () => void, string, string, string]>([
    ["of an input", () => update(x, y), "x", "a parameter", "role input"],
    ["of a result", () => update(y, x), "relu", "a parameter", "role result"],
    ["of another shape", () => update(w, input(graph, "z", [1, 2])), "w", "shape [2]", "[1, 2]"],
    [
      "by a value of another graph",
      () => update(w, input(createGraph(), "x", [2])),
      "w",
      "the parameter's graph",
      "one of another graph",
    ],
    [
      "of a parameter that has one",
      () => graph.updates[0] && update(graph.updates[0].target, x),
      "done",
      "one update of each parameter",
      "a second",
    ],
  ])("%s is refused and not kept", (_, act, ...[target, expected, received]) => {
    expectFault(act, `update ${target}`, expected, received);
    expect(graph.updates.map(({ target: { name } }) => name)).toEqual(["done"]);
  });
});

describe("a shape", () => {
  const bad: readonly (readonly number[])[] = [[-1], [2, 1.5], [Number.NaN], [3, Infinity]];

  test.each(bad.map((shape) => [shape]))("of extents %j is refused for inputs and parameters", (shape) => {
    const graph = createGraph();
    const shown = `received [${shape.join(", ")}]`;
    expectFault(() => input(graph, "x", shape), "input x", "whole numbers from 0", shown);
    expectFault(() => parameter(graph, "w", shape), "parameter w", "whole numbers from 0", shown);
    expect(graph.values).toEqual([]);
  });

  test.each(bad.map((shape) => [shape]))("of extents %j is refused as what an op infers", (shape) => {
    const oddOp = defineOp<null, 1, 2>({
      name: "odd",
      infer: ([x]) => [x, { shape, dtype: "f32" }],
      reference: ({ inputs: [x] }) => [x.data, x.data],
      lower: () => [],
    });
    const x = input(createGraph(), "x", [2]);
    expectFault(() => apply(oddOp, [x], null), "odd", "whole numbers from 0", `[${shape.join(", ")}]`);
    expect(x.graph.values).toEqual([x]);
  });
});
