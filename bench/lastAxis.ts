// npx tsx bench/lastAxis.ts [--against DIR]: sums, softmax and layer normalisation along the last axis, on one thread, in turn with
// another checkout of this repository.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import type * as engineLayer from "../src/engine/index.ts";
import type * as measureLayer from "../src/engine/measure/kernelTimes.ts";
import { sizeOf } from "../src/base/index.ts";
import { thisMachine } from "../src/platform/node/machine.ts";
import { aboutMachine } from "./measure/machine.ts";
import { figure, renderTable } from "./measure/table.ts";

const usage = `lastAxis.ts: times ops along the last axis on one thread
  --against DIR   another checkout of this repository, to be measured in turn with this one
  --rounds N      turns of each [15]
  --only TEXT     only works whose name contains TEXT`;

const { values } = parseArgs({
  options: {
    against: { type: "string" },
    rounds: { type: "string", default: "15" },
    only: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});

type Engine = typeof engineLayer;
type Measure = typeof measureLayer;
type Shape = readonly number[];

interface Side {
  readonly engine: Engine;
  readonly measure: Measure;
}

async function sideAt(root: string): Promise<Side> {
  const load = (path: string): Promise<unknown> =>
    import(pathToFileURL(resolve(root, "src/engine", path)).href);
  const [engine, measure] = await Promise.all([load("index.ts"), load("measure/kernelTimes.ts")]);
  return { engine: engine as Engine, measure: measure as Measure };
}

interface Work {
  readonly name: string;
  readonly shape: Shape;
  readonly make: (e: Engine, shape: Shape) => engineLayer.Program;
}

type Outputs = (e: Engine, x: engineLayer.Value) => Readonly<Record<string, engineLayer.Value>>;

/** A program of one input. */
const ofInput =
  (outputs: Outputs) =>
  (e: Engine, shape: Shape): engineLayer.Program => {
    const graph = e.createGraph();
    return { graph, outputs: outputs(e, e.input(graph, "x", shape)) };
  };

const lastAxis = { axes: [-1], keepDims: true } as const;

/** (x - mean) / √(variance + ε) · gamma + beta along the last axis, of the ops that there are. */
function layerNorm(e: Engine, x: engineLayer.Value): engineLayer.Value {
  const channels = [x.shape.at(-1) ?? 1];
  const [gamma, beta] = ["gamma", "beta"].map((name) => e.parameter(x.graph, name, channels));
  const centred = e.subtract(x, e.reduceMean(x, lastAxis));
  const variance = e.reduceMean(e.multiply(centred, centred), lastAxis);
  return e.add(e.multiply(e.divide(centred, e.sqrt(e.affine(variance, 1, 1e-5))), gamma!), beta!);
}

/** The gradients of Σ y², of the input and all parameters. */
const gradientsOf = (e: Engine, x: engineLayer.Value, y: engineLayer.Value): ReturnType<Outputs> => {
  const wanted = [x, ...x.graph.values.filter(({ role }) => role === "parameter")];
  const found = e.differentiate(e.reduceSum(e.multiply(y, y)), wanted);
  return Object.fromEntries(found.flatMap((gradient, i) => (gradient ? [[`gradient ${i}`, gradient]] : [])));
};

const works: readonly Omit<Work, "shape">[] = [
  { name: "reduceSum", make: ofInput((e, x) => ({ y: e.reduceSum(x, lastAxis) })) },
  { name: "reduceMax", make: ofInput((e, x) => ({ y: e.reduceMax(x, lastAxis) })) },
  { name: "softmax", make: ofInput((e, x) => ({ y: e.softmax(x) })) },
  {
    name: "softmax, forward and back",
    make: ofInput((e, x) => gradientsOf(e, x, e.softmax(x))),
  },
  { name: "layer norm", make: ofInput((e, x) => ({ y: layerNorm(e, x) })) },
  { name: "layer norm, forward and back", make: ofInput((e, x) => gradientsOf(e, x, layerNorm(e, x))) },
];

const shapes: readonly Shape[] = [
  [128, 10],
  [128, 1000],
  [16, 196, 384],
  [64, 56, 56, 64],
];

const waves = Float32Array.from({ length: Math.max(...shapes.map(sizeOf)) }, (_, i) => Math.sin(i));

/** Milliseconds of all kernels of a program in a few runs: their minima, and their medians. */
function timeOf({ measure }: Side, program: engineLayer.Program): number {
  const leaves = program.graph.values.filter(({ role }) => role !== "result");
  const given = new Map(leaves.map(({ name, shape }) => [name, waves.subarray(0, sizeOf(shape))]));
  const kernels = measure.timeKernels(
    { program, parameters: Object.fromEntries(given), inputsAt: () => Object.fromEntries(given) },
    { clock: () => performance.now(), arithmetic: "exact", panel: 8, repeats: 3 },
  );
  return kernels.reduce((sum, { median }) => sum + median, 0);
}

const middle = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;

function measured(sides: readonly Side[], { make, name, shape }: Work): readonly string[] {
  const times = sides.map((): number[] => []);
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [i, side] of sides.entries()) times[i]!.push(timeOf(side, make(side.engine, shape)));
  const [now = [], then = []] = times;
  const text = (list: readonly number[]): string => `${figure(Math.min(...list))} (${figure(middle(list))})`;
  const ratio = then.length > 0 ? [text(then), figure(Math.min(...then) / Math.min(...now))] : [];
  return [`${name} [${shape.join(", ")}]`, text(now), ...ratio];
}

if (values.help) console.log(usage);
else {
  const here = await sideAt(new URL("..", import.meta.url).pathname);
  const sides = values.against === undefined ? [here] : [here, await sideAt(values.against)];
  console.log(`${aboutMachine(thisMachine())}, Node ${process.versions.node}; ms: fastest (median)`);
  const all = shapes.flatMap((shape) => works.map((work): Work => ({ ...work, shape })));
  const rows = all
    .filter(({ name, shape }) => `${name} [${shape.join(", ")}]`.includes(values.only))
    .map((work) => measured(sides, work));
  console.log(renderTable(["work", "here", ...(sides.length > 1 ? ["there", "there / here"] : [])], rows));
}
