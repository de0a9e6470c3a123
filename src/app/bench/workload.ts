import { type Random, type Shape, at, seeded, sizeOf } from "../../base/index.ts";
import type { Job, Program } from "../../engine/index.ts";
import {
  type ModelSpec,
  type Optimizer,
  inferenceProgram,
  initialize,
  scalarsAt,
  trainingProgram,
} from "../../nn/index.ts";

// Work to be timed: one batch of random images, held in memory.

/** Too small a rate to overfit the one batch: gradients keep the size that they have in training. Chosen, not measured. */
export const LEARNING_RATE = 1e-5;

export interface JobOptions {
  /** Of one image. @default the model's */
  readonly inputShape?: Shape;
  readonly batchSize: number;
  readonly classes: number;
  readonly optimizer: Optimizer;
}

/** Whole steps of training. */
export function trainingJob(model: ModelSpec, { classes, ...options }: JobOptions): Job {
  const { batchSize, optimizer, inputShape } = options;
  const loss = "sparseCategoricalCrossentropy";
  const program = trainingProgram(model, { ...options, loss });
  const batchOf = drawnOnce(program, (random) =>
    Float32Array.from({ length: batchSize }, () => random.integer(classes)),
  );
  const inputsAt = (step: number): Record<string, ArrayLike<number>> => {
    const scalars = Object.entries(scalarsAt(optimizer, step, LEARNING_RATE));
    return {
      ...batchOf(),
      ...Object.fromEntries(scalars.map(([name, value]) => [name, [value]])),
      ...(program.inputs.includes("seed") && { seed: [step] }),
    };
  };
  return { program, parameters: initialize(model, inputShape, seeded(1)), inputsAt };
}

/** Predictions for one batch. */
export function predictionJob(model: ModelSpec, options: Pick<JobOptions, "inputShape" | "batchSize">): Job {
  const program = inferenceProgram(model, options);
  return {
    program,
    parameters: initialize(model, options.inputShape, seeded(1)),
    inputsAt: drawnOnce(program),
  };
}

/** The batch, drawn when it is first asked for: until then it takes no room. */
function drawnOnce(
  { graph }: Program,
  labels?: (random: Random) => Float32Array,
): () => Readonly<Record<string, Float32Array>> {
  const images = at(
    graph.values.filter(({ name, role }) => name === "x" && role === "input"),
    0,
  );
  let drawn: Record<string, Float32Array> | undefined;
  return () => {
    if (drawn) return drawn;
    const random = seeded(2);
    const x = Float32Array.from({ length: sizeOf(images.shape) }, () => random.next());
    drawn = { x, ...(labels && { y: labels(random) }) };
    return drawn;
  };
}
