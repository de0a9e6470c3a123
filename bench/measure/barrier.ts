import type { Fovea } from "./fovea.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/** What it costs that all threads meet after every kernel. */
export interface BarrierCost {
  readonly threads: number;
  /** Microseconds a kernel that does next to nothing takes: the call, the hand-out of tasks, the meeting. */
  readonly perKernel: Spread;
  /** Microseconds of a run without work: the messages to the workers and back. */
  readonly perRun: Spread;
}

const KERNELS = 400;

/** Times a chain of products of 4x4 matrices, and one such product by itself. */
export async function barrierCost(fovea: Fovea, threads: number, runs: number): Promise<BarrierCost> {
  const backend = await fovea.platform.wasmBackend({ threads });
  const [long, short] = [productChain(fovea, KERNELS), productChain(fovea, 1)];
  const extra = kernelsOf(fovea, long) - kernelsOf(fovea, short);
  const session = await backend.open({ long, short });
  const time = async (program: string): Promise<number> => {
    const started = performance.now();
    await session.run(program, { x: Float32Array.from({ length: 16 }, () => 0.1) });
    return 1000 * (performance.now() - started);
  };
  const [perKernel, perRun]: [number[], number[]] = [[], []];
  for (let run = -WARM_UP; run < runs; run++) {
    const [all, one] = [await time("long"), await time("short")];
    if (run < 0) continue;
    perKernel.push((all - one) / extra);
    perRun.push(one);
  }
  await backend.close();
  return { threads, perKernel: spreadOf(perKernel), perRun: spreadOf(perRun) };
}

const WARM_UP = 20;

type Program = Parameters<Fovea["plan"]["planProgram"]>[0];

const kernelsOf = ({ plan }: Fovea, program: Program): number => plan.planProgram(program).kernels.length;

function productChain({ engine }: Fovea, length: number): Program {
  const graph = engine.createGraph();
  const x = engine.input(graph, "x", [4, 4]);
  let y = x;
  for (let i = 0; i < length; i++) y = engine.matmul(y, x);
  return { graph, outputs: { y } };
}
