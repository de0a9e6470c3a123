// npx tsx bench/batchNormStatistics.ts FOLDER: validation accuracy from epoch to epoch with batch norm's moving averages and with statistics
// estimated for the weights (PreciseBN; Wu & Johnson 2021), of the same weights, and with statistics of the whole training set in batches of
// 64: what swings there is the weights themselves. With --cost: what the estimate adds to an epoch's time, of trainings that alternate.
import { parseArgs } from "node:util";
import { createApi } from "../src/api/index.ts";
import { type NdArray, median, ndarray } from "../src/base/index.ts";
import { trainTestSplit } from "../src/data/index.ts";
import type { Backend } from "../src/engine/index.ts";
import { type BatchSource, arraySource, evaluateModel, runBatches } from "../src/evaluate/index.ts";
import { buildModel } from "../src/models/index.ts";
import {
  type Layer,
  type LearningRateSchedule,
  type ModelSpec,
  adam,
  cosine,
  statisticsProgram,
} from "../src/nn/index.ts";
import {
  openTree,
  readFile,
  sharpCodec,
  thisMachine,
  wasmBackend,
  writeAtomic,
} from "../src/platform/node/index.ts";
import { type BatchNormStatistics, type Checkpoint, type Weights, fit } from "../src/train/index.ts";
import { pool } from "../src/train/layers/statistics.ts";
import { aboutMachine } from "./measure/machine.ts";
import { renderTable } from "./measure/table.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: "string", default: "12" },
    batch: { type: "string", default: "16" },
    momentum: { type: "string", multiple: true, default: ["0.9", "0.99"] },
    seeds: { type: "string", default: "3" },
    size: { type: "string", default: "64" },
    schedule: { type: "string", default: "constant" },
    model: { type: "string", default: "plain4" },
    curves: { type: "boolean", default: false },
    cost: { type: "boolean", default: false },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("usage: batchNormStatistics.ts FOLDER");
const epochs = Number(values.epochs);
const batchSize = Number(values.batch);
const size = Number(values.size);

const { imageFolder } = createApi({
  backend: wasmBackend,
  codec: sharpCodec(),
  openTree,
  readFile,
  writeAtomic,
  clock: () => performance.now(),
});

/** Bytes to [-1, 1]. */
const scaled = ({ data, shape }: NdArray): NdArray<Float32Array> =>
  ndarray(
    Float32Array.from(data, (byte) => byte / 127.5 - 1),
    shape,
  );

const images = await imageFolder(folder, { size });
const { xTrain, xTest, yTrain, yTest } = trainTestSplit(images, { testSize: 0.2, randomState: 4 });
const train = arraySource(scaled(xTrain), yTrain);
const validation = arraySource(scaled(xTest), yTest);

const slowed = (layer: Layer, momentum: number): Layer => {
  if (layer.type === "batchNormalization") return { ...layer, momentum };
  if (!("branches" in layer) || !layer.branches) return layer;
  return { ...layer, branches: layer.branches.map((branch) => branch.map((one) => slowed(one, momentum))) };
};

/** All batch norms, those in branches too, keep so much of themselves. */
const withMomentum = (momentum: number): ModelSpec => {
  const model = buildModel(values.model, { inputShape: [size, size, 3], classes: 4 });
  return { ...model, layers: model.layers.map((layer) => slowed(layer, momentum)) };
};

/** The session's parameters under their own names: batch norm's moving averages among them. */
const liveWeights = ({ tensors }: Checkpoint): Weights =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, data]) =>
      name.startsWith("now/") ? [[name.slice("now/".length), data] as const] : [],
    ),
  );

/** The same weights with statistics of the whole source. */
async function withStatistics(model: ModelSpec, weights: Weights, source: BatchSource): Promise<Weights> {
  const program = statisticsProgram(model, { inputShape: source.inputShape, batchSize: 64 });
  const session = await backend.open({ statistics: program });
  for (const name of session.parameterNames) await session.write(name, weights[name] ?? new Float32Array(0));
  const pools = program.norms.map((norm) => ({ ...norm, pooled: pool() }));
  const order = Int32Array.from({ length: Math.floor(source.count / 64) * 64 }, (_, i) => i);
  const run = ({ x }: { readonly x: Float32Array }): ReturnType<typeof session.run> =>
    session.run("statistics", { x });
  for await (const { result } of runBatches({ source, order, batchSize: 64 }, run))
    for (const { mean, variance, pooled } of pools) pooled.add(result[mean]!, result[variance]!);
  session.close();
  const found = pools.flatMap(({ mean, variance, pooled }) => {
    const moments = pooled.result();
    return [[mean, moments.mean] as const, [variance, moments.variance] as const];
  });
  return { ...weights, ...Object.fromEntries(found) };
}

const kinds = ["moving", "precise", "whole set", "training"] as const;
type Curves = Readonly<Record<(typeof kinds)[number], number[]>>;

async function curvesOf(momentum: number, seed: number): Promise<{ curves: Curves; seconds: number }> {
  const model = withMomentum(momentum);
  const curves: Curves = { moving: [], precise: [], "whole set": [], training: [] };
  const accuracy = async (weights: Weights): Promise<number> => {
    const own = Object.fromEntries(Object.keys(kept).map((name) => [name, weights[name]!]));
    return (
      (await evaluateModel({ model, weights: own }, validation, { backend, batchSize }))?.accuracy ?? NaN
    );
  };
  let kept: Weights = {};
  const steps = Math.ceil(train.count / batchSize) * epochs;
  const schedule: LearningRateSchedule | undefined =
    values.schedule === "cosine" ? cosine({ totalSteps: steps }) : undefined;
  let seconds = 0;
  const options = { backend, clock: () => performance.now(), epochs, batchSize, seed, optimizer: adam() };
  let readWeights: (() => Promise<Weights>) | undefined;
  for await (const event of fit(
    model,
    { train, validation },
    {
      ...options,
      ...(schedule && { schedule }),
      checkpoints: true,
      onControl: (control) => (readWeights = () => control.readWeights()),
    },
  )) {
    if (event.type === "epoch") {
      kept = (await readWeights?.()) ?? {};
      curves.training.push(event.accuracy);
      curves.precise.push(event.validation?.accuracy ?? NaN);
      seconds += event.seconds;
    }
    if (event.type !== "checkpoint") continue;
    const live = liveWeights(event.checkpoint);
    curves.moving.push(await accuracy(live));
    curves["whole set"].push(await accuracy(await withStatistics(model, live, train)));
  }
  return { curves, seconds };
}

const points = (x: number): string => (100 * x).toFixed(1);

/** From epoch 3 on: mean absolute change from one epoch to the next, and the largest drop. */
function swingOf(curve: readonly number[]): readonly [mean: number, drop: number] {
  const changes = curve.slice(2).map((value, i) => value - curve[i + 1]!);
  return [
    changes.reduce((sum, one) => sum + Math.abs(one), 0) / changes.length,
    Math.max(0, ...changes.map((one) => -one)),
  ];
}

/** Milliseconds of processor time, of all threads: what runs beside it counts little. */
const cpuClock = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Seconds of processor time of an epoch, and of what follows its last step: the estimate, validation, a look at the layers. */
interface EpochTime {
  readonly whole: number;
  readonly end: number;
}

async function epochTimes(batchNormStatistics: BatchNormStatistics): Promise<EpochTime[]> {
  const found: EpochTime[] = [];
  const options = { backend, clock: cpuClock, epochs, batchSize, optimizer: adam() };
  let lastStep = 0;
  for await (const event of fit(
    withMomentum(0.9),
    { train, validation },
    { ...options, batchNormStatistics },
  )) {
    if (event.type === "batch") lastStep = cpuClock();
    if (event.type === "epoch") found.push({ whole: event.seconds, end: (cpuClock() - lastStep) / 1000 });
  }
  // The first one warms up.
  return found.slice(1);
}

/** What the estimate takes of an epoch: trainings with and without it, one after the other; the same steps in both. */
async function printCost(): Promise<void> {
  const times: Record<BatchNormStatistics, EpochTime[]> = { precise: [], moving: [] };
  for (let pair = 0; pair < Number(values.seeds); pair++)
    for (const kind of ["moving", "precise"] as const) times[kind].push(...(await epochTimes(kind)));
  const medianOf = (kind: BatchNormStatistics, part: keyof EpochTime): number =>
    median(times[kind].map((time) => time[part]));
  const estimate = medianOf("precise", "end") - medianOf("moving", "end");
  const whole = medianOf("moving", "whole") + estimate;
  console.log(
    `${values.model}: ${whole.toFixed(2)} s of processor time an epoch; the estimate takes ${estimate.toFixed(2)} s of it, ${points(estimate / whole)}%`,
  );
}

const backend: Backend = await wasmBackend({});
console.log(
  `${train.count} training and ${validation.count} validation images, ${size}x${size}, batch size ${batchSize}, ${aboutMachine(thisMachine())}`,
);
if (values.cost) await printCost();
const rows: string[][] = [];
for (const momentum of values.cost ? [] : values.momentum.map(Number)) {
  for (let seed = 0; seed < Number(values.seeds); seed++) {
    const { curves, seconds } = await curvesOf(momentum, seed);
    if (values.curves)
      for (const kind of kinds)
        console.log(
          `${momentum} ${seed} ${kind.padEnd(9)} ${curves[kind].map((x) => points(x).padStart(5)).join(" ")}`,
        );
    const swings = kinds.flatMap((kind) => swingOf(curves[kind]).map(points));
    rows.push([
      `${momentum}`,
      `${seed}`,
      ...swings,
      ...(["moving", "precise"] as const).map((kind) => points(curves[kind].at(-1)!)),
      (seconds / epochs).toFixed(2),
    ]);
  }
}
const head = [
  "momentum",
  "seed",
  ...kinds.flatMap((kind) => [kind, "drop"]),
  "last moving",
  "last precise",
  "s/epoch",
];
if (!values.cost) console.log(renderTable(head, rows));
await backend.close();
