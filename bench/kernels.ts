// npx tsx bench/kernels.ts [--work TEXT] …: where the time of a step goes, kernel by kernel, on one thread.
import { parseArgs } from "node:util";
import { gflopOf, loadFovea, timeKernels } from "./measure/fovea.ts";
import type { KernelTime } from "../src/engine/measure/kernelTimes.ts";
import { thisMachine } from "../src/platform/node/machine.ts";
import { aboutMachine } from "./measure/machine.ts";
import { figure, range, renderTable } from "./measure/table.ts";
import { showWork, worksNamed } from "./measure/works.ts";

const usage = `kernels.ts: times every kernel of the works on one thread
  --work TEXT     only works whose name contains TEXT, e.g. "tutorial 200x200 batch 16 train"; may be repeated
  --repeats N     runs of each kernel after warming up [8]
  --top N         longest kernels to print [20]
  --exact         round each product and sum by itself, as on a processor without fused multiply-add
  --built DIR     compiled layers instead of the source`;

const { values } = parseArgs({
  options: {
    work: { type: "string", multiple: true, default: [] },
    repeats: { type: "string", default: "8" },
    top: { type: "string", default: "20" },
    exact: { type: "boolean", default: false },
    built: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

function print(kernels: readonly KernelTime[], top: number): void {
  const total = kernels.reduce((sum, kernel) => sum + kernel.median, 0);
  const rows = kernels
    .toSorted((a, b) => b.median - a.median)
    .slice(0, top)
    .map((kernel) => [
      `${kernel.index} ${kernel.label.slice(0, 90)}`,
      figure(kernel.median),
      range(kernel),
      `${((100 * kernel.median) / total).toFixed(1)} %`,
      String(kernel.tasks),
      figure(kernel.gflop || undefined),
      figure(kernel.gflop ? (1000 * kernel.gflop) / kernel.median : undefined),
    ]);
  console.log(renderTable(["kernel", "ms", "quartiles", "share", "tasks", "GFLOP", "GFLOP/s"], rows));
  console.log(`all ${kernels.length} kernels, one thread: ${figure(total)} ms`);
}

if (values.help) console.log(usage);
else {
  const fovea = await loadFovea(values.built);
  console.log(`${aboutMachine(thisMachine())}, Node ${process.versions.node}`);
  for (const work of worksNamed(values.work)) {
    console.log(`\n${showWork(work)}, ${figure(gflopOf(fovea, work))} GFLOP`);
    const kernels = await timeKernels(fovea, work, { repeats: Number(values.repeats), exact: values.exact });
    print(kernels, Number(values.top));
  }
}
