// node --no-liftoff --import tsx bench/layers.ts --python PATH: layers and activations on one thread, in turn with PyTorch's.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { at, sizeOf } from "../src/base/index.ts";
import { median, spreadOf } from "../src/base/statistics.ts";
import {
  type Program,
  type Value,
  createGraph,
  differentiate,
  input,
  multiply,
  parameter,
  reduceSum,
} from "../src/engine/index.ts";
import { timeKernels } from "../src/engine/measure/kernelTimes.ts";
import {
  type Activation,
  type Layer,
  activation,
  conv2dTranspose,
  cropping2d,
  gaussianDropout,
  gaussianNoise,
  globalAveragePooling2d,
  globalMaxPooling2d,
  groupNormalization,
  layerNormalization,
  layerScale,
  permute,
  prelu,
  separableConv2d,
  sequential,
  sliceChannels,
  spatialDropout2d,
  squeezeExcite,
  stochasticDepth,
  upSampling2d,
  zeroPadding2d,
} from "../src/nn/index.ts";
import { lowerLayers } from "../src/nn/lower.ts";
import { parametersOfResolved } from "../src/nn/model/parameters.ts";
import { resolveLayers } from "../src/nn/model/resolve.ts";
import { type Processor, prepareProcessor } from "../src/platform/node/index.ts";
import { thisMachine } from "../src/platform/node/machine.ts";
import { aboutMachine } from "./measure/machine.ts";
import { type Result, record } from "./measure/record.ts";
import { figure, renderTable } from "./measure/table.ts";

const usage = `layers.ts: times layers beside PyTorch's on one thread: forward as in use, and forward and back as in training;
adds the results to bench/results/<machine>.csv
  --python PATH   a Python with torch
  --quick         nothing is recorded
  --rounds N      turns of each [5; 2 with --quick]
  --only TEXT     only works whose name contains TEXT`;

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    only: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});

type Shape = readonly number[];

/** One layer on one shape; `name` is also what torch_layers.py calls it. */
interface Work {
  readonly name: string;
  readonly shape: Shape;
  readonly layer: Layer;
}

const activations: readonly Activation[] = [
  "relu",
  "elu",
  "selu",
  "gelu",
  "geluTanh",
  "silu",
  "mish",
  "softplus",
  "softsign",
  "logSigmoid",
  "tanhShrink",
  "softShrink",
  "hardShrink",
  "hardTanh",
  "hardSwish",
  "hardSigmoid",
  "celu",
  "leakyRelu",
  "sigmoid",
  "tanh",
  "exponential",
  "softmax",
  "logSoftmax",
];

const image: Shape = [4, 28, 28, 96];

const works: readonly Work[] = [
  ...activations.map((name) => ({ name, shape: image, layer: activation(name) })),
  { name: "prelu", shape: image, layer: prelu({ sharedAxes: [1, 2] }) },
  { name: "layerNormalization", shape: [4, 56, 56, 80], layer: layerNormalization() },
  { name: "layerNormalization", shape: [4, 14, 14, 320], layer: layerNormalization() },
  { name: "layerNormalization", shape: [64, 768], layer: layerNormalization() },
  { name: "groupNormalization", shape: [4, 56, 56, 64], layer: groupNormalization() },
  { name: "groupNormalization", shape: [4, 14, 14, 256], layer: groupNormalization() },
  { name: "instance normalization", shape: [2, 28, 28, 64], layer: groupNormalization({ groups: -1 }) },
  {
    name: "separableConv2d",
    shape: [2, 28, 28, 128],
    layer: separableConv2d({ filters: 128, kernelSize: 3, padding: "same" }),
  },
  {
    name: "conv2dTranspose 2x2",
    shape: [2, 28, 28, 64],
    layer: conv2dTranspose({ filters: 32, kernelSize: 2, strides: 2 }),
  },
  {
    name: "conv2dTranspose 3x3",
    shape: [2, 28, 28, 64],
    layer: conv2dTranspose({ filters: 32, kernelSize: 3, strides: 2, padding: "same" }),
  },
  { name: "spatialDropout2d", shape: image, layer: spatialDropout2d({ rate: 0.2 }) },
  { name: "gaussianNoise", shape: image, layer: gaussianNoise({ stddev: 0.1 }) },
  { name: "gaussianDropout", shape: image, layer: gaussianDropout({ rate: 0.2 }) },
  { name: "stochasticDepth", shape: image, layer: stochasticDepth({ rate: 0.2 }) },
  { name: "sliceChannels", shape: image, layer: sliceChannels({ size: 48 }) },
  { name: "layerScale", shape: image, layer: layerScale() },
  { name: "squeezeExcite", shape: image, layer: squeezeExcite({ filters: 96 }) },
  { name: "globalAveragePooling2d", shape: image, layer: globalAveragePooling2d({ keepdims: true }) },
  { name: "globalMaxPooling2d", shape: image, layer: globalMaxPooling2d({ keepdims: true }) },
  { name: "zeroPadding2d", shape: image, layer: zeroPadding2d({ padding: 2 }) },
  { name: "cropping2d", shape: image, layer: cropping2d({ cropping: 2 }) },
  { name: "permute, channels first", shape: image, layer: permute({ dims: [3, 1, 2] }) },
  { name: "permute, rows and columns", shape: image, layer: permute({ dims: [2, 1, 3] }) },
  { name: "upSampling2d", shape: [2, 28, 28, 64], layer: upSampling2d() },
  {
    name: "upSampling2d, bilinear",
    shape: [2, 28, 28, 64],
    layer: upSampling2d({ interpolation: "bilinear" }),
  },
];

/** Layers that do nothing in use are measured in training alone. */
const drawing = new Set(["spatialDropout2d", "gaussianNoise", "gaussianDropout", "stochasticDepth"]);

/** Forward, or forward and the gradients of x and all weights from those of the result. */
function programOf({ layer, shape }: Work, train: boolean): Program {
  const graph = createGraph();
  const x = input(graph, "x", shape);
  const resolved = resolveLayers(sequential([layer]), shape.slice(1));
  const parameters = new Map(
    parametersOfResolved(resolved).map(({ name, shape }) => [name, parameter(graph, name, shape)]),
  );
  const y = lowerLayers(resolved, x, { graph, training: train, parameters });
  if (!train) return { graph, outputs: { y } };
  const slopes = input(graph, "slopes", y.shape);
  const found = differentiate(reduceSum(multiply(y, slopes)), [x, ...parameters.values()]);
  const gradients = found.flatMap((value, i): [string, Value][] => (value ? [[`gradient ${i}`, value]] : []));
  return { graph, outputs: { y, ...Object.fromEntries(gradients) } };
}

const waves = Float32Array.from({ length: 2 ** 23 }, (_, i) => 3 * Math.sin(i));

/** How long each plays in a round, milliseconds. */
const TURN = 250;

/** Milliseconds of all kernels of a program, the fastest run of each in a turn. */
function timeOurs(program: Program, processor: Processor): number {
  const leaves = program.graph.values.filter(({ role }) => role === "input" || role === "parameter");
  const given = Object.fromEntries(leaves.map(({ name, shape }) => [name, waves.subarray(0, sizeOf(shape))]));
  const fastest = (repeats: number): number =>
    timeKernels(
      { program, parameters: given, inputsAt: () => given },
      { clock: () => performance.now(), ...processor, repeats },
    ).reduce((sum, { low }) => sum + low, 0);
  // As many runs as PyTorch has in its turn: the fastest of few is no match for the fastest of many.
  return fastest(Math.max(25, Math.round(TURN / fastest(5))));
}

class Torch {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;

  constructor(python: string) {
    const script = fileURLToPath(new URL("peers/torch_layers.py", import.meta.url));
    this.child = spawn(python, [script]);
    this.child.stderr.pipe(process.stderr);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async milliseconds({ name: work, shape }: Work, train: boolean): Promise<number> {
    this.child.stdin.write(`${JSON.stringify({ work, shape, train, seconds: TURN / 1000 })}\n`);
    const { value = "{}" } = await this.lines.next();
    return Number((JSON.parse(String(value)) as { readonly ms?: number }).ms);
  }

  async close(): Promise<void> {
    this.child.stdin.end();
    await once(this.child, "exit");
  }
}

interface Sides {
  readonly torch: Torch;
  readonly processor: Processor;
}

/** Milliseconds of each round. */
interface Measured {
  readonly name: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

async function measured({ torch, processor }: Sides, work: Work, train: boolean): Promise<Measured> {
  const program = programOf(work, train);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(timeOurs(program, processor));
    theirs.push(await torch.milliseconds(work, train));
  }
  const name = `${work.name} [${work.shape.join(", ")}]${train ? ", forward and back" : ""}`;
  return { name, ours, theirs };
}

/** For the table: the fastest round of each. */
function row({ name, ours, theirs }: Measured): readonly string[] {
  const [low, lowTheirs] = [Math.min(...ours), Math.min(...theirs)];
  return [name, figure(low), figure(lowTheirs), figure(low / lowTheirs)];
}

/** For the file: the spread over the rounds, and the median of their ratios. */
function resultsOf({ name, ours, theirs }: Measured, torchVersion: string): readonly Result[] {
  const about = { work: name, threads: 1, quantity: "layer", unit: "ms" } as const;
  const ratio = median(ours.map((ms, round) => ms / at(theirs, round)));
  return [
    { who: "Fovea", version: `Node ${process.versions.node}`, ...about, ...spreadOf(ours) },
    { who: "PyTorch", version: torchVersion, ...about, ...spreadOf(theirs), ratio },
  ];
}

const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));

async function main(python: string): Promise<void> {
  const version = spawnSync(python, ["-c", "import torch; print(torch.__version__)"], { encoding: "utf8" });
  const torch = new Torch(python);
  const processor = await prepareProcessor({ exact: false });
  const machine = thisMachine();
  console.log(`${aboutMachine(machine)}, Node ${process.versions.node}; fastest of ${rounds} rounds, ms`);
  const found: Measured[] = [];
  for (const work of works.filter(({ name }) => name.includes(values.only)))
    for (const train of [false, true])
      if (train || !drawing.has(work.name)) found.push(await measured({ torch, processor }, work, train));
  await torch.close();
  console.log(renderTable(["work", "Fovea", "PyTorch", "Fovea / PyTorch"], found.map(row)));
  const results = found.flatMap((one) => resultsOf(one, `torch ${version.stdout.trim()}`));
  if (!values.quick) console.log(`\n${await record(machine, results)}`);
}

if (values.help || values.python === undefined) console.log(usage);
else await main(values.python);
