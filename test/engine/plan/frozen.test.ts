import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seeded, sizeOf } from "../../../src/base/index.ts";
import {
  type Backend,
  type Graph,
  type Program,
  type Session,
  type Value,
  affine,
  conv2d,
  createGraph,
  differentiate,
  input,
  matmul,
  normalize,
  parameter,
  reduceSum,
  referenceBackend,
  relu,
  reshape,
  subtract,
  update,
} from "../../../src/engine/index.ts";
import { buffersOf, planProgram } from "../../../src/engine/plan/index.ts";
import { wasmBackend } from "../../../src/platform/node/index.ts";
import { firstApart } from "../compare.ts";

/** A block of a net: 3x3 convolution, normalisation by moments that stay, relu. */
function block(x: Value, name: string, filters: number): Value {
  const { graph, shape } = x;
  const own = (part: string, size: readonly number[]): Value => parameter(graph, `${name}/${part}`, size);
  const y = conv2d(x, own("kernel", [3, 3, shape[3]!, filters]), { padding: "same" });
  const [gamma, beta] = [own("gamma", [filters]), own("beta", [filters])];
  const [mean, variance] = [own("mean", [filters]), own("variance", [filters])];
  return relu(normalize(y, { gamma, beta, mean, variance }));
}

/** Three blocks and a dense layer: the images and the logits. */
function net(graph: Graph): Value {
  const x = input(graph, "x", [2, 8, 8, 4]);
  const y = ["first", "second", "third"].reduce((from, name) => block(from, name, 8), x);
  return matmul(reshape(y, [2, 512]), parameter(graph, "head", [512, 3]));
}

/** A step of gradient descent on these parameters alone; all others are frozen. */
function step(trained: readonly string[]): Program {
  const graph = createGraph();
  const loss = reduceSum(net(graph), { axes: [0, 1] });
  const weights = graph.values.filter(({ role, name }) => role === "parameter" && trained.includes(name));
  for (const [i, gradient] of differentiate(loss, weights).entries())
    update(weights[i]!, subtract(weights[i]!, affine(gradient!, 1 / 64)));
  return { graph, outputs: { loss } };
}

function inference(): Program {
  const graph = createGraph();
  return { graph, outputs: { logits: net(graph) } };
}

/** What kernels of every run do on parameters that the program leaves alone. */
const repeatedOn = (program: Program, name: string): readonly string[] => {
  const { kernels, prologueLength } = planProgram(program);
  return kernels
    .slice(prologueLength)
    .filter((kernel) => buffersOf(kernel).reads.some((buffer) => buffer.name === name))
    .map(({ label }) => label);
};

describe("a step that trains some layers", () => {
  test("folds and transforms the filters of frozen layers before them once for all steps", () => {
    const program = step(["head"]);
    const frozen = program.graph.values.filter(({ role, name }) => role === "parameter" && name !== "head");
    const read = frozen.flatMap(({ name }) => repeatedOn(program, name));
    // What is added to a channel is read as it stands.
    expect(read.filter((label) => !label.includes("conv2d"))).toEqual([]);
    const { kernels, prologueLength } = planProgram(program);
    const labels = kernels.slice(prologueLength).map(({ label }) => label);
    expect(labels.filter((label) => label.includes("conv2d"))).toHaveLength(3);
    expect(labels.join()).not.toMatch(/pack filters|filters to Winograd|subtract, multiply/);
  });

  test("prepares the filters of a frozen layer once for its input gradient too", () => {
    const program = step(["first/kernel", "head"]);
    expect(repeatedOn(program, "second/kernel")).toEqual([]);
    expect(repeatedOn(program, "third/kernel")).toEqual([]);
    expect(repeatedOn(program, "first/kernel")).not.toEqual([]);
  });
});

/** Numbers for every parameter of a program. */
function drawn({ graph }: Program, seed: number): Readonly<Record<string, Float32Array>> {
  const random = seeded(seed);
  const draw = (name: string): number => (name.endsWith("variance") ? 0.5 + random.next() : random.normal());
  return Object.fromEntries(
    graph.values
      .filter(({ role }) => role === "parameter")
      .map(({ name, shape }) => [name, Float32Array.from({ length: sizeOf(shape) }, () => draw(name) / 4)]),
  );
}

const programs = {
  head: step(["head"]),
  ends: step(["first/kernel", "first/gamma", "head"]),
  third: step(["third/kernel", "third/mean"]),
  infer: inference(),
};

/** A run of a program, or a parameter written by hand. */
type Turn = keyof typeof programs | { readonly write: string; readonly seed: number };

/** All outputs of the turns, in order, and what the parameters are afterwards. */
async function play(session: Session, turns: readonly Turn[]): Promise<readonly Float32Array[]> {
  const x = Float32Array.from({ length: 512 }, (_, i) => ((i * 7) % 13) / 13 - 0.5);
  const initial = drawn(programs.infer, 3);
  for (const [name, numbers] of Object.entries(initial)) await session.write(name, numbers);
  const found: Float32Array[] = [];
  for (const turn of turns)
    if (typeof turn === "string") found.push(...Object.values(await session.run(turn, { x })));
    else await session.write(turn.write, drawn(programs.infer, turn.seed)[turn.write]!);
  return [...found, ...(await Promise.all(Object.keys(initial).map((name) => session.read(name))))];
}

describe("programs that train parts of a net and read all of it", () => {
  let backends: readonly Backend[];
  let sessions: readonly Session[];
  beforeAll(async () => {
    backends = [await wasmBackend({ threads: 2 }), referenceBackend()];
    sessions = await Promise.all(backends.map((backend) => backend.open(programs)));
  });
  afterAll(async () => {
    for (const session of sessions) session.close();
    await Promise.all(backends.map((backend) => backend.close()));
  });

  test.each<[string, readonly Turn[]]>([
    ["one step after the other", ["head", "head", "head", "infer"]],
    ["a step and inference in turn", ["head", "infer", "head", "infer", "head"]],
    ["a step that changes what another holds frozen", ["head", "ends", "head", "third", "ends", "head"]],
    ["the same step around another's updates", ["third", "third", "ends", "ends", "third", "infer"]],
    [
      "a frozen filter written by hand between steps",
      [
        "head",
        { write: "first/kernel", seed: 4 },
        "head",
        { write: "second/mean", seed: 5 },
        "head",
        "infer",
      ],
    ],
    [
      "a trained parameter written by hand",
      ["head", { write: "head", seed: 6 }, "head", "third", { write: "third/kernel", seed: 7 }, "third"],
    ],
  ])("compute what the reference does: %s", async (_, turns) => {
    const [found, exact] = await Promise.all(sessions.map((session) => play(session, turns)));
    for (const [i, numbers] of exact!.entries()) {
      const scale = numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
      expect(firstApart(found![i]!, numbers, { rtol: 0, atol: 2e-5 * scale })).toBeUndefined();
    }
  });
});
