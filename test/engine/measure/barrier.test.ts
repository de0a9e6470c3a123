import { expect, test } from "vitest";
import {
  type Backend,
  type Program,
  barrierCost,
  kernelsOfRun,
  referenceBackend,
} from "../../../src/engine/index.ts";

/** A backend that computes nothing and takes so many milliseconds for a run and for each of its kernels. */
function slowBackend({ perRun, perKernel }: { readonly perRun: number; readonly perKernel: number }) {
  let now = 0;
  let closed = 0;
  const runs: string[] = [];
  const backend: Backend = {
    ...referenceBackend(),
    open: async (programs: Readonly<Record<string, Program>>) => ({
      ...(await referenceBackend().open({})),
      run: async (name: string) => {
        runs.push(name);
        const program = programs[name];
        now += perRun + (program ? kernelsOfRun(program) : 0) * perKernel;
        return {};
      },
      close: () => {
        closed++;
      },
    }),
  };
  return { backend, clock: () => now, runs, closed: () => closed };
}

test("the cost of a barrier is what a chain of kernels takes beyond one of them, per kernel, in microseconds", async () => {
  const { backend, clock, runs, closed } = slowBackend({ perRun: 0.075, perKernel: 0.0005 });
  const { perKernel, perRun } = await barrierCost(backend, { runs: 5, clock });
  expect(perKernel.median).toBeCloseTo(0.5, 6);
  // One run of one kernel.
  expect(perRun.median).toBeCloseTo(75.5, 6);
  expect([perKernel.count, perRun.count]).toEqual([5, 5]);
  // Twenty rounds warm up; long and short take turns.
  expect(runs).toHaveLength(2 * 25);
  expect(runs.slice(0, 4)).toEqual(["long", "short", "long", "short"]);
  expect(closed()).toBe(1);
});
