import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Random, seeded, sizeOf } from "../../../src/base/index.ts";
import {
  type Backend,
  type Graph,
  type Program,
  type Value,
  add,
  affine,
  conv2d,
  conv2dTranspose,
  createGraph,
  runReference,
  input,
  matmul,
  maxPool2d,
  multiply,
  normalize,
  parameter,
  relu,
  update,
} from "../../../src/engine/index.ts";
import { planProgram } from "../../../src/engine/plan/index.ts";
import { wasmBackend } from "../../../src/platform/node/index.ts";

const normalised = (graph: Graph, x: Value): Value => {
  const shape = x.shape.slice(-1);
  const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map((name) =>
    parameter(graph, name, shape),
  ) as [Value, Value, Value, Value];
  return normalize(x, { gamma, beta, mean, variance });
};

/** A program of x and the parameter w, whose kernel's result is normalised. */
function program(
  shapes: { x: readonly number[]; w: readonly number[] },
  make: (x: Value, w: Value, norm: (sum: Value) => Value) => Readonly<Record<string, Value>>,
): Program {
  const graph = createGraph();
  const [x, w] = [input(graph, "x", shapes.x), parameter(graph, "w", shapes.w)];
  return { graph, outputs: make(x, w, (sum) => normalised(graph, sum)) };
}

const wide = { x: [2, 9, 9, 16], w: [3, 3, 16, 20] };

const foldedCases: readonly (readonly [string, Program])[] = [
  ["convolution", program(wide, (x, w, norm) => ({ y: norm(conv2d(x, w, { padding: "same" })) }))],
  [
    "convolution with a bias",
    program(wide, (x, w, norm) => {
      const bias = parameter(x.graph, "bias", [20]);
      return { y: relu(norm(add(conv2d(x, w), bias))) };
    }),
  ],
  [
    "convolution before pooling and relu",
    program(wide, (x, w, norm) => ({ y: maxPool2d(relu(norm(conv2d(x, w)))) })),
  ],
  [
    "transposed convolution",
    program({ x: [2, 5, 5, 6], w: [3, 3, 4, 6] }, (x, w, norm) => ({
      y: relu(norm(conv2dTranspose(x, w, { strides: [2, 2] }))),
    })),
  ],
  [
    "depthwise convolution",
    program({ x: [2, 6, 6, 8], w: [3, 3, 1, 8] }, (x, w, norm) => ({
      y: relu(norm(conv2d(x, w, { groups: 8 }))),
    })),
  ],
  ["dense layer", program({ x: [5, 30], w: [30, 12] }, (x, w, norm) => ({ y: relu(norm(matmul(x, w))) }))],
  [
    "dense layer with a long sum",
    program({ x: [6, 2600], w: [2600, 20] }, (x, w, norm) => ({ y: norm(matmul(x, w)) })),
  ],
];

const apartCases: readonly (readonly [string, Program])[] = [
  [
    "convolution whose sum is an output too",
    program(wide, (x, w, norm) => {
      const sum = conv2d(x, w);
      return { sum, y: norm(sum) };
    }),
  ],
  [
    "convolution whose sum is read twice",
    program(wide, (x, w, norm) => {
      const sum = conv2d(x, w);
      return { y: add(norm(sum), sum) };
    }),
  ],
  [
    "convolution scaled by numbers of the run",
    program(wide, (x, w, norm) => ({
      y: norm(multiply(conv2d(x, w), input(x.graph, "scale", [20]))),
    })),
  ],
  [
    "product with a transposed matrix",
    program({ x: [5, 30], w: [12, 30] }, (x, w, norm) => ({ y: norm(matmul(x, w, { transposeB: true })) })),
  ],
];

/** Numbers for the inputs or parameters of a program, float32, none near zero so that variances stay variances. */
function numbersFor({ graph }: Program, role: Value["role"], random: Random): Record<string, number[]> {
  const draw = (name: string): number =>
    Math.fround(name === "variance" ? 0.5 + random.next() : random.normal());
  const values = graph.values.filter((value) => value.role === role);
  return Object.fromEntries(
    values.map(({ name, shape }) => [name, Array.from({ length: sizeOf(shape) }, () => draw(name))]),
  );
}

describe("a normalisation by numbers that stay", () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await wasmBackend({ threads: 2 });
  });
  afterAll(() => backend.close());

  test.each(foldedCases)("goes into filters and a bias: %s", (_, one) => {
    const { kernels, prologueLength } = planProgram(one);
    const everyRun = kernels.slice(prologueLength).map(({ label }) => label);
    expect(everyRun.join()).not.toMatch(/multiply|subtract/);
  });

  test.each([...foldedCases, ...apartCases])("packs what it multiplies with once: %s", (_, one) => {
    const { kernels, prologueLength } = planProgram(one);
    const everyRun = kernels.slice(prologueLength);
    expect(everyRun.filter(({ label }) => label.startsWith("pack"))).toEqual([]);
    expect(everyRun.filter((kernel) => kernel.kind === "product" && kernel.packing === "task")).toEqual([]);
  });

  test("leaves one pass of convolution, bias, pooling and relu", () => {
    const [, one] = foldedCases.find(([name]) => name.includes("pooling"))!;
    const { kernels, prologueLength } = planProgram(one);
    expect(kernels.slice(prologueLength).map(({ label }) => label)).toEqual([
      expect.stringContaining("conv2d+bias+pool+relu"),
    ]);
  });

  test.each(apartCases)("stays behind: %s", (_, one) => {
    const { kernels, prologueLength } = planProgram(one);
    expect(
      kernels
        .slice(prologueLength)
        .map(({ label }) => label)
        .join(),
    ).toMatch(/multiply/);
  });

  test.each([...foldedCases, ...apartCases])(
    "computes what the reference does, also after parameters have changed: %s",
    async (_, one) => {
      const random = seeded(5);
      const inputs = numbersFor(one, "input", random);
      const session = await backend.open({ one });
      for (let round = 0; round < 2; round++) {
        const parameters = numbersFor(one, "parameter", random);
        for (const [name, numbers] of Object.entries(parameters)) await session.write(name, numbers);
        const expected = runReference(one, { ...inputs, ...parameters }).outputs;
        const found = [await session.run("one", inputs), await session.run("one", inputs)];
        for (const [name, numbers] of Object.entries(expected)) {
          const scale = numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
          for (const outputs of found)
            numbers.forEach((x, i) => expect(Math.abs(outputs[name]![i]! - x) / scale).toBeLessThan(1e-5));
        }
      }
      session.close();
    },
  );
});

test("what follows from parameters follows them: written, updated by another program, or overwritten by one", async () => {
  const double = (name: string): Program => {
    const graph = createGraph();
    const [w, x] = [parameter(graph, "w", [3, 3, 4, 4]), input(graph, "x", [1, 3, 3, 4])];
    return { graph, outputs: { [name]: conv2d(x, affine(w, 2)) } };
  };
  const step = createGraph();
  const w = parameter(step, "w", [3, 3, 4, 4]);
  update(w, affine(w, 1, 1));
  const backend = await wasmBackend({ threads: 2 });
  const session = await backend.open({
    a: double("y"),
    b: double("y"),
    step: { graph: step, outputs: {} },
  });
  const x = Array.from({ length: 36 }, () => 1);
  const results: number[] = [];
  const run = async (name: string): Promise<void> => {
    const { y } = await session.run(name, { x });
    results.push(y![0]!);
  };
  await session.write(
    "w",
    Array.from({ length: 144 }, () => 1),
  );
  await run("a");
  await run("a");
  await session.write(
    "w",
    Array.from({ length: 144 }, () => 2),
  );
  await run("a");
  await run("b");
  await run("a");
  await session.run("step", {});
  await run("a");
  expect(results).toEqual([72, 72, 144, 144, 144, 216]);
  session.close();
  await backend.close();
});
