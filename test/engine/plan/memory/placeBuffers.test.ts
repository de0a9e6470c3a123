import { describe, expect, test } from "vitest";
import { type Buffer, bytesOf, plus } from "../../../../src/engine/kernels/index.ts";
import {
  type Program,
  add,
  constant,
  affine,
  createGraph,
  input,
  matmul,
  parameter,
  planProgram,
  relu,
  reshape,
  update,
} from "../../../../src/engine/index.ts";
import { type Plan, addressesOf } from "../../../../src/engine/plan/index.ts";
import { placeBuffers } from "../../../../src/engine/plan/memory/placeBuffers.ts";
import { buffer, compute, stateOf } from "../hand.ts";

/** 16 numbers: one cache line. */
const line = (id: number, fields: Partial<Buffer> = {}): Buffer => buffer(id, [16], fields);
const [x, a, b, y] = [line(23, { role: "input" }), line(0), line(1), line(24)] as const;
const chain = [compute(a, [x]), compute(b, [a]), compute(y, [b])];

const placed = (
  kernels = chain,
  {
    inputs = [x],
    outputs = [y],
    ...fields
  }: Partial<Parameters<typeof placeBuffers>[1]> & {
    inputs?: readonly Buffer[];
    outputs?: readonly Buffer[];
  } = {},
) => {
  const { buffers, arenaBytes } = placeBuffers(
    kernels,
    { ...stateOf(kernels), ...fields },
    { inputs, outputs },
  );
  const of = (one: Buffer) => buffers.find((other) => other.buffer === one)?.placement;
  const lifetime = (one: Buffer) => {
    const placement = of(one);
    return placement?.kind === "arena" ? placement.lifetime : undefined;
  };
  const offset = (one: Buffer) => {
    const placement = of(one);
    return placement?.kind === "arena" ? placement.offset : undefined;
  };
  return { arenaBytes, of, lifetime, offset };
};

describe("placing buffers", () => {
  test("keeps each from the kernel that writes it to the last that reads it", () => {
    const { lifetime } = placed();
    expect([x, a, b, y].map(lifetime)).toEqual([
      [-1, 0],
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  test("gives a chain two lines in turn", () => {
    const { arenaBytes, offset } = placed();
    expect([x, a, b, y].map(offset)).toEqual([0, 64, 0, 64]);
    expect(arenaBytes).toBe(128);
  });

  test("keeps what a late kernel reads from all that is written meanwhile", () => {
    const kernels = [...chain.slice(0, 2), compute(y, [x, b], (left, right) => plus(left, right))];
    const { arenaBytes, offset } = placed(kernels);
    expect(new Set([x, a, b].map(offset)).size).toBe(3);
    expect(arenaBytes).toBe(192);
  });

  test("has room for an input that nobody reads, and for what is written and never read", () => {
    const unread = line(3, { role: "input" });
    const { lifetime } = placed([compute(a, [x]), compute(y, [x])], { inputs: [x, unread] });
    expect(lifetime(unread)).toEqual([-1, -1]);
    expect(lifetime(a)).toEqual([0, 0]);
  });

  test("puts a view where its storage stands, which lives as long as either is read", () => {
    const view = buffer(4, [4, 4]);
    const kernels = [compute(a, [x]), compute(b, [x]), compute(y, [view])];
    const { offset, lifetime } = placed(kernels, { storageOf: (one) => (one === view ? a : one) });
    expect(offset(view)).toBe(offset(a));
    expect([lifetime(view), lifetime(a)]).toEqual([
      [0, 2],
      [0, 2],
    ]);
  });

  test("puts a new value into the parameter that takes it, outside the arena", () => {
    const w = line(22, { role: "parameter" });
    const { of, arenaBytes } = placed([compute(a, [w, x], (left, right) => plus(left, right))], {
      outputs: [],
      inPlace: new Map([[a, w]]),
    });
    expect([of(a), of(w)]).toEqual([
      { kind: "parameter", name: "w" },
      { kind: "parameter", name: "w" },
    ]);
    expect(arenaBytes).toBe(64);
  });

  test("keeps for the whole run, and until the next, what the prologue leaves to later kernels", () => {
    const { lifetime } = placed(chain, { persistent: new Set([a]) });
    expect(lifetime(a)).toEqual([-1, 3]);
    expect(lifetime(b)).toEqual([1, 2]);
  });

  test("rounds every size up to whole cache lines, small whole numbers being a byte each", () => {
    const small = buffer(5, [65], { dtype: "u8" });
    const one = buffer(6, []);
    const { arenaBytes } = placed([compute(small, [x]), compute(one, [small])], { outputs: [one] });
    // x and then one: 64 bytes; small: 65 bytes, two lines.
    expect([bytesOf(small), arenaBytes]).toEqual([65, 192]);
  });
});

/** What a plan needs at once at most, by adding up what is alive. */
function peakOf({ buffers, kernels }: Plan): number {
  const rooms = new Map<string, readonly [bytes: number, first: number, last: number]>();
  for (const { bytes, placement } of buffers)
    if (placement.kind === "arena")
      rooms.set(`${placement.offset} ${placement.lifetime.join()}`, [
        Math.ceil(bytes / 64) * 64,
        ...placement.lifetime,
      ]);
  const at = (kernel: number): number =>
    [...rooms.values()].reduce(
      (sum, [bytes, first, last]) => sum + (first <= kernel && kernel <= last ? bytes : 0),
      0,
    );
  return Math.max(...Array.from({ length: kernels.length + 2 }, (_, i) => at(i - 1)));
}

describe("the arena of a small program", () => {
  const programOf = (make: (graph: ReturnType<typeof createGraph>) => Program["outputs"]): Program => {
    const graph = createGraph();
    return { graph, outputs: make(graph) };
  };

  test.each<[string, Program, number]>([
    ["x and y of 64 bytes each", programOf((graph) => ({ y: relu(input(graph, "x", [16])) })), 128],
    [
      "an output that is a view of an input",
      programOf((graph) => ({ y: reshape(input(graph, "x", [16]), [4, 4]) })),
      64,
    ],
    [
      "two products, each with the panels of its weights, x and what stands between them",
      programOf((graph) => {
        const w = parameter(graph, "w", [16, 16]);
        return { y: matmul(matmul(input(graph, "x", [16, 16]), w), w) };
      }),
      // 1,024 bytes each; y takes the place of x.
      4 * 1024,
    ],
    [
      "an update in place needs no room of its own",
      programOf((graph) => {
        const w = parameter(graph, "w", [1024]);
        update(w, add(w, affine(input(graph, "step", [1024]), -0.1)));
        return {};
      }),
      4096,
    ],
  ])("%s", (_, program, bytes) => {
    const plan = planProgram(program);
    expect(plan.arenaBytes).toBe(bytes);
    expect(peakOf(plan)).toBe(bytes);
  });

  test("addresses are the arena's start and the offset, or the parameter's, or the constant's", () => {
    const plan = planProgram(
      programOf((graph) => {
        const table = constant(graph, new Float32Array(16), [16]);
        return { y: add(input(graph, "x", [16]), parameter(graph, "w", [16])), table };
      }),
    );
    const { y, table } = plan.outputs;
    const addressOf = addressesOf(plan, {
      arena: 1000,
      parameter: (name) => (name === "w" ? 7 : 0),
      constant: (name) => (name === table!.name ? 5 : 0),
    });
    const [given, kept] = [plan.inputs[0], plan.parameters[0]];
    expect([given!, y!, kept!, table!].map(addressOf)).toEqual([1000, 1064, 7, 5]);
  });
});
