import { type Fovea, prepareJob } from "./fovea.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import type { Work } from "./works.ts";

/** One kernel of a program, timed alone. */
export interface KernelTime extends Spread {
  /** Place in the program, from 0. */
  readonly index: number;
  /** What it does and on what: "conv2d+relu 16x100x100x32 -> 32". */
  readonly label: string;
  readonly tasks: number;
  /** By the plain algorithm, 10^9; 0 for what is bound by memory. */
  readonly gflop: number;
}

export interface KernelOptions {
  readonly repeats: number;
  /** Round each product and sum by itself. */
  readonly exact: boolean;
}

type Plan = ReturnType<Fovea["plan"]["planProgram"]>;
type Kernel = Plan["kernels"][number];
type Geometry = Extract<Kernel, { kind: "direct" }>["geometry"];

/** Room before the first buffer and after the last, as the backend leaves it. */
const PAGE = 65_536;

/**
 * Times every kernel of a work, all its tasks on one thread, in the program's order and on its own data. Kernels that run once,
 * not in every step, are left out.
 */
export async function timeKernels(
  fovea: Fovea,
  work: Work,
  { repeats, exact }: KernelOptions,
): Promise<readonly KernelTime[]> {
  const { program, parameters, inputsAt } = prepareJob(fovea, work);
  const { arithmetic, panel } = await fovea.platform.prepareProcessor({ exact });
  const plan = fovea.plan.planProgram(program, { panel });
  const layout = layOut(fovea, plan);
  const emitted = fovea.emit.emitProgram(plan.kernels, { arithmetic, addressOf: layout.addressOf });
  const pages = Math.ceil((layout.end + emitted.scratch) / PAGE) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const write = (address: number, numbers: ArrayLike<number>): void =>
    new Float32Array(memory.buffer, address, numbers.length).set(numbers);
  for (const [name, address] of layout.parameters) if (parameters[name]) write(address, parameters[name]);
  const module = new WebAssembly.Module(emitted.bytes);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const times: number[][] = emitted.kernels.map(() => []);
  for (let step = 1; step <= repeats + WARM_UP; step++) {
    const inputs = inputsAt(step);
    for (const value of plan.inputs) write(layout.addressOf(value), inputs[value.name] ?? []);
    for (const [i, { name, tasks }] of emitted.kernels.entries()) {
      const run = exports[name] as (task: number, scratch: number) => void;
      const started = performance.now();
      for (let task = 0; task < tasks; task++) run(task, layout.end);
      if (step > WARM_UP) times[i]!.push(performance.now() - started);
    }
  }
  const timed = plan.kernels.map((kernel, index) => ({
    index,
    label: describe(kernel),
    tasks: emitted.kernels[index]!.tasks,
    gflop: kernelGflop(kernel),
    ...spreadOf(times[index]!),
  }));
  return timed.slice(plan.prepared);
}

/** Runs before V8 has optimised every kernel. */
const WARM_UP = 3;

interface Layout {
  readonly parameters: ReadonlyMap<string, number>;
  readonly addressOf: (buffer: Plan["inputs"][number]) => number;
  /** First byte after the arena. */
  readonly end: number;
}

function layOut({ plan: { bytesOf } }: Fovea, plan: Plan): Layout {
  const parameters = new Map<string, number>();
  let end = PAGE;
  for (const value of plan.parameters) {
    parameters.set(value.name, end);
    end += Math.ceil(bytesOf(value) / 64) * 64;
  }
  const arena = end;
  return {
    parameters,
    end: arena + plan.arenaBytes,
    addressOf: (buffer) => {
      const at = plan.placementOf(buffer);
      return at.kind === "parameter" ? parameters.get(at.name)! : arena + at.offset;
    },
  };
}

/** The sizes of a convolution, whatever its algorithm; new kinds of kernel need no change here. */
const geometryOf = (kernel: Kernel): Geometry | undefined =>
  "geometry" in kernel ? kernel.geometry : undefined;

function describe(kernel: Kernel): string {
  const g = geometryOf(kernel);
  const algorithm = kernel.kind === "nest" ? "" : `${kernel.kind}: `;
  if (g) return `${algorithm}${kernel.label} ${g.n}x${g.height}x${g.width}x${g.channels} -> ${g.filters}`;
  if (kernel.kind === "product") return `${algorithm}${kernel.label} ${kernel.m}x${kernel.k}x${kernel.n}`;
  if (kernel.kind === "nest") return `${kernel.label} ${[...kernel.axes, ...kernel.reduce].join("x")}`;
  return `${algorithm}${kernel.label}`;
}

function kernelGflop(kernel: Kernel): number {
  if (kernel.kind === "product") return (2 * kernel.m * kernel.n * kernel.k) / 1e9;
  const g = geometryOf(kernel);
  if (!g) return 0;
  const taps = g.filterHeight * g.filterWidth;
  const outputs = g.n * g.outHeight * g.outWidth * g.filters;
  const depthwise = /depthwise/i.test(kernel.kind);
  // A strided convolution's input gradient works on a source spread with zeros, which do not count.
  const [down, right] = kernel.kind === "direct" ? kernel.spread : [1, 1];
  return (2 * outputs * taps * (depthwise ? 1 : g.channels)) / (down * right) / 1e9;
}
