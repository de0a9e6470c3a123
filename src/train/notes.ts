import type { TrainingSource, BatchSource } from "../evaluate/index.ts";
import { type Layer, type ModelSpec, summarize } from "../nn/index.ts";
import { at, sizeOf } from "../base/index.ts";
import type { Backend } from "../engine/index.ts";

/** What is said of a training before its first step. */
export type TrainingNote =
  | {
      /** Products and sums are rounded one by one though that was not asked for, so that other places give other bits. */
      readonly code: "rounded-separately";
      /** The runtime where it is what lacks a fused multiply-add, and not the processor. */
      readonly data: { readonly runtime?: string };
    }
  | {
      /** A rescaling at the beginning of the model shrinks values that are small already. */
      readonly code: "repeated-rescaling";
      readonly data: {
        readonly layer: string;
        readonly scale: number;
        /** Lowest and highest value that the layer is given, over some training examples. */
        readonly from: ValueRange;
        /** What it makes of these two, the lower first. */
        readonly to: ValueRange;
      };
    };

/** Lowest and highest value. */
export type ValueRange = readonly [low: number, high: number];

/** Examples that are looked at; chosen, not measured. */
const maxExamples = 32;

/** Notes on where and on what a model is trained. */
export async function trainingNotes(
  model: ModelSpec,
  train: BatchSource | TrainingSource,
  backend: Backend,
): Promise<readonly TrainingNote[]> {
  const { roundedSeparately } = backend;
  return [
    ...(roundedSeparately ? [{ code: "rounded-separately", data: roundedSeparately } as const] : []),
    ...(await repeatedRescalings(model, train)),
  ];
}

async function repeatedRescalings(
  model: ModelSpec,
  train: BatchSource | TrainingSource,
): Promise<readonly TrainingNote[]> {
  const leading = leadingRescalings(model);
  if (leading.length === 0 || train.inOrder) return [];
  let values = await valuesOf(train);
  const { rows } = summarize(model, train.inputShape);
  return leading.flatMap(({ scale, offset }, i) => {
    const from = values;
    const ends = [from.low, from.high].map((value) => value * scale + offset);
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    values = { low, high, isBytes: false };
    if (!isSmall(from) || Math.abs(scale) > shrinks) return [];
    const layer = at(rows, i).name;
    return [
      { code: "repeated-rescaling", data: { layer, scale, from: [from.low, from.high], to: [low, high] } },
    ];
  });
}

/** The rescalings before any other layer. */
function leadingRescalings({ layers }: ModelSpec): readonly Rescaling[] {
  const end = layers.findIndex(({ type }) => type !== "rescaling");
  return layers.slice(0, end < 0 ? undefined : end).filter((layer) => layer.type === "rescaling");
}

type Rescaling = Extract<Layer, { readonly type: "rescaling" }>;

interface Values {
  readonly low: number;
  readonly high: number;
  /** All are whole numbers, and not 0 and 1 alone: as bytes are, dark ones too. */
  readonly isBytes: boolean;
}

/** Standardised images lie within about ±3, rescaled ones within 1; bytes reach 255. The limits between are chosen. */
const isSmall = ({ low, high, isBytes }: Values): boolean => !isBytes && Math.max(-low, high) <= 16;
const shrinks = 1 / 16;

/** Of some training examples. */
async function valuesOf(source: BatchSource | TrainingSource): Promise<Values> {
  const count = Math.min(source.count, maxExamples);
  const indices = Int32Array.from({ length: count }, (_, i) => Math.floor((i * source.count) / count));
  const x = new Float32Array(count * sizeOf(source.inputShape));
  await source.write({ indices, epoch: 0 }, { x, y: new Float32Array(count * sizeOf(source.targetShape)) });
  let [low, high, isWhole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (const value of x) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    isWhole &&= Number.isInteger(value);
  }
  return { low, high, isBytes: isWhole && Math.max(-low, high) > 1 };
}
