import { describe, expect, test } from "vitest";
import {
  affine,
  createGraph,
  runReference,
  exp,
  input,
  maxPool2dWithPositions,
  multiply,
  parameter,
  referenceBackend,
  reshape,
  update,
} from "../../src/engine/index.ts";
import { expectFault } from "./ops/holds.ts";

describe("running the reference", () => {
  const graph = createGraph();
  const x = input(graph, "x", [2]);
  const w = parameter(graph, "w", [2]);
  const y = multiply(x, w);

  test("works in float64, where float32 would round", () => {
    const tiny = 1 + 2 ** -40;
    expect(runReference({ graph, outputs: { y } }, { x: [tiny, 1], w: [1, tiny] }).outputs["y"]).toEqual(
      Float64Array.of(tiny, tiny),
    );
  });

  test.each<[string, Readonly<Record<string, readonly number[]>>, string, string]>([
    ["no numbers", { x: [1, 2] }, "runReference: w", "nothing"],
    ["too few", { x: [1], w: [1, 2] }, "runReference: x", "received 1"],
    ["too many", { x: [1, 2, 3], w: [1, 2] }, "runReference: x", "received 3"],
  ])("refuses %s by the value's name", (_, values, who, received) => {
    expectFault(() => runReference({ graph, outputs: { y } }, values), who, "2 numbers", received);
  });

  test("asks for no numbers of values that no output needs", () => {
    const { outputs } = runReference({ graph, outputs: { y: affine(x, 2) } }, { x: [1, 2] });
    expect([...(outputs["y"] ?? [])]).toEqual([2, 4]);
  });

  test("takes no number from what every object has", () => {
    const odd = createGraph();
    const value = input(odd, "toString", []);
    expectFault(
      () => runReference({ graph: odd, outputs: { y: exp(value) } }, {}),
      "runReference: toString",
      "nothing",
    );
  });

  test("does not take the numbers of a result from the caller, whatever their name", () => {
    const own = createGraph();
    const result = exp(input(own, "x", []));
    const { outputs } = runReference(
      { graph: own, outputs: { y: affine(result, 1) } },
      { x: [0], exp: [50] },
    );
    expect([...(outputs["y"] ?? [])]).toEqual([1]);
  });

  test("gives outputs that no later change of the inputs reaches", () => {
    const data = Float64Array.of(1, 2);
    const { outputs } = runReference({ graph, outputs: { x, flat: reshape(x, [1, 2]) } }, { x: data });
    data.fill(9);
    expect([...(outputs["x"] ?? []), ...(outputs["flat"] ?? [])]).toEqual([1, 2, 1, 2]);
  });

  test("runs a node of two outputs once, for either of them", () => {
    const own = createGraph();
    const [pooled, positions] = maxPool2dWithPositions(input(own, "x", [1, 2, 2, 1]));
    const found = runReference({ graph: own, outputs: { pooled, positions } }, { x: [1, 2, 9, 3] }).outputs;
    expect([found["pooled"]?.[0], found["positions"]?.[0]]).toEqual([9, 2]);
    expect(
      runReference({ graph: own, outputs: { positions } }, { x: [1, 2, 3, 9] }).outputs["positions"]?.[0],
    ).toBe(3);
  });

  test("reports updates by the parameter's name and changes nothing by itself", () => {
    const own = createGraph();
    const weight = parameter(own, "w", [2]);
    update(weight, affine(weight, 3));
    const given = Float64Array.of(1, 2);
    const { updates } = runReference({ graph: own, outputs: {} }, { w: given });
    expect([...updates].map(([name, data]) => [name, [...data]])).toEqual([["w", [3, 6]]]);
    expect([...given]).toEqual([1, 2]);
  });
});

describe("a session of the reference", () => {
  test("keeps parameters in float64 between runs, and gives them out in float32", async () => {
    const graph = createGraph();
    const a = parameter(graph, "a", []);
    update(a, affine(a, 1, 2 ** -30));
    const session = await referenceBackend().open({ step: { graph, outputs: {} } });
    await session.write("a", [1]);
    for (let step = 0; step < 64; step++) await session.run("step", {});
    // 64 steps of 2^-30 are 2^-24, half of what float32 can tell from 1; twice as many are seen.
    expect((await session.read("a"))[0]).toBe(1);
    for (let step = 0; step < 64; step++) await session.run("step", {});
    expect((await session.read("a"))[0]).toBe(1 + 2 ** -23);
    session.close();
  });

  test("counts 8 bytes for every number that a run holds", () => {
    const graph = createGraph();
    const x = input(graph, "x", [10]);
    const y = multiply(x, parameter(graph, "w", [10]));
    // The second result is needed by nobody.
    exp(y);
    const { parameters, working, code, total } = referenceBackend().measure({
      main: { graph, outputs: { y } },
    });
    expect({ parameters, working, code, total }).toEqual({
      parameters: 80,
      working: 160,
      code: 0,
      total: 240,
    });
  });

  test("of no programs takes no memory and knows no name", async () => {
    const session = await referenceBackend().open({});
    expect([session.memory.total, session.parameterNames]).toEqual([0, []]);
    await expect(session.read("w")).rejects.toThrow('parameter w: expected one of , received "w"');
    session.close();
  });
});
