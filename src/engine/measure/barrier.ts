import { type Spread, spreadOf } from "../../base/index.ts";
import type { Backend, Program } from "../backend.ts";
import { createGraph, input } from "../graph/index.ts";
import { matmul } from "../ops/index.ts";
import { planProgram } from "../plan/index.ts";

/** What it costs that all threads meet after every kernel. */
export interface BarrierCost {
  /** Microseconds a kernel that does next to nothing takes: the call, the hand-out of tasks, the meeting. */
  readonly perKernel: Spread;
  /** Microseconds of a run without work: the messages to the workers and back. */
  readonly perRun: Spread;
}

/** Enough that their sum stands out of a run's messages: 200 µs beside 75 (docs/performance.md, Scaling). */
const KERNELS = 400;

/** Runs before V8 has optimised; chosen, not measured. */
const WARM_UP = 20;

/** How many kernels a run of a program replays. */
export function kernelsOfRun(program: Program): number {
  const { kernels, prologueLength } = planProgram(program);
  return kernels.length - prologueLength;
}

/** Times a chain of products of 4x4 matrices, and one such product by itself. */
export async function barrierCost(
  backend: Backend,
  { runs, clock }: { readonly runs: number; readonly clock: () => number },
): Promise<BarrierCost> {
  const [long, short] = [productChain(KERNELS), productChain(1)];
  const extra = kernelsOfRun(long) - kernelsOfRun(short);
  const session = await backend.open({ long, short });
  const time = async (program: string): Promise<number> => {
    const started = clock();
    await session.run(program, { x: Float32Array.from({ length: 16 }, () => 0.1) });
    return 1000 * (clock() - started);
  };
  const [perKernel, perRun]: [number[], number[]] = [[], []];
  for (let run = -WARM_UP; run < runs; run++) {
    const [all, one] = [await time("long"), await time("short")];
    if (run < 0) continue;
    perKernel.push((all - one) / extra);
    perRun.push(one);
  }
  session.close();
  return { perKernel: spreadOf(perKernel), perRun: spreadOf(perRun) };
}

function productChain(length: number): Program {
  const graph = createGraph();
  const x = input(graph, "x", [4, 4]);
  let y = x;
  for (let i = 0; i < length; i++) y = matmul(y, x);
  return { graph, outputs: { y } };
}
