// npm run bench: times every kernel and every whole step of ours, on this machine.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Fovea, gflopOf, loadFovea, timeKernels } from "./measure/fovea.ts";
import { thisMachine } from "../src/platform/node/machine.ts";
import { aboutMachine, threadCounts } from "./measure/machine.ts";
import { type Result, record } from "./measure/record.ts";
import { stepTable } from "./measure/stepTable.ts";
import { figure, range, renderTable } from "./measure/table.ts";
import { type Effort, quick, thorough, timeOurs } from "./measure/timeOurs.ts";
import { type Work, scalingWorks, showWork, works, worksNamed } from "./measure/works.ts";

const usage = `npm run bench -- [options]: times Fovea, and adds the results to bench/results/<machine>.csv
  --quick         few and short runs; nothing is recorded
  --work TEXT     only works whose name contains TEXT; may be repeated; leaves out barrier and scaling
  --threads N     only with N threads; may be repeated [1, 2, 4, 8, 16 as far as there are cores]
  --node PATH     Node binary to run all of this on, e.g. a newer one [the running one]
  --exact         round each product and sum by itself, as on a processor without fused multiply-add
  --built DIR     compiled layers (dist) instead of the source: times the start as users see it`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    work: { type: "string", multiple: true, default: [] },
    threads: { type: "string", multiple: true, default: [] },
    node: { type: "string" },
    exact: { type: "boolean", default: false },
    built: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const { exact } = values;
const built = values.built === undefined ? {} : { built: values.built };
const machine = thisMachine();
const effort: Effort = values.quick ? quick : thorough;

/** Kernels below this share of a step are left out of the file; chosen, not measured. */
const LEAST_SHARE = 0.005;

async function kernelResults(fovea: Fovea, work: Work): Promise<Result[]> {
  const kernels = await timeKernels(fovea, work, { repeats: values.quick ? 3 : 11, exact });
  const total = kernels.reduce((sum, { median }) => sum + median, 0);
  return kernels
    .filter(({ median }) => median > LEAST_SHARE * total)
    .map(({ index, label, gflop, median, low, high, count }) => ({
      who: "Fovea",
      version: `Node ${process.versions.node}`,
      work: showWork(work),
      threads: 1,
      quantity: `kernel ${index} ${label}`,
      unit: "ms",
      ...(gflop > 0 ? { gflop } : {}),
      median,
      low,
      high,
      count,
    }));
}

async function stepResults(
  fovea: Fovea,
  list: readonly Work[],
  counts: readonly number[],
): Promise<Result[]> {
  const results: Result[] = [];
  for (const work of list) {
    for (const threads of counts) {
      const gflop = gflopOf(fovea, work);
      const measured = await timeOurs({
        work,
        threads,
        exact,
        ...built,
        node: process.execPath,
        gflop,
        ...effort,
      });
      results.push(...measured);
    }
  }
  console.log(stepTable(results, ({ work, threads }) => `${work}, ${showThreads(threads)}`));
  return results;
}

const showThreads = (threads: number): string => (threads === 1 ? "1 thread" : `${threads} threads`);

const line = (result: Result): string[] => [
  result.quantity.startsWith("kernel") ? result.quantity.slice(7, 90) : result.quantity,
  showThreads(result.threads),
  `${figure(result.median)} ${result.unit}`,
  range(result),
  result.gflop && result.unit === "ms" ? `${figure((1000 * result.gflop) / result.median)} GFLOP/s` : "",
];

async function barrierResults(fovea: Fovea, threads: number): Promise<Result[]> {
  const backend = await fovea.platform.wasmBackend({ threads });
  const runs = values.quick ? 50 : 300;
  const cost = await fovea.engine.barrierCost(backend, { runs, clock: () => performance.now() });
  await backend.close();
  const about = {
    who: "Fovea",
    version: `Node ${process.versions.node}`,
    work: "barrier",
    threads,
    unit: "us",
  } as const;
  return [
    { ...about, quantity: "a kernel without work", ...cost.perKernel },
    { ...about, quantity: "a run without work", ...cost.perRun },
  ];
}

async function main(): Promise<void> {
  const fovea = await loadFovea(values.built);
  const chosen = worksNamed(values.work);
  const counts = values.threads.length > 0 ? values.threads.map(Number) : threadCounts(machine.cores);
  console.log(`${aboutMachine(machine)}, Node ${process.versions.node}`);
  const results: Result[] = [];
  const show = (title: string, found: readonly Result[]): void => {
    console.log(`\n${title}\n${renderTable([], found.map(line))}`);
    results.push(...found);
  };
  for (const work of chosen) show(`Kernels of ${showWork(work)}`, await kernelResults(fovea, work));
  console.log("\nWhole steps");
  results.push(...(await stepResults(fovea, chosen, counts)));
  if (chosen.length === works.length) {
    for (const threads of counts) show("Barrier", await barrierResults(fovea, threads));
    for (const [axis, list] of Object.entries(scalingWorks)) {
      console.log(`\nScaling with ${axis}`);
      results.push(...(await stepResults(fovea, list, [Math.max(...counts)])));
    }
  }
  if (!values.quick) console.log(`\n${await record(machine, results)}`);
}

/** The same command on another Node. */
function runOn(node: string): void {
  const isOption = (argument: string | undefined): boolean => argument === "--node";
  const rest = process.argv
    .slice(2)
    .filter(
      (argument, i, all) => !isOption(argument) && !isOption(all[i - 1]) && !argument.startsWith("--node="),
    );
  const self = fileURLToPath(import.meta.url);
  const { status } = spawnSync(node, ["--import", import.meta.resolve("tsx"), self, ...rest], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}

if (values.help) console.log(usage);
else if (values.node !== undefined) runOn(values.node);
else await main();
