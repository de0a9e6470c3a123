import { describe, expect, test } from "vitest";
import type { Program } from "../../../src/engine/index.ts";
import {
  type ChooseAlgorithm,
  type Plan,
  algorithms,
  cheapest,
  planProgram,
} from "../../../src/engine/plan/index.ts";
import { initialState } from "../../../src/engine/plan/passes/pass.ts";
import { passes } from "../../../src/engine/plan/planProgram.ts";
import { firstApart } from "../compare.ts";
import { nets } from "./nets.ts";
import { PlacedRun, type Results, numbersFor, referenceResults, runState } from "./runPlan.ts";

/** What is not near the reference, in words. */
function wrong(found: Results, exact: Results, allowed: { rtol: number; atol: number }): readonly string[] {
  const apart = (part: "outputs" | "updates"): string[] =>
    Object.entries(exact[part]).flatMap(([name, numbers]) => {
      const text = firstApart(found[part][name] ?? [], numbers, allowed);
      return text ? [`${part} ${name} ${text}`] : [];
    });
  return [...apart("outputs"), ...apart("updates")];
}

const FLOAT64 = { rtol: 1e-9, atol: 1e-9 };
const FLOAT32 = { rtol: 1e-4, atol: 2e-4 };

/** Where a plan's results in its arena are not the reference's, in so many runs after one another. */
function wrongInArena(program: Program, plan: Plan, runs: number): readonly string[] {
  const run = new PlacedRun(plan);
  let given = numbersFor(program);
  return Array.from({ length: runs }, () => {
    const exact = referenceResults(program, given);
    const outputs = run.run(given);
    const updates = Object.fromEntries(
      Object.keys(exact.updates).map((name) => [name, run.parameter(name) ?? []]),
    );
    given = { ...given, ...updates };
    return wrong({ outputs, updates }, exact, FLOAT32);
  }).flat();
}

describe.each(Object.entries(nets))("%s", (_, make) => {
  test("has the reference's results after every pass", () => {
    const program = make();
    const given = numbersFor(program);
    const exact = referenceResults(program, given);
    let state = initialState(program, { panel: 8, choose: cheapest });
    const failures: string[] = [];
    for (const { name, run } of passes) {
      state = run(state);
      failures.push(...wrong(runState(state, given), exact, FLOAT64).map((text) => `${name}: ${text}`));
    }
    expect(failures).toEqual([]);
  });

  test("has them in its arena, where buffers share room, in one run and the next", () => {
    const program = make();
    expect(wrongInArena(program, planProgram(program), 2)).toEqual([]);
  });
});

describe.each(algorithms)("%s", (algorithm) => {
  const choose: ChooseAlgorithm = (candidates) =>
    candidates.find((one) => one.algorithm === algorithm) ?? cheapest(candidates);

  test.each([8, 16] as const)(
    "computes what the reference does wherever it is correct, panels of %i",
    (panel) => {
      let taken = 0;
      for (const [name, make] of Object.entries(nets)) {
        const program = make();
        const plan = planProgram(program, { panel, choose });
        const choices = plan.algorithms.filter((choice) => choice.algorithm === algorithm);
        if (choices.length === 0) continue;
        taken += choices.length;
        expect(wrongInArena(program, plan, 1), name).toEqual([]);
      }
      expect(taken).toBeGreaterThan(0);
    },
  );
});
