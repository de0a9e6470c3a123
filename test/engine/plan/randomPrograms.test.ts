import { type Arbitrary, array, assert, integer, pre, property, record } from "fast-check";
import { expect, test } from "vitest";
import {
  type Program,
  type Value,
  add,
  affine,
  concat,
  constant,
  createGraph,
  input,
  matmul,
  maximum,
  multiply,
  parameter,
  reduceMax,
  reduceSum,
  relu,
  reshape,
  slice,
  subtract,
  transpose,
  update,
} from "../../../src/engine/index.ts";
import { cheapest, planProgram } from "../../../src/engine/plan/index.ts";
import { initialState } from "../../../src/engine/plan/passes/pass.ts";
import { passes } from "../../../src/engine/plan/planProgram.ts";
import { firstApart } from "../compare.ts";
import { PlacedRun, type Results, numbersFor, referenceResults, runState } from "./runPlan.ts";

type Make = (a: Value, b: Value) => Value;

/** Ops on matrices [3, 4], by way of rows, columns, sums and other shapes. */
const ops: readonly Make[] = [
  add,
  subtract,
  maximum,
  (a, b) => multiply(a, affine(b, 0.125)),
  (a) => relu(a),
  (a) => affine(a, -0.5, 1),
  (a, b) => subtract(a, affine(reduceMax(b, { axes: [1], keepDims: true }), 0.5)),
  (a, b) => add(a, affine(reduceSum(b, { axes: [0] }), 0.25)),
  (a, b) => multiply(a, affine(reduceSum(b), 1 / 64)),
  (a) => reshape(affine(reshape(a, [12]), 2), [3, 4]),
  (a) => reshape(transpose(a), [3, 4]),
  (a, b) => slice(concat([a, b], 0), [2, 0], [5, 4]),
  (a, b) => add(b, reshape(reduceSum(matmul(a, reshape(transpose(b), [4, 3])), { axes: [1] }), [3, 1])),
];

/** One op of a drawn program: which, and which earlier results it takes. */
interface Step {
  readonly op: number;
  readonly a: number;
  readonly b: number;
}

const steps: Arbitrary<readonly Step[]> = array(
  record({ op: integer({ min: 0, max: ops.length - 1 }), a: integer({ min: 0 }), b: integer({ min: 0 }) }),
  { minLength: 2, maxLength: 9 },
);

/** A program of the drawn steps: two outputs, and perhaps updates of its two parameters. */
function programOf(drawn: readonly Step[], updates: number): Program {
  const graph = createGraph();
  const x = input(graph, "x", [3, 4]);
  const [p, q] = [parameter(graph, "p", [3, 4]), parameter(graph, "q", [3, 4])];
  const c = constant(graph, [0.5, -1, 0.25, 0, 1.5, -0.5, 1, -0.25, 0, -1.5, 0.75, 2], [3, 4]);
  const values = [x, p, q, c];
  const value = (i: number): Value => values[i % values.length] ?? x;
  for (const { op, a, b } of drawn) values.push(ops[op]?.(value(a), value(b)) ?? x);
  const [last, before] = [values.at(-1) ?? x, value(drawn[0]?.a ?? 0)];
  if (updates > 0) update(p, last);
  if (updates > 1) update(q, before);
  return { graph, outputs: { last, before } };
}

/** Results that are further from the exact ones than allowed, in words. */
const apart = (found: Results, exact: Results, atol: number): readonly string[] =>
  (["outputs", "updates"] as const).flatMap((part) =>
    Object.entries(exact[part]).flatMap(([name, numbers]) => {
      const text = firstApart(found[part][name] ?? [], numbers, { rtol: 1e-9, atol });
      return text ? [`${part} ${name} ${text}`] : [];
    }),
  );

/** The largest absolute number of all results, 1 at least. */
const largestOf = ({ outputs, updates }: Results): number =>
  Math.max(1, ...Object.values({ ...outputs, ...updates }).flatMap((x) => Array.from(x, Math.abs)));

/** A drawn program, numbers for it and what the reference makes of them; drawn anew where numbers overflow. */
function drawnCase(drawn: readonly Step[], updates: number) {
  const program = programOf(drawn, updates);
  const given = numbersFor(program);
  const exact = referenceResults(program, given);
  pre(largestOf(exact) < 1e6);
  return { program, given, exact };
}

test("drawn programs have the reference's results after every pass", () => {
  assert(
    property(steps, integer({ min: 0, max: 2 }), (drawn, updates) => {
      const { program, given, exact } = drawnCase(drawn, updates);
      let state = initialState(program, { panel: 8, choose: cheapest });
      for (const { name, run } of passes) {
        state = run(state);
        const found = runState(state, given);
        expect(apart(found, exact, 1e-9), name).toEqual([]);
      }
    }),
    { numRuns: 120, seed: 5 },
  );
});

test("drawn programs have them in their arenas, where buffers share room, in one run and the next", () => {
  assert(
    property(steps, integer({ min: 0, max: 2 }), (drawn, updates) => {
      const { program, given } = drawnCase(drawn, updates);
      const placed = new PlacedRun(planProgram(program));
      const now = { ...given };
      for (let run = 0; run < 2; run++) {
        const exact = referenceResults(program, now);
        const atol = 1e-4 * largestOf(exact);
        // Updates can double numbers again and again.
        if (atol > 1e3) return;
        const outputs = placed.run(now);
        const found = Object.keys(exact.updates).map((name) => [name, placed.parameter(name) ?? []]);
        expect(apart({ outputs, updates: Object.fromEntries(found) }, exact, atol)).toEqual([]);
        Object.assign(now, exact.updates);
      }
    }),
    { numRuns: 120, seed: 6 },
  );
});
