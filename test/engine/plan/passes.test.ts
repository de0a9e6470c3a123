import { describe, expect, test } from "vitest";
import type { Expr, Kernel } from "../../../src/engine/kernels/index.ts";
import { visitExpr } from "../../../src/engine/kernels/index.ts";
import {
  type Program,
  add,
  affine,
  clip,
  conv2d,
  conv2dTranspose,
  createGraph,
  differentiate,
  input,
  matmul,
  maxPool2d,
  multiply,
  parameter,
  reduceSum,
  relu,
  reshape,
  subtract,
  update,
} from "../../../src/engine/index.ts";
import { buffersOf, expressionsOf, planProgram } from "../../../src/engine/plan/index.ts";
import { commonSubexpressions } from "../../../src/engine/plan/passes/commonSubexpressions.ts";
import { around, nestsIn, trainingStep } from "./programs.ts";

const labels = (kernels: readonly Kernel[] | undefined): string[] =>
  (kernels ?? []).map(({ label }) => label);

/** Distinct expression objects of kernels, of all kinds or one. */
function parts(kernels: readonly Kernel[] | undefined): Expr[] {
  const seen = new Set<Expr>();
  for (const nest of nestsIn(kernels))
    for (const expr of expressionsOf(nest)) visitExpr(expr, () => undefined, seen);
  return [...seen];
}

/** y = (x ∘ w - mean) · scale + beta, with all but x parameters. */
function normalised(): Program {
  const graph = createGraph();
  const x = input(graph, "x", [2, 8, 8, 4]);
  const w = parameter(graph, "w", [3, 3, 4, 8]);
  const vector = (name: string) => parameter(graph, name, [8]);
  const centred = subtract(conv2d(x, w), vector("mean"));
  return { graph, outputs: { y: add(multiply(centred, vector("scale")), vector("beta")) } };
}

describe("constant folding", () => {
  test("works a scale and shift of channels into filters and a bias", () => {
    const [given, folded] = around(normalised(), "constant folding");
    const names = (program: Program) => program.graph.nodes.map(({ op }) => op.name);
    expect(names(given.program)).toEqual(["conv2d", "subtract", "multiply", "add"]);
    expect(names(folded.program).slice(-2)).toEqual(["conv2d", "add"]);
    expect(names(folded.program)).not.toContain("subtract");
  });

  test.each(["w", "scale"])("leaves apart what an update of %s changes", (name) => {
    const program = normalised();
    const updated = program.graph.values.find((value) => value.name === name)!;
    update(updated, affine(updated, 0.5));
    const [given, folded] = around(program, "constant folding");
    expect(folded.program).toBe(given.program);
  });

  test("folds in a program that updates another parameter, and keeps the update", () => {
    const program = normalised();
    const steps = parameter(program.graph, "steps", []);
    update(steps, affine(steps, 1, 1));
    const [, folded] = around(program, "constant folding");
    const { nodes, updates } = folded.program.graph;
    expect(nodes.map(({ op }) => op.name)).not.toContain("subtract");
    expect(updates.map(({ target, value }) => [target.name, value.producer?.op.name])).toEqual([
      ["steps", "affine"],
    ]);
  });
});

describe("lowering", () => {
  test("gives reshaped values the storage of what they are made from", () => {
    const graph = createGraph();
    const x = input(graph, "x", [4, 6]);
    const flat = reshape(reshape(x, [2, 12]), [24]);
    const [, { buffers, storageOf }] = around({ graph, outputs: { flat } }, "lowering");
    expect(storageOf(buffers.of(flat))).toBe(buffers.of(x));
  });

  test("leaves out nodes that no output or update needs", () => {
    const graph = createGraph();
    const x = input(graph, "x", [4]);
    affine(x, 3);
    const [, { lowered }] = around({ graph, outputs: { y: affine(x, 2) } }, "lowering");
    expect(lowered).toHaveLength(1);
  });
});

/** The epilogue of the first convolution or product. */
function epilogueOf(program: Program): readonly string[] {
  const [, { lowered = [] }] = around(program, "epilogue fusion");
  for (const op of lowered.flatMap(({ ops }) => ops))
    if (op.kind === "convolution" || op.kind === "matrix" || op.kind === "depthwise")
      return Object.keys(op.epilogue);
  return [];
}

describe("epilogue fusion", () => {
  const convolved = (make: (y: ReturnType<typeof conv2d>) => Program["outputs"], groups = 1): Program => {
    const graph = createGraph();
    const x = input(graph, "x", [2, 8, 8, 4]);
    const y = conv2d(x, parameter(graph, "w", [3, 3, 4 / groups, 4]), { padding: "same", groups });
    return { graph, outputs: make(y) };
  };
  const bias = (y: ReturnType<typeof conv2d>) => parameter(y.graph, "bias", [4]);

  test("takes bias, 2x2 pooling and relu into a convolution", () => {
    const program = convolved((y) => ({ y: relu(maxPool2d(add(y, bias(y)))) }));
    expect(epilogueOf(program)).toEqual(["bias", "pool", "relu"]);
  });

  test("takes bias and relu into a product", () => {
    const graph = createGraph();
    const y = matmul(input(graph, "x", [4, 6]), parameter(graph, "w", [6, 4]));
    expect(epilogueOf({ graph, outputs: { y: relu(add(y, parameter(graph, "b", [4]))) } })).toEqual([
      "bias",
      "relu",
    ]);
  });

  test("takes bias and relu into a transposed convolution, and leaves a pooling behind it", () => {
    const graph = createGraph();
    const y = conv2dTranspose(input(graph, "x", [2, 4, 4, 4]), parameter(graph, "w", [3, 3, 4, 4]));
    const biased = add(y, parameter(graph, "bias", [4]));
    expect(epilogueOf({ graph, outputs: { y: relu(biased) } })).toEqual(["bias", "relu"]);
    expect(epilogueOf({ graph, outputs: { y: maxPool2d(biased) } })).toEqual(["bias"]);
  });

  test("takes bias and clipping into a depthwise convolution", () => {
    expect(epilogueOf(convolved((y) => ({ y: clip(add(y, bias(y)), 0, 6) }), 4))).toEqual([
      "bias",
      "min",
      "max",
    ]);
    expect(epilogueOf(convolved((y) => ({ y: relu(y) }), 4))).toEqual(["min"]);
  });

  test.each<[string, Program]>([
    ["what another output wants", convolved((y) => ({ y, r: relu(y) }))],
    ["a bias that is not one number a channel", convolved((y) => ({ y: add(y, input(y.graph, "b", [1])) }))],
    ["pooling of other windows", convolved((y) => ({ y: maxPool2d(y, { poolSize: [3, 3] }) }))],
    ["a bias that is computed later", convolved((y) => ({ y: add(y, affine(input(y.graph, "b", [4]), 2)) }))],
  ])("leaves apart %s", (_, program) => {
    expect(epilogueOf(program)).toEqual([]);
  });

  test("lets the filter gradient scatter a pooling's gradient that nobody else reads", () => {
    const graph = createGraph();
    const w = parameter(graph, "w", [3, 3, 4, 4]);
    const y = maxPool2d(conv2d(input(graph, "x", [2, 8, 8, 4]), w, { padding: "same" }));
    const [dw] = differentiate(reduceSum(y), [w]);
    const [unfused, fused] = around({ graph, outputs: { dw: dw! } }, "epilogue fusion");
    const scatters = (lowered = fused.lowered) =>
      (lowered ?? []).filter(({ node }) => node.op.name === "maxPool2dGradient").length;
    expect([scatters(unfused.lowered), scatters()]).toEqual([1, 0]);
    const ops = (fused.lowered ?? []).flatMap((node) => node.ops);
    expect(ops.filter((op) => op.kind === "convolution" && op.unpool)).toHaveLength(1);
  });
});

test("algorithm selection records what it chose for each convolution and product, and among what", () => {
  const [, { algorithms }] = around(trainingStep(), "algorithm selection");
  expect(algorithms.map(({ workload }) => workload)).toEqual([
    "conv2d 3x3 4x8x8x4 -> 8",
    "conv2d 3x3 filter gradient 4x8x8x4 -> 8",
  ]);
  for (const { algorithm, candidates } of algorithms) {
    const least = candidates.reduce((best, one) => (one.cost < best.cost ? one : best));
    expect(algorithm).toBe(least.algorithm);
  }
});

/** Two sums that read one cheap result. */
function readTwice(): Program {
  const graph = createGraph();
  const [x, m] = [input(graph, "x", [32, 16]), input(graph, "m", [32, 16])];
  const y = maximumOfSum(x, m);
  return {
    graph,
    outputs: { a: reduceSum(y, { axes: [0] }), b: reduceSum(multiply(y, x), { axes: [0] }) },
  };
}
const maximumOfSum = (x: ReturnType<typeof input>, m: ReturnType<typeof input>) => relu(add(x, m));

describe("rematerialisation", () => {
  test("computes a cheap result again in both sums that read it instead of writing it", () => {
    const [before, after] = around(readTwice(), "rematerialisation");
    expect(labels(before.kernels)).toHaveLength(3);
    expect(after.kernels).toHaveLength(2);
    expect(nestsIn(after.kernels).every(({ reduce }) => reduce.length > 0)).toBe(true);
  });

  test("keeps a result that is asked for", () => {
    const program = readTwice();
    const y = program.graph.nodes.find(({ op }) => op.name === "relu")!.outputs[0]!;
    const [, after] = around({ ...program, outputs: { ...program.outputs, y } }, "rematerialisation");
    expect(after.kernels).toHaveLength(3);
  });
});

describe("common subexpression elimination", () => {
  test("leaves one object of what rematerialisation put twice", () => {
    const [before, after] = around(trainingStep({ pooled: false }), "common subexpression elimination");
    expect(before.repetitive.size).toBeGreaterThan(0);
    expect(parts(after.kernels).length).toBeLessThan(parts(before.kernels).length);
    expect(labels(after.kernels)).toEqual(labels(before.kernels));
  });

  const nestOf = (value: Expr) => {
    const graph = createGraph();
    const [, { kernels }] = around(
      { graph, outputs: { y: affine(input(graph, "x", [4]), 2) } },
      "algorithm selection",
    );
    const [nest] = nestsIn(kernels);
    return { ...nest!, writes: [{ ...nest!.writes[0]!, value }] };
  };
  const load = (): Expr => ({
    kind: "load",
    access: {
      buffer: { id: 0, role: "input", name: "x", shape: [4], dtype: "f32" },
      offset: 0,
      strides: [1],
    },
  });
  const constant = (value: number): Expr => ({ kind: "constant", value });
  const binary = (name: "add" | "greater" | "maximum" | "minimum", a: Expr, b: Expr): Expr => ({
    kind: "binary",
    name,
    a,
    b,
  });

  test("tells zero from minus zero", () => {
    const sum = commonSubexpressions(nestOf(binary("add", constant(0), constant(-0)))).writes[0]!.value;
    expect(sum).toEqual(binary("add", constant(0), constant(-0)));
  });

  test.each([
    ["max(v, 0) > 0", binary("greater", binary("maximum", load(), constant(0)), constant(0)), true],
    ["max(v, 1) > 0", binary("greater", binary("maximum", load(), constant(1)), constant(0)), false],
    ["min(v, 6) > 0", binary("greater", binary("minimum", load(), constant(6)), constant(0)), true],
    ["6 > min(v, 6)", binary("greater", constant(6), binary("minimum", load(), constant(6))), true],
    ["6 > max(v, 0)", binary("greater", constant(6), binary("maximum", load(), constant(0))), true],
    ["6 > max(v, 6)", binary("greater", constant(6), binary("maximum", load(), constant(6))), false],
  ] as const)("compares the number itself where a clamp does not matter: %s", (_, expr, simplified) => {
    const { value } = commonSubexpressions(nestOf(expr)).writes[0]!;
    const clamps: Expr[] = [];
    visitExpr(value, (part) => {
      if (part.kind === "binary" && (part.name === "maximum" || part.name === "minimum")) clamps.push(part);
    });
    expect(clamps).toHaveLength(simplified ? 0 : 1);
  });
});

test("dead-store elimination drops stores that fusion left without a reader", () => {
  const [before, after] = around(trainingStep(), "dead-store elimination");
  const stores = (kernels: readonly Kernel[] | undefined): number =>
    nestsIn(kernels).reduce((sum, { writes }) => sum + writes.length, 0);
  expect(stores(after.kernels)).toBeLessThan(stores(before.kernels));
  const { storageOf, liveOut } = after;
  const read = new Set((after.kernels ?? []).flatMap((kernel) => buffersOf(kernel).reads.map(storageOf)));
  const dead = nestsIn(after.kernels)
    .flatMap(({ writes }) => writes.map(({ access }) => storageOf(access.buffer)))
    .filter((buffer) => !read.has(buffer) && !liveOut.has(buffer));
  expect(dead).toEqual([]);
});

describe("in-place updates", () => {
  const updating = (
    make: (w: ReturnType<typeof parameter>, other: ReturnType<typeof parameter>) => Program["outputs"],
  ) => {
    const graph = createGraph();
    return { graph, outputs: make(parameter(graph, "w", [4]), parameter(graph, "other", [4])) };
  };

  test("compute a new value straight into its parameter", () => {
    const program = updating((w) => {
      update(w, affine(w, 0.5));
      return {};
    });
    const [, { inPlace, kernels }] = around(program, "in-place updates");
    expect([...inPlace.values()].map(({ name }) => name)).toEqual(["w"]);
    expect(kernels).toHaveLength(1);
  });

  test("copy at the end what the old value is still asked for after", () => {
    const program = updating((w) => {
      update(w, affine(w, 0.5));
      return { w };
    });
    const [, { inPlace, kernels }] = around(program, "in-place updates");
    expect(inPlace.size).toBe(0);
    expect(labels(kernels).at(-1)).toBe("copy");
  });

  test("swap two parameters by a snapshot of each", () => {
    const program = updating((w, other) => {
      update(w, other);
      update(other, w);
      return {};
    });
    const [, { kernels }] = around(program, "in-place updates");
    expect(labels(kernels)).toEqual(["snapshot", "snapshot", "copy", "copy"]);
  });

  test("copy one result into the second of two parameters that take it", () => {
    const program = updating((w, other) => {
      const next = affine(w, 0.5);
      update(w, next);
      update(other, next);
      return {};
    });
    const [, { inPlace, kernels }] = around(program, "in-place updates");
    expect(inPlace.size).toBe(1);
    expect(labels(kernels).at(-1)).toBe("copy");
  });
});

describe("hoisting", () => {
  test("puts weight-only work first, whose results outlast the run", () => {
    const [before, after] = around(normalised(), "hoisting");
    expect(before.prologueLength).toBe(0);
    const { kernels, prologueLength, buffers } = planProgram(normalised());
    expect(prologueLength).toBe(after.prologueLength);
    expect(prologueLength).toBeGreaterThan(1);
    expect(labels(kernels.slice(prologueLength))).toEqual([expect.stringContaining("conv2d+bias")]);
    const ends = buffers.flatMap(({ buffer, placement }) =>
      [...after.persistent].some(({ id }) => id === buffer.id) && placement.kind === "arena"
        ? [placement.lifetime]
        : [],
    );
    expect(ends.length).toBeGreaterThan(0);
    for (const lifetime of ends) expect(lifetime).toEqual([-1, kernels.length]);
  });

  test("leaves no work on a parameter that the program updates in the prologue", () => {
    const { kernels, prologueLength } = planProgram(trainingStep());
    const names = kernels.slice(0, prologueLength).flatMap((kernel) =>
      Object.values(buffersOf(kernel))
        .flat()
        .map(({ name }) => name),
    );
    for (const updated of ["w", "gamma", "beta"]) expect(names).not.toContain(updated);
  });
});

test("a plan records every pass and what it changed", () => {
  const { passes, kernels } = planProgram(trainingStep());
  expect(passes.map(({ name }) => name)).toEqual([
    "constant folding",
    "lowering",
    "epilogue fusion",
    "algorithm selection",
    "loop fusion",
    "dead-store elimination",
    "rematerialisation",
    "common subexpression elimination",
    "dead-store elimination",
    "in-place updates",
    "hoisting",
  ]);
  for (const [i, { before }] of passes.slice(1).entries()) expect(before).toEqual(passes[i]!.after);
  expect(passes.at(-1)!.after).toMatchObject({ unit: "kernels", count: kernels.length });
});
