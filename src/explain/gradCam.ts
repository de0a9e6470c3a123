// Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", arXiv:1610.02391.
import { type Shape, at, entryOf, fault, ndarray, sizeOf } from "../base/index.ts";
import {
  type Backend,
  type Program,
  type Session,
  differentiate,
  input,
  multiply,
  negate,
  oneHot,
  reduceMax,
  reduceMean,
  reduceSum,
  relu,
} from "../engine/index.ts";
import { type BatchSource, type TrainedModel, runBatches } from "../evaluate/index.ts";
import { type ModelSpec, type ScoreOptions, scoreProgram, summarize } from "../nn/index.ts";
import type { HeatMap } from "./heat.ts";
import { lastConvolution } from "./layers.ts";
import { type ImagesOfClasses, type ExplainedModel, imagesSource } from "./subject.ts";

export interface GradCamRunOptions {
  readonly backend: Backend;
  /** Whose maps to weigh. @default {@link lastConvolution} */
  readonly layer?: string;
  /** Images at a time. @default 16, or all where there are fewer */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

export interface GradCams {
  /** Name of the layer that was looked at. */
  readonly layer: string;
  /** One per image, of the size of the layer's maps; all 0 without evidence for the class. */
  readonly heat: readonly HeatMap[];
}

/**
 * Input `x` [B, …] and `classes` [B]; output `heat` [B, h, w]: for maps A of channels k and the class's score y before softmax,
 * relu(Σₖ αₖ Aₖ) with αₖ the mean of ∂y/∂Aₖ over all places; output `against` [B]: how far the sum goes below 0.
 */
export function gradCamProgram(model: ModelSpec, options: ScoreOptions): Program {
  const { graph, maps, scores } = scoreProgram(model, options);
  const [batchSize = 0, classes = 0] = scores.shape;
  const selected = oneHot(input(graph, "classes", [batchSize]), classes);
  // Images of a batch do not meet in a model in use, so the gradient of the sum holds each one's own.
  const [gradients] = differentiate(reduceSum(multiply(scores, selected)), [maps]);
  if (!gradients) {
    throw fault(`layer ${options.layer}`, {
      expected: "a layer that the class scores depend on",
      received: "one that they do not",
    });
  }
  const weights = reduceMean(gradients, { axes: [1, 2], keepDims: true });
  const evidence = reduceSum(multiply(maps, weights), { axes: [3] });
  const against = reduceMax(relu(negate(evidence)), { axes: [1, 2] });
  return { graph, outputs: { heat: relu(evidence), against } };
}

/** Grad-CAM made ready for many images of one model. */
export interface GradCam {
  readonly layer: string;
  /** Channels of the layer's maps; all of them take part. */
  readonly channels: number;
  /** Heat of examples whose target is the class to explain, in order. @throws when a target is no class of the model */
  explain(source: BatchSource, signal?: AbortSignal): Promise<readonly HeatMap[]>;
  close(): void;
}

/** Compiles Grad-CAM for a model. @throws when it has no convolution, or no such layer */
export async function openGradCam(
  { model, weights, inputShape }: TrainedModel & { readonly inputShape: Shape },
  { backend, batchSize = 16, ...options }: Omit<GradCamRunOptions, "signal">,
): Promise<GradCam> {
  const layer = options.layer ?? lastConvolution(model, inputShape);
  if (layer === undefined) {
    throw fault(model.name, {
      expected: "a model with a convolution whose maps have more than one place",
      received: "one without",
      fix: "explain it with the occlusion map, which needs none",
    });
  }
  const program = gradCamProgram(model, { inputShape, batchSize, layer });
  const row = summarize(model, inputShape).rows.find(({ name }) => name === layer);
  const mapShape = entryOf(program.outputs, "heat").shape.slice(1);
  const session = await backend.open({ gradCam: program });
  for (const name of session.parameterNames) await session.write(name, entryOf(weights, name));
  return {
    layer,
    channels: row?.outputShape.at(-1) ?? 0,
    explain: async (source, signal) => heatOf(session, { source, batchSize, mapShape, signal }),
    close: () => session.close(),
  };
}

interface Work {
  readonly source: BatchSource;
  readonly batchSize: number;
  readonly mapShape: Shape;
  readonly signal: AbortSignal | undefined;
}

async function heatOf(session: Session, { source, batchSize, mapShape, signal }: Work): Promise<HeatMap[]> {
  const order = Int32Array.from({ length: source.count }, (_, i) => i);
  const size = sizeOf(mapShape);
  const found: HeatMap[] = [];
  const run = ({
    x,
    y,
  }: {
    readonly x: Float32Array;
    readonly y: Float32Array;
  }): ReturnType<Session["run"]> => session.run("gradCam", { x, classes: y });
  for await (const { batch, result } of runBatches({ source, order, batchSize }, run)) {
    signal?.throwIfAborted();
    const [heat, against] = [entryOf(result, "heat"), entryOf(result, "against")];
    for (let i = 0; i < batch.count; i++)
      found.push({ ...ndarray(heat.slice(i * size, (i + 1) * size), mapShape), against: at(against, i) });
  }
  return found;
}

/** Grad-CAM heat maps of a class, one for each prepared image. The maps keep the layer's size; `overlay` scales them up. */
export async function gradCam(
  subject: ExplainedModel,
  request: ImagesOfClasses,
  { signal, ...options }: GradCamRunOptions,
): Promise<GradCams> {
  const source = imagesSource(subject, request);
  const opened = await openGradCam(subject, {
    ...options,
    batchSize: Math.min(options.batchSize ?? 16, Math.max(source.count, 1)),
  });
  try {
    return { layer: opened.layer, heat: await opened.explain(source, signal) };
  } finally {
    opened.close();
  }
}
