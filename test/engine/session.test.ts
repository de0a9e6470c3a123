import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Backend,
  type Program,
  type Value,
  add,
  affine,
  createGraph,
  input,
  multiply,
  parameter,
  update,
  wasmBackendOn,
} from "../../src/engine/index.ts";
import { backends } from "./backends.ts";
import { workerHere } from "./wasm/workerHere.ts";

/** step: a and b move at once, a ← b + x and b ← 2a. read: a · x. */
function programs(): Record<string, Program> {
  const step = createGraph();
  const [a, b] = [parameter(step, "a", [2]), parameter(step, "b", [2])];
  const x = input(step, "x", [2]);
  update(a, add(b, x));
  update(b, affine(a, 2));
  const read = createGraph();
  const y = multiply(parameter(read, "a", [2]), input(read, "x", [2]));
  return { step: { graph: step, outputs: { before: add(a, b) } }, read: { graph: read, outputs: { y } } };
}

/** a and b after `steps` runs from a = 1, 2 and b = 10, 20, where `make` declares how a run changes them. */
async function after(
  backend: Backend,
  steps: number,
  make: (a: Value, b: Value) => void,
): Promise<readonly (readonly number[])[]> {
  const graph = createGraph();
  make(parameter(graph, "a", [2]), parameter(graph, "b", [2]));
  const session = await backend.open({ step: { graph, outputs: {} } });
  await session.write("a", [1, 2]);
  await session.write("b", [10, 20]);
  for (let step = 0; step < steps; step++) await session.run("step", {});
  const found = [[...(await session.read("a"))], [...(await session.read("b"))]];
  session.close();
  return found;
}

describe.each(backends)("a session of %s", (_, open) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());

  test("starts parameters as zeros and shares them between programs", async () => {
    const session = await backend.open(programs());
    expect(session.parameterNames.toSorted()).toEqual(["a", "b"]);
    expect([...(await session.read("a"))]).toEqual([0, 0]);
    await session.write("a", [3, 4]);
    const { y } = await session.run("read", { x: [2, 10] });
    expect([...y!]).toEqual([6, 40]);
    session.close();
  });

  test("a write counts for every read and run that is asked for after it, awaited or not", async () => {
    const session = await backend.open(programs());
    const first = session.write("a", [3, 4]);
    const read = session.read("a");
    const run = session.run("read", { x: [2, 10] });
    await Promise.all([first, read, run]);
    expect([...(await read), ...(await run)["y"]!]).toEqual([3, 4, 6, 40]);
    session.close();
  });

  test("applies all updates at once, after the run", async () => {
    const session = await backend.open(programs());
    await session.write("a", [1, 2]);
    await session.write("b", [10, 20]);
    const { before } = await session.run("step", { x: [0.5, 0.5] });
    expect([...before!]).toEqual([11, 22]);
    expect([...(await session.read("a"))]).toEqual([10.5, 20.5]);
    expect([...(await session.read("b"))]).toEqual([2, 4]);
    await session.run("step", { x: [0, 0] });
    expect([...(await session.read("a"))]).toEqual([2, 4]);
    session.close();
  });

  test("exchanges two parameters by their updates", async () => {
    const exchange = (a: Value, b: Value): void => {
      update(a, b);
      update(b, a);
    };
    expect(await after(backend, 1, exchange)).toEqual([
      [10, 20],
      [1, 2],
    ]);
    expect(await after(backend, 2, exchange)).toEqual([
      [1, 2],
      [10, 20],
    ]);
  });

  test("lets updates read what stood there before the run, in whatever order they were declared", async () => {
    const fibonacci = (a: Value, b: Value): void => {
      update(b, add(a, b));
      update(a, b);
    };
    expect(await after(backend, 3, fibonacci)).toEqual([
      [21, 42],
      [32, 64],
    ]);
  });

  test("may give two parameters one value, and a parameter itself", async () => {
    const both = (a: Value, b: Value): void => {
      const sum = add(a, b);
      update(a, sum);
      update(b, sum);
    };
    expect(await after(backend, 1, both)).toEqual([
      [11, 22],
      [11, 22],
    ]);
    expect(await after(backend, 1, (a) => update(a, a))).toEqual([
      [1, 2],
      [10, 20],
    ]);
  });

  test("gives copies that later runs do not change", async () => {
    const session = await backend.open(programs());
    await session.write("a", [1, 1]);
    const kept = await session.read("a");
    const { y } = await session.run("read", { x: [1, 1] });
    await session.write("a", [5, 5]);
    await session.run("read", { x: [7, 7] });
    expect([...kept, ...y!]).toEqual([1, 1, 1, 1]);
    session.close();
  });

  test("says how much memory it takes", async () => {
    const session = await backend.open(programs());
    const { parameters, working, code, total } = session.memory;
    expect(backend.measure(programs())).toEqual(session.memory);
    expect(parameters).toBeGreaterThanOrEqual(2 * 2 * 4);
    expect(working).toBeGreaterThan(0);
    expect(total).toBe(parameters + working + code);
    session.close();
  });

  test.each([
    ["a missing input", {}, "run step: input x: expected 2 numbers for shape [2], received nothing"],
    ["an unknown input", { x: [1, 2], z: [1] }, "run step: input z: expected one of x, received z"],
    [
      "an input of the wrong length",
      { x: [1, 2, 3] },
      "run step: input x: expected 2 numbers for shape [2], received 3",
    ],
  ])("refuses %s by name and changes nothing", async (_name, inputs, message) => {
    const session = await backend.open(programs());
    await session.write("a", [1, 2]);
    await expect(session.run("step", inputs as Record<string, number[]>)).rejects.toThrow(message);
    expect([...(await session.read("a"))]).toEqual([1, 2]);
    session.close();
  });

  test("refuses programs, parameters and lengths that it does not know", async () => {
    const session = await backend.open(programs());
    await expect(session.run("walk", {})).rejects.toThrow("run walk: expected one of step, read");
    await expect(session.read("c")).rejects.toThrow(/^parameter.*: expected one of a, b, received/);
    await expect(session.write("a", [1])).rejects.toThrow(
      "parameter a: expected 2 numbers for shape [2], received 1",
    );
    session.close();
  });

  test("refuses one parameter name with two shapes", async () => {
    const [first, second] = [createGraph(), createGraph()];
    const one = { graph: first, outputs: { y: affine(parameter(first, "w", [2]), 1) } };
    const other = { graph: second, outputs: { y: affine(parameter(second, "w", [3]), 1) } };
    await expect(backend.open({ one, other })).rejects.toThrow(
      "parameter w: expected one shape in all programs, [2]",
    );
  });

  test("runs only what its outputs need", async () => {
    const graph = createGraph();
    const x = input(graph, "x", [1]);
    const y = affine(x, 2);
    add(y, y);
    const session = await backend.open({ main: { graph, outputs: { y } } });
    expect([...(await session.run("main", { x: [4] }))["y"]!]).toEqual([8]);
    session.close();
  });

  test("gives back inputs and parameters that are outputs", async () => {
    const graph = createGraph();
    const [x, w] = [input(graph, "x", [1]), parameter(graph, "w", [1])];
    const session = await backend.open({ main: { graph, outputs: { x, w } } });
    await session.write("w", [3]);
    const { x: sameX, w: sameW } = await session.run("main", { x: [4] });
    expect([...sameX!, ...sameW!]).toEqual([4, 3]);
    session.close();
  });

  test("refuses to run once it is closed", async () => {
    const session = await backend.open(programs());
    session.close();
    await expect(session.run("read", { x: [1, 1] })).rejects.toThrow("closed");
  });

  test("runs one after the other what is asked at once, of one session or of two", async () => {
    const [first, second] = [await backend.open(programs()), await backend.open(programs())];
    await first.write("a", [2, 3]);
    await second.write("a", [5, 7]);
    const asked = [
      first.run("read", { x: [1, 1] }),
      second.run("read", { x: [1, 1] }),
      first.run("read", { x: [10, 10] }),
    ];
    expect((await Promise.all(asked)).map(({ y }) => [...y!])).toEqual([
      [2, 3],
      [5, 7],
      [20, 30],
    ]);
    first.close();
    second.close();
  });
});

test.each(backends)(
  "%s refuses to run and to open once it is closed; parameters can be read",
  async (_, open) => {
    const backend = await open();
    const session = await backend.open(programs());
    await session.write("a", [1, 2]);
    await backend.close();
    await expect(session.run("read", { x: [1, 1] })).rejects.toThrow(
      "run read: expected an open backend, received a closed one",
    );
    await expect(backend.open(programs())).rejects.toThrow(
      "open session: expected an open backend, received a closed one",
    );
    expect([...(await session.read("a"))]).toEqual([1, 2]);
    session.close();
  },
);

describe("a session on workers", () => {
  test("orders a run before the caller goes on, so that what the caller does next delays nobody", async () => {
    const worker = workerHere();
    const posted = (): string[] => worker.received.map(({ type }) => type);
    const session = await wasmBackendOn({ workers: [worker] }).open(programs());
    const [first, second] = [session.run("read", { x: [1, 1] }), session.run("read", { x: [2, 2] })];
    expect(posted()).toEqual(["open", "run"]);
    await first;
    await second;
    expect(posted()).toEqual(["open", "run", "run"]);
  });

  test("the mean time without work is that of its workers, where they can tell", () => {
    const workers = [100, 300].map((idle) => ({ ...workerHere(), idleMs: () => idle }));
    expect(wasmBackendOn({ workers }).idleMs?.()).toBe(200);
    expect(wasmBackendOn({ workers: [workerHere()] }).idleMs).toBeUndefined();
  });
});
