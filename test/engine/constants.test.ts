import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Backend,
  type Graph,
  type Program,
  type Value,
  add,
  constant,
  conv2d,
  createGraph,
  differentiate,
  input,
  matmul,
  multiply,
  normalize,
  parameter,
  planProgram,
  reduceSum,
  reshape,
  runReference,
  update,
  writePlan,
} from "../../src/engine/index.ts";
import { sharedConstants } from "../../src/engine/program.ts";
import { backends } from "./backends.ts";
import { firstApart } from "./compare.ts";
import { expectFault } from "./ops/holds.ts";

const numbersOf = (y: Value): readonly number[] => [
  ...runReference({ graph: y.graph, outputs: { y } }, {}).outputs["y"]!,
];

/** x · table, with the table as its own output. */
function tableProgram(table: ArrayLike<number>): Program {
  const graph = createGraph();
  const held = constant(graph, table, [table.length]);
  return { graph, outputs: { y: multiply(input(graph, "x", [table.length]), held), table: held } };
}

const ramp = (size: number, start = 0): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => start + i);

describe("a constant", () => {
  test("keeps its numbers, rounded to float32, when the caller's array changes", () => {
    const array = [0.1, 2, Number.NaN, -Infinity];
    const [y, floats] = [constant(createGraph(), array, [2, 2]), Float32Array.of(1, 2)];
    const z = constant(createGraph(), floats, [2]);
    array.fill(7);
    floats.fill(7);
    expect([y.shape, y.dtype, y.role, y.producer]).toEqual([[2, 2], "f32", "constant", undefined]);
    expect(numbersOf(y)).toEqual([Math.fround(0.1), 2, Number.NaN, -Infinity]);
    expect(numbersOf(z)).toEqual([1, 2]);
  });

  test("of equal numbers and shape is one value of its graph; of another shape, sign or number it is another", () => {
    const graph = createGraph();
    const first = constant(graph, [0, 1, 2, 3], [4]);
    expect(constant(graph, Float64Array.of(0, 1, 2, 3), [4])).toBe(first);
    const others = [
      constant(graph, [0, 1, 2, 3], [2, 2]),
      constant(graph, [-0, 1, 2, 3], [4]),
      constant(graph, [0, 1, 3, 2], [4]),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
    expect(numbersOf(others[1]!)).toEqual([-0, 1, 2, 3]);
    expect(constant(createGraph(), [0, 1, 2, 3], [4]).name).toBe(first.name);
  });

  test("may be one number or none", () => {
    expect(numbersOf(constant(createGraph(), [3], []))).toEqual([3]);
    expect(numbersOf(constant(createGraph(), [], [0, 2]))).toEqual([]);
  });

  test.each<[number, readonly number[], string]>([
    [3, [2, 2], "array"],
    [5, [2, 2], "array"],
    [0, [], "array"],
    [1, [-1], "shape"],
    [3, [1.5, 2], "shape"],
  ])("of %d numbers in shape %j is refused for its %s", (count, shape, part) => {
    expectFault(() => constant(createGraph(), ramp(count), shape), `constant: ${part}`);
  });

  test("is not updated", () => {
    const graph = createGraph();
    const held = constant(graph, [1], [1]);
    expectFault(() => update(held, input(graph, "x", [1])), `update ${held.name}`, "a parameter", "constant");
  });

  test("gets no gradient, and lets the others have theirs", () => {
    const graph = createGraph();
    const [x, held] = [input(graph, "x", [2]), constant(graph, [3, 4], [2])];
    const [none, slope] = differentiate(reduceSum(multiply(x, held)), [held, x]);
    expect(none).toBeUndefined();
    const { outputs } = runReference({ graph, outputs: { slope: slope! } }, { x: [0, 0] });
    expect([...outputs["slope"]!]).toEqual([3, 4]);
    const one = constant(graph, [1], []);
    expect(differentiate(one, [one])).toEqual([undefined]);
  });

  test("does not take a name from inputs and parameters", () => {
    const graph = createGraph();
    const { name } = constant(graph, [1], [1]);
    expect(input(graph, name, [1]).name).toBe(name);
  });

  test("stands in a plan's document by size and hash, without numbers", () => {
    const plan = planProgram(tableProgram(ramp(64, 1234)));
    const { buffers } = writePlan(plan);
    const { name } = plan.outputs["table"]!;
    expect(buffers.find(({ buffer }) => buffer.role === "constant")).toMatchObject({
      bytes: 256,
      placement: { kind: "constant", name },
    });
    expect(name).toMatch(/^[0-9a-f]{16}$/);
    expect(JSON.stringify(writePlan(plan))).not.toContain("1234");
    expect(String(plan)).toMatch(new RegExp(`constant ${name} .* its own +always`));
  });

  test("of one hash and other numbers is refused", () => {
    const [a, b] = [tableProgram(ramp(4)), tableProgram(ramp(4, 1))];
    const disguised = { ...b.outputs["table"]!, name: a.outputs["table"]!.name };
    const programs = { a, b: { ...b, outputs: { disguised } } };
    expectFault(() => sharedConstants(programs), `constant ${disguised.name}`, "one array of this hash");
  });
});

describe("what follows from constants alone", () => {
  const prologueOf = (make: (graph: Graph, x: Value) => Value): number => {
    const graph = createGraph();
    return planProgram({ graph, outputs: { y: make(graph, input(graph, "x", [1, 12, 12, 16])) } })
      .prologueLength;
  };

  test("is computed once: filters are prepared in the prologue, scales are folded into them", () => {
    const filters = ramp(3 * 3 * 16 * 16);
    expect(prologueOf((graph, x) => conv2d(x, constant(graph, filters, [3, 3, 16, 16])))).toBe(1);
    const graph = createGraph();
    const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((start) => constant(graph, ramp(16, start), [16]));
    const y = normalize(
      conv2d(input(graph, "x", [1, 12, 12, 16]), constant(graph, filters, [3, 3, 16, 16])),
      {
        gamma: gamma!,
        beta: beta!,
        mean: mean!,
        variance: variance!,
      },
    );
    const { kernels, prologueLength } = planProgram({ graph, outputs: { y } });
    expect(kernels.slice(prologueLength).map(({ label }) => label)).toEqual([
      expect.stringMatching(/^conv2d\+bias/),
    ]);
  });
});

test("a training step transforms constant filters in its prologue, and those that it trains in every run", () => {
  const prologueOf = (filtersOf: (graph: Graph) => Value): readonly string[] => {
    const graph = createGraph();
    const x = input(graph, "x", [1, 12, 12, 16]);
    const scale = parameter(graph, "scale", [16]);
    const loss = reduceSum(multiply(conv2d(x, filtersOf(graph)), scale));
    const [slope] = differentiate(loss, [scale]);
    update(scale, add(scale, slope!));
    const { kernels, prologueLength } = planProgram({ graph, outputs: { loss } });
    return kernels.slice(0, prologueLength).map(({ kind }) => kind);
  };
  const shape = [3, 3, 16, 16];
  expect(prologueOf((graph) => constant(graph, ramp(3 * 3 * 16 * 16), shape))).toContain("winogradFilters");
  const trained = (graph: Graph): Value => {
    const w = parameter(graph, "w", shape);
    update(w, add(w, w));
    return w;
  };
  expect(prologueOf(trained)).not.toContain("winogradFilters");
});

describe.each(backends)("constants in a session of %s", (_, open) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());

  test("are there in every program and every run, whatever the caller has done to the array", async () => {
    const array = ramp(20, 1);
    const programs = { a: tableProgram(array), b: tableProgram(array), c: tableProgram(ramp(5)) };
    array.fill(0);
    const session = await backend.open(programs);
    for (const name of ["a", "b", "c", "a"]) {
      const size = name === "c" ? 5 : 20;
      const table = [...ramp(size, name === "c" ? 0 : 1)];
      const found = await session.run(name, { x: Array.from({ length: size }, () => 2) });
      expect([...found["y"]!]).toEqual(table.map((x) => 2 * x));
      expect([...found["table"]!]).toEqual(table);
    }
    session.close();
  });

  test("stand in memory once, and not at all where nobody reads them", () => {
    const [table, other] = [ramp(4096), ramp(4096, 1)];
    const bytes = (...tables: readonly ArrayLike<number>[]): number => {
      const { code, total } = backend.measure(
        Object.fromEntries(tables.map((numbers, i) => [`${i}`, tableProgram(numbers)])),
      );
      expect(total).toBeGreaterThanOrEqual(code);
      return code;
    };
    const more = bytes(table, other) - bytes(table, table);
    expect(more).toBeGreaterThan(4 * 4096 - 64);
    expect(more).toBeLessThan(8 * 4096 + 64);
    const unread = tableProgram(table);
    constant(unread.graph, ramp(8192), [8192]);
    expect(backend.measure({ 0: unread }).code).toBe(bytes(table));
  });

  test("keep NaN, infinities and -0", async () => {
    const table = [Number.NaN, Infinity, -Infinity, -0];
    const session = await backend.open({ main: tableProgram(table) });
    const { y, table: held } = await session.run("main", { x: [1, 2, 2, 2] });
    expect([...held!]).toEqual(table);
    expect([...y!]).toEqual(table);
    session.close();
  });

  test("are no parameters: they are neither listed nor read nor written", async () => {
    const program = tableProgram(ramp(4));
    const session = await backend.open({ main: program });
    const { name } = program.outputs["table"]!;
    expect(session.parameterNames).toEqual([]);
    await expect(session.read(name)).rejects.toThrow(`parameter`);
    await expect(session.write(name, ramp(4))).rejects.toThrow(`parameter`);
    session.close();
  });

  test("are the new value of a parameter as they are, reshaped, or by way of an op", async () => {
    const graph = createGraph();
    const [p, q, r] = ["p", "q", "r"].map((name) => parameter(graph, name, [2, 2])) as [Value, Value, Value];
    const held = constant(graph, [1, 2, 3, 4], [4]);
    update(p, constant(graph, [5, 6, 7, 8], [2, 2]));
    update(q, reshape(held, [2, 2]));
    update(r, reshape(add(held, held), [2, 2]));
    const session = await backend.open({ main: { graph, outputs: { sum: add(add(p, q), r) } } });
    for (const expected of [
      [0, 0, 0, 0],
      [8, 12, 16, 20],
      [8, 12, 16, 20],
    ]) {
      const { sum } = await session.run("main", {});
      expect([...sum!]).toEqual(expected);
      const read = await Promise.all(["p", "q", "r"].map((name) => session.read(name)));
      expect(read.map((numbers) => [...numbers])).toEqual([
        [5, 6, 7, 8],
        [1, 2, 3, 4],
        [2, 4, 6, 8],
      ]);
      for (const name of ["p", "q", "r"]) await session.write(name, await session.read(name));
    }
    session.close();
  });

  test("make the filters of a convolution and a product that the float64 loops agree with", async () => {
    const graph = createGraph();
    const x = input(graph, "x", [1, 10, 10, 8]);
    const wave = (size: number): Float32Array => Float32Array.from({ length: size }, (_i, i) => Math.sin(i));
    const y = conv2d(x, constant(graph, wave(3 * 3 * 8 * 16), [3, 3, 8, 16]), { padding: "same" });
    const z = matmul(reshape(y, [100, 16]), constant(graph, wave(16 * 24), [16, 24]));
    const program = { graph, outputs: { y, z } };
    const given = { x: wave(800) };
    const exact = runReference(program, given).outputs;
    const session = await backend.open({ main: program });
    for (let run = 0; run < 2; run++) {
      const found = await session.run("main", given);
      for (const name of ["y", "z"])
        expect(firstApart(found[name]!, exact[name]!, { rtol: 1e-4, atol: 1e-4 }), name).toBeUndefined();
    }
    session.close();
  });
});
