// How long a deep net takes to open for training, with its parts, and how much memory.
import { parseArgs } from "node:util";
import { seeded } from "../src/base/index.ts";
import { planProgram } from "../src/engine/index.ts";
import {
  type Layer,
  type ModelSpec,
  adam,
  add,
  activation,
  batchNormalization,
  conv2d,
  dense,
  globalAveragePooling2d,
  initialize,
  input,
  sequential,
  trainingProgram,
} from "../src/nn/index.ts";
import { buildModel } from "../src/models/index.ts";
import { peakBytes, wasmBackend } from "../src/platform/node/index.ts";

const usage = `deepNets.ts [CONVOLUTIONS]: seconds to plan and to open (plan, emit, compile) a net of so many convolutions for training (default 50)
  --kind KIND   plain: 3x3 convolutions with bias and ReLU; residual: pairs with batch normalisation and a sum (default plain)
  --net NAME    one of Fovea's nets in its place, on images of 224x224, batch 16
  --channels N  channels of every convolution (default 16)
  --threads N   threads (default 2)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kind: { type: "string", default: "plain" },
    net: { type: "string" },
    channels: { type: "string", default: "16" },
    threads: { type: "string", default: "2" },
    help: { type: "boolean", default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const CLASSES = 10;
const [SIDE, BATCH] = values.net === undefined ? [32, 8] : [224, 16];

function deepNet(count: number, kind: string, filters: number): ModelSpec {
  const convolution = { filters, kernelSize: 3, padding: "same" } as const;
  const normalised: readonly Layer[] = [conv2d({ ...convolution, useBias: false }), batchNormalization()];
  const pair = add([[], [...normalised, activation("relu"), ...normalised]]);
  const layers: readonly Layer[] =
    kind === "plain"
      ? Array.from({ length: count }, () => conv2d({ ...convolution, activation: "relu" }))
      : [conv2d(convolution), ...Array.from({ length: count / 2 }, () => [pair, activation("relu")]).flat()];
  const head = [globalAveragePooling2d(), dense({ units: CLASSES, activation: "softmax" })];
  return sequential([input({ shape: [SIDE, SIDE, 3] }), ...layers, ...head], { name: kind });
}

/** Seconds that some work takes, with processor time of all threads, which a busy machine lengthens less; and what it gives. */
async function timed<T>(work: () => T | Promise<T>): Promise<readonly [seconds: string, result: T]> {
  const started = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const elapsed = (performance.now() - started) / 1000;
  return [`${elapsed.toFixed(2)} s (processor ${((user + system) / 1e6).toFixed(2)} s)`, result];
}

async function measure(count: number): Promise<void> {
  const { net, kind, channels } = values;
  const inputShape = [SIDE, SIDE, 3] as const;
  const model =
    net === undefined
      ? deepNet(count, kind, Number(channels))
      : buildModel(net, { inputShape, classes: CLASSES });
  const options = {
    inputShape,
    loss: "sparseCategoricalCrossentropy",
    optimizer: adam(),
    batchSize: BATCH,
  } as const;
  const [lowering, program] = await timed(() => trainingProgram(model, options));
  const [planning, plan] = await timed(() => planProgram(program));
  const name = net ?? `${count} convolutions, ${kind}, ${channels} channels`;
  say(`${name}: ${plan.kernels.length} kernels`);
  say(`  graph ${lowering}, plan ${planning}`);
  const backend = await wasmBackend({ threads: Number(values.threads) });
  const [opening, session] = await timed(() => backend.open({ train: program }));
  for (const [name, numbers] of Object.entries(initialize(model, inputShape, seeded(1))))
    await session.write(name, numbers);
  const inputs = {
    ...Object.fromEntries(program.inputs.map((name) => [name, Float32Array.of(1e-3)])),
    x: new Float32Array(BATCH * SIDE * SIDE * 3).fill(0.5),
    y: new Float32Array(BATCH).fill(1),
  };
  const [first] = await timed(() => session.run("train", inputs));
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const started = performance.now();
    await session.run("train", inputs);
    times.push(performance.now() - started);
  }
  const step = `${Math.min(...times).toFixed(2)} ms at best`;
  say(
    `  open ${opening}, code ${(session.memory.code / 1e6).toFixed(2)} MB, first step ${first}, a step ${step}`,
  );
  say(`  peak memory ${(peakBytes() / 1e9).toFixed(2)} GB`);
  session.close();
  await backend.close();
}

if (values.help) say(usage);
else await measure(Number(positionals[0] ?? 50));
