import { expect, test } from "vitest";
import {
  type Program,
  add,
  batchNorm,
  conv2d,
  createGraph,
  input,
  multiply,
  parameter,
  reduceSum,
  relu,
} from "../../../src/engine/index.ts";
import { cheapest } from "../../../src/engine/plan/index.ts";
import { initialState } from "../../../src/engine/plan/passes/pass.ts";
import { passes } from "../../../src/engine/plan/planProgram.ts";
import { trained } from "./nets.ts";

/** A training step of a residual net of so many blocks, each relu(x + norm(x ∘ w)). */
function residual(blocks: number): Program {
  const graph = createGraph();
  let x = input(graph, "x", [2, 4, 4, 4]);
  for (let i = 0; i < blocks; i++) {
    const named = (part: string, shape: readonly number[]) => parameter(graph, `${part} ${i}`, shape);
    const y = conv2d(x, named("w", [3, 3, 4, 4]), { padding: "same" });
    const [normed] = batchNorm(y, { gamma: named("gamma", [4]), beta: named("beta", [4]) });
    x = relu(add(x, normed));
  }
  return trained(reduceSum(multiply(x, x)));
}

/** How often each pass asks where a buffer really is, which it does for every access that it looks at; passes by name and place. */
function lookups(program: Program): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let state = initialState(program, { panel: 8, choose: cheapest });
  for (const [i, { name, run }] of passes.entries()) {
    let count = 0;
    const { storageOf } = state;
    const counting = (buffer: Parameters<typeof storageOf>[0]): ReturnType<typeof storageOf> => {
      count++;
      return storageOf(buffer);
    };
    const after = run({ ...state, storageOf: counting });
    state = { ...after, storageOf: after.storageOf === counting ? storageOf : after.storageOf };
    if (count > 0) found.set(`${i} ${name}`, count);
  }
  return found;
}

test("four times as many layers are four times the work for every pass, not sixteen", () => {
  const [short, long] = [lookups(residual(8)), lookups(residual(32))];
  expect(short.size).toBeGreaterThan(4);
  for (const [pass, count] of short) expect([pass, (long.get(pass) ?? 0) / count < 5]).toEqual([pass, true]);
});
