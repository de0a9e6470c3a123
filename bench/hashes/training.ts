import { type Random, ndarray, seeded, sizeOf } from "../../src/base/index.ts";
import type { Backend, Session } from "../../src/engine/index.ts";
import { arraySource } from "../../src/evaluate/index.ts";
import {
  type Loss,
  inferenceProgram,
  initialize,
  parametersOf,
  scalarsAt,
  trainingProgram,
  targetShapes,
} from "../../src/nn/index.ts";
import { fit } from "../../src/train/index.ts";
import { type Hashes, digest, digestTensors } from "./digest.ts";
import type { Net } from "./nets.ts";

const steps = 3;

/** Numbers from -1 to 1. */
function uniform(random: Random, count: number): Float32Array {
  const numbers = new Float32Array(count);
  random.fillUniform(numbers, 1);
  return numbers;
}

/** Class indices, one-hot rows, or numbers between 0 and 1, as the loss wants them. */
function labelsFor(loss: Loss, [count, ...row]: readonly number[], random: Random): Float32Array {
  const classes = row.at(-1) ?? 2;
  const labels = Array.from({ length: count! }, () => random.integer(classes));
  switch (loss) {
    case "sparseCategoricalCrossentropy":
      return Float32Array.from(labels);
    case "meanSquaredError":
      return uniform(random, count! * classes);
    default:
      return Float32Array.from({ length: count! * classes }, (_, i) =>
        labels[Math.floor(i / classes)] === i % classes ? 1 : 0,
      );
  }
}

async function train(session: Session, net: Net, inputs: readonly string[]): Promise<Hashes> {
  const { model, loss, optimizer, batchSize } = net;
  const random = seeded(1).fork("examples");
  const [height, width, channels] = model.inputShape!;
  const output = (await session.read(parametersOf(model).at(-1)!.name)).length;
  const outcome: string[] = [];
  const x = uniform(random, batchSize * height! * width! * channels!);
  for (let step = 1; step <= steps; step++) {
    const rates = scalarsAt(optimizer, step, optimizer.learningRate);
    const found = await session.run("train", {
      x,
      y: labelsFor(loss, [batchSize, output], random),
      ...Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, [rate]])),
      ...(inputs.includes("seed") && { seed: [1000 + step] }),
    });
    outcome.push(digest(...Object.values(found)));
  }
  return { steps: digest(...outcome), ...(await use(session, x)) };
}

/** What the trained net says, and its numbers with the optimiser's. */
async function use(session: Session, x: Float32Array): Promise<Hashes> {
  const run = async (name: string): Promise<string> =>
    digest(...Object.values(await session.run(name, { x })));
  const tensors = await Promise.all(
    session.parameterNames.map(async (name) => [name, await session.read(name)] as const),
  );
  return {
    trained: digestTensors(Object.fromEntries(tensors)),
    predictions: await run("predict"),
    inspected: await run("inspect"),
  };
}

async function hashesOn(backend: Backend, net: Net): Promise<Hashes> {
  const { model, loss, optimizer, batchSize } = net;
  const program = trainingProgram(model, { batchSize, loss, optimizer });
  const session = await backend.open({
    train: program,
    inspect: inferenceProgram(model, { batchSize, inspect: true }),
    predict: inferenceProgram(model, { batchSize }),
  });
  try {
    const weights = initialize(model, undefined, seeded(0).fork("weights"));
    for (const [name, numbers] of Object.entries(weights)) await session.write(name, numbers);
    return { initial: digestTensors(weights), ...(await train(session, net, program.inputs)) };
  } finally {
    session.close();
  }
}

/** Runs on every backend. @throws when two of them give other bits */
async function alike(
  backends: readonly Backend[],
  run: (backend: Backend) => Promise<Hashes>,
): Promise<Hashes> {
  const [first, ...others] = await inTurn(backends, run);
  for (const other of others)
    for (const [name, hash] of Object.entries(first!))
      if (other[name] !== hash) throw new Error(`${name}: another number of threads gives other bits`);
  return first!;
}

async function inTurn<T, U>(items: readonly T[], work: (item: T) => Promise<U>): Promise<readonly U[]> {
  const results: U[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** First weights, those after a few steps, and what the net then says: the same for any number of threads. */
export const hashTraining = (net: Net, backends: readonly Backend[]): Promise<Hashes> =>
  alike(backends, (backend) => hashesOn(backend, net));

/** Examples that do not fill the last batch. */
function examples(net: Net, count: number): ReturnType<typeof arraySource> {
  const { model, loss } = net;
  const random = seeded(2).fork(`${count} examples`);
  const shape = [count, ...model.inputShape!];
  const output = parametersOf(model).at(-1)!.shape;
  const target = [count, ...(targetShapes(loss, output)[0] ?? [])];
  return arraySource(
    ndarray(uniform(random, sizeOf(shape)), shape),
    ndarray(labelsFor(loss, [count, ...output], random), target),
  );
}

async function fitOn(backend: Backend, net: Net): Promise<Hashes> {
  const found: Record<string, string> = {};
  const data = { train: examples(net, 2 * net.batchSize + 1), validation: examples(net, net.batchSize + 1) };
  const { batchSize, optimizer, loss } = net;
  const options = { backend, clock: () => 0, seed: 3, epochs: 2, checkpoints: true };
  for await (const event of fit(net.model, data, { ...options, batchSize, optimizer, loss })) {
    if (event.type === "checkpoint")
      found[`checkpoint ${event.checkpoint.state.epoch}`] = digestTensors(event.checkpoint.tensors);
    if (event.type !== "end") continue;
    found["best"] = digestTensors(event.weights);
    found["last"] = digestTensors(event.lastWeights);
    found["losses"] = digest(
      ...event.history.flatMap(({ loss: own, accuracy, validation }) => [own, accuracy, validation!.loss]),
    );
  }
  return found;
}

/** A training by `fit`: the order of the examples, an incomplete batch, dropout, validation and checkpoints. */
export const hashFit = (net: Net, backends: readonly Backend[]): Promise<Hashes> =>
  alike(backends, (backend) => fitOn(backend, net));
