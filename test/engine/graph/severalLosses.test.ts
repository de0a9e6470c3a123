import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seeded, sizeOf } from "../../../src/base/index.ts";
import {
  type Backend,
  type Program,
  type Value,
  add,
  affine,
  concat,
  conv2d,
  createGraph,
  differentiate,
  flatten,
  input,
  matmul,
  meanSquaredError,
  parameter,
  reduceMean,
  referenceBackend,
  relu,
  runReference,
  softmaxCrossEntropy,
  subtract,
  tanh,
  update,
} from "../../../src/engine/index.ts";
import { wasmBackend } from "../../../src/platform/node/index.ts";
import { firstApart } from "../compare.ts";

/** Images and rows of numbers in; a class and two numbers out, from one trunk. */
interface Net {
  readonly program: Program["graph"];
  readonly weights: Readonly<Record<"pixels" | "table" | "trunk" | "classes" | "numbers", Value>>;
  /** [] each */
  readonly losses: { readonly classes: Value; readonly numbers: Value };
}

function net(): Net {
  const program = createGraph();
  const [images, table] = [input(program, "images", [4, 6, 6, 3]), input(program, "table", [4, 5])];
  const [labels, targets] = [input(program, "labels", [4]), input(program, "targets", [4, 2])];
  const weights = {
    pixels: parameter(program, "pixels", [3, 3, 3, 4]),
    table: parameter(program, "tableWeights", [5, 8]),
    trunk: parameter(program, "trunk", [44, 8]),
    classes: parameter(program, "classes", [8, 3]),
    numbers: parameter(program, "numbers", [8, 2]),
  };
  const seen = flatten(relu(conv2d(images, weights.pixels, { strides: [2, 2], padding: "same" })));
  const trunk = tanh(matmul(concat([seen, tanh(matmul(table, weights.table))]), weights.trunk));
  return {
    program,
    weights,
    losses: {
      classes: reduceMean(softmaxCrossEntropy(matmul(trunk, weights.classes), labels)),
      numbers: reduceMean(meanSquaredError(matmul(trunk, weights.numbers), targets)),
    },
  };
}

const weighted = ({ losses }: Net): Value => add(losses.classes, affine(losses.numbers, 0.25));

/** Numbers for every input, or every parameter. */
function drawn(graph: Program["graph"], role: Value["role"], seed: number): Record<string, Float32Array> {
  const random = seeded(seed);
  const numbers = ({ name, shape }: Value): Float32Array =>
    Float32Array.from({ length: sizeOf(shape) }, () =>
      name === "labels" ? random.integer(3) : random.normal() / 2,
    );
  return Object.fromEntries(
    graph.values.filter((value) => value.role === role).map((value) => [value.name, numbers(value)]),
  );
}

/** What the reference gives for the gradients of a loss, by weight; undefined where none flows. */
function gradientsOf(loss: (made: Net) => Value): Readonly<Record<string, Float64Array | undefined>> {
  const made = net();
  const names = Object.keys(made.weights);
  const found = differentiate(loss(made), Object.values(made.weights));
  const outputs: Record<string, Value> = {};
  for (const [i, name] of names.entries()) if (found[i]) outputs[name] = found[i];
  const given = { ...drawn(made.program, "input", 1), ...drawn(made.program, "parameter", 2) };
  return runReference({ graph: made.program, outputs }, given).outputs;
}

describe("several losses", () => {
  test("have, weighted and added, the gradients of each weighted and added", () => {
    const both = gradientsOf(weighted);
    const [classes, numbers] = [
      gradientsOf(({ losses }) => losses.classes),
      gradientsOf(({ losses }) => losses.numbers),
    ];
    expect(Object.keys(both)).toEqual(Object.keys(net().weights));
    for (const [name, sum] of Object.entries(both)) {
      const expected = Array.from(
        sum!,
        (_, i) => (classes[name]?.[i] ?? 0) + 0.25 * (numbers[name]?.[i] ?? 0),
      );
      expect(firstApart(sum!, expected, { rtol: 1e-12, atol: 1e-15 }), name).toBeUndefined();
    }
  });

  test("leave the head of another loss without a gradient", () => {
    expect(Object.keys(gradientsOf(({ losses }) => losses.classes))).toEqual([
      "pixels",
      "table",
      "trunk",
      "classes",
    ]);
  });

  test("may be differentiated one after the other in one graph", () => {
    const made = net();
    const [first] = differentiate(made.losses.classes, [made.weights.trunk]);
    const [second] = differentiate(made.losses.numbers, [made.weights.trunk]);
    const given = { ...drawn(made.program, "input", 1), ...drawn(made.program, "parameter", 2) };
    const { outputs } = runReference(
      { graph: made.program, outputs: { first: first!, second: second! } },
      given,
    );
    expect(outputs["first"]).toEqual(gradientsOf(({ losses }) => losses.classes)["trunk"]);
    expect(outputs["second"]).toEqual(gradientsOf(({ losses }) => losses.numbers)["trunk"]);
  });
});

describe("a program of several inputs and losses", () => {
  let backends: readonly Backend[];
  beforeAll(async () => {
    backends = [await wasmBackend({ threads: 2 }), referenceBackend()];
  });
  afterAll(() => Promise.all(backends.map((backend) => backend.close())));

  /** A step of gradient descent on the weighted sum. */
  function step(): Program {
    const made = net();
    const weights = Object.values(made.weights);
    const gradients = differentiate(weighted(made), weights);
    for (const [i, weight] of weights.entries()) update(weight, subtract(weight, affine(gradients[i]!, 0.1)));
    return { graph: made.program, outputs: { ...made.losses, sum: weighted(made) } };
  }

  test("trains on all of them, each loss an output, as the reference does", async () => {
    const program = step();
    const [found, exact] = await Promise.all(
      backends.map(async (backend) => {
        const session = await backend.open({ step: program });
        for (const [name, numbers] of Object.entries(drawn(program.graph, "parameter", 2)))
          await session.write(name, numbers);
        const losses: number[] = [];
        for (let i = 0; i < 3; i++) {
          const outputs = await session.run("step", drawn(program.graph, "input", 1));
          losses.push(...["classes", "numbers", "sum"].map((name) => outputs[name]![0]!));
        }
        const weights = await Promise.all(session.parameterNames.map((name) => session.read(name)));
        session.close();
        return { losses, weights };
      }),
    );
    expect(firstApart(found!.losses, exact!.losses, { rtol: 1e-5, atol: 1e-6 })).toBeUndefined();
    for (const [i, numbers] of exact!.weights.entries())
      expect(firstApart(found!.weights[i]!, numbers, { rtol: 1e-4, atol: 1e-5 })).toBeUndefined();
    const [first, last] = [exact!.losses[2]!, exact!.losses[8]!];
    expect(last).toBeLessThan(first);
  });

  test("refuses a run that lacks one of the inputs, by its name", async () => {
    const program = step();
    const session = await backends[0]!.open({ step: program });
    const { table: _, ...rest } = drawn(program.graph, "input", 1);
    await expect(session.run("step", rest)).rejects.toThrow("input table");
    session.close();
  });
});
