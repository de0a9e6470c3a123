import type { MemoryUse } from "../engine/index.ts";
import { inferenceProgram, summarize, trainingFlops, trainingProgram } from "../nn/index.ts";
import { type SummaryStatement, type Written, withText } from "../messages/index.ts";
import type { ParameterCount } from "../base/index.ts";
import { architectureOf, modelNames } from "../models/index.ts";
import type { Services } from "./context.ts";
import { refuseLargeBatch } from "./data/memory.ts";
import type { SummaryRequest } from "./requests.ts";
import { type ChosenModel, chooseModel } from "./train/options/model.ts";

/** One layer of a network. */
export interface LayerSummary {
  readonly name: string;
  /** As in a network's JSON, but as Keras spells its class: "Conv2D". */
  readonly type: string;
  /** Of one image, without the batch. */
  readonly outputShape: readonly number[];
  readonly parameters: ParameterCount;
  /** Floating-point operations for one image forward, two a multiplication with its addition. */
  readonly flops: number;
  /** In how many merges the layer stands. */
  readonly depth: number;
  /** Names of the layers whose outputs it takes, "input" for the images; absent where that is the layer before it. */
  readonly inputs?: readonly string[];
}

/** What a network is made of and what it takes, before anything runs. */
export interface SummaryResult {
  readonly model: string;
  /** What was summarised, and which of its sizes were assumed. */
  readonly source: Written<SummaryStatement>;
  /** [height, width, channels] of one image. */
  readonly inputShape: readonly number[];
  readonly classes: number;
  readonly layers: readonly LayerSummary[];
  readonly parameters: ParameterCount;
  /** Floating-point operations for one image. */
  readonly flops: { readonly prediction: number; readonly training: number };
  /** Bytes, with the images at a time that they are for. */
  readonly memory: {
    readonly training: MemoryUse & { readonly batchSize: number };
    readonly prediction: MemoryUse & { readonly batchSize: number };
  };
  /** Its work and memory in words. */
  readonly notes: readonly Written<SummaryStatement>[];
}

/**
 * Summarises an architecture, a network's JSON file, a model file or a run: layers, shapes, parameters, memory and work.
 * @throws when it is none of these, or does not fit the size or the classes
 */
export async function summary(
  { model: named, size, classes, batch }: SummaryRequest,
  { files, openBackend, memory: budget }: Pick<Services, "files" | "openBackend" | "memory">,
): Promise<SummaryResult> {
  const chosen = await chooseModel({ named, size, ...(classes !== undefined && { classes }) }, files);
  const inputShape = [chosen.size, chosen.size, 3];
  const { rows, ...total } = summarize(chosen.model, inputShape);
  const batchSize = batch ?? chosen.recipe.batchSize;
  refuseLargeBatch({ count: batchSize, size: chosen.size }, budget);
  const backend = await openBackend({});
  const loss = "sparseCategoricalCrossentropy";
  const { optimizer } = chosen.recipe;
  const train = trainingProgram(chosen.model, { inputShape, batchSize, loss, optimizer });
  const memory = {
    training: { batchSize, ...backend.measure({ train }) },
    prediction: {
      batchSize: 1,
      ...backend.measure({ predict: inferenceProgram(chosen.model, { inputShape, batchSize: 1 }) }),
    },
  };
  await backend.close();
  const flops = { prediction: total.flops, training: trainingFlops({ rows, ...total }) };
  return {
    model: chosen.modelName,
    source: withText(sourceOf(named, chosen, { size, classes })),
    inputShape,
    classes: chosen.classes,
    layers: rows.map(({ parameters, trainable, ...row }) => ({
      ...row,
      parameters: { total: parameters, trainable },
    })),
    parameters: { total: total.parameters, trainable: total.trainable },
    flops,
    memory,
    notes: [
      withText({ code: "summary-work", data: flops }),
      withText({
        code: "summary-memory",
        data: {
          parameters: memory.prediction.parameters,
          training: { images: batchSize, bytes: memory.training.total },
          prediction: { images: 1, bytes: memory.prediction.total },
        },
      }),
    ],
  };
}

function sourceOf(
  named: string,
  { size, classes, file }: ChosenModel,
  asked: { readonly size: number | undefined; readonly classes: number | undefined },
): SummaryStatement {
  const sizes = { size, classes };
  if (!modelNames.includes(named)) {
    const origin = file?.origin ?? "network";
    const nets = file?.nets === undefined ? {} : { nets: file.nets };
    return { code: "summary-of-file", data: { origin, path: file?.path ?? named, ...sizes, ...nets } };
  }
  const { about } = architectureOf(named);
  const assumed = { size: asked.size === undefined, classes: asked.classes === undefined };
  return { code: "summary-of-architecture", data: { name: named, about, ...sizes, assumed } };
}
