import { at, percentText, snakeCase } from "../../base/index.ts";
import { type LogEntry, eventRecord, fileHeader, sessionStart } from "../../formats/index.ts";
import type { PreparedImages } from "../../data/index.ts";
import type { FitEpochEvent, Weights } from "../../train/index.ts";
import type { Services } from "../context.ts";
import type { Measured } from "../data/measure.ts";
import { join, titleOfPath } from "../files/paths.ts";

/** Event files for TensorBoard, of one training. */
export interface TensorBoardLog {
  /** Makes the first file, so that a place that cannot be written to is told before anything is read. */
  begin(): Promise<void>;
  /** Takes back what was made where no epoch came to its end. */
  discardEmpty(): Promise<void>;
  /** Loss, accuracy and rate of an epoch, and a histogram of each parameter. */
  epoch(record: FitEpochEvent, weights: Weights): Promise<void>;
  /** The images whose class was predicted wrongly, the most confident first. */
  errors(predicted: PredictedImages, epoch: number): Promise<void>;
}

/** What was predicted for images of the validation set. */
export interface PredictedImages extends Pick<Measured, "indices" | "predicted" | "probabilities"> {
  readonly prepared: PreparedImages;
  readonly classNames: readonly string[];
}

/** As many as fill a row or two of TensorBoard's page. */
const maxErrors = 16;

type Part = "train" | "validation";

/** Where event files go, and of what. */
interface LogPlace {
  readonly folder: string;
  /** Path of the run, whose name their folder has. */
  readonly run: string;
  /** First epoch of a run that is resumed. */
  readonly resumesAt?: number | undefined;
}

/**
 * Writes below `folder`, in a folder of the run's name, `train` and `validation`: those that Keras writes. A resumed run has files of its
 * own beside its earlier ones, of which an epoch that was broken off before its checkpoint counts no more.
 */
export function tensorBoardLog(
  { folder, run, resumesAt }: LogPlace,
  { files, now, encodePng }: Services,
): TensorBoardLog {
  const place = join(folder, titleOfPath(run));
  const begun = new Map<Part, string>();
  let written = false;
  const fileOf = async (part: Part): Promise<string> => {
    const time = now();
    const path = begun.get(part) ?? join(join(place, part), `events.out.tfevents.${time}.fovea`);
    if (begun.has(part)) return path;
    await files.append(path, fileHeader(time));
    if (resumesAt !== undefined) await files.append(path, sessionStart({ time, step: resumesAt }));
    begun.set(part, path);
    return path;
  };
  const write = async (part: Part, step: number, summaries: readonly LogEntry[]): Promise<void> => {
    await files.append(await fileOf(part), eventRecord({ time: now(), step }, summaries));
    written = true;
  };
  return {
    begin: async () => void (await fileOf("train")),
    discardEmpty: async () => {
      if (!written) for (const path of begun.values()) await files.remove(path);
    },
    epoch: async ({ epoch, loss, accuracy, learningRate, validation }, weights) => {
      const histograms = Object.entries(weights).map(([tag, values]): LogEntry => ({
        type: "histogram",
        tag,
        values,
      }));
      await write("train", epoch, [
        ...scalars({ loss, accuracy, learning_rate: learningRate }),
        ...histograms,
      ]);
      if (validation)
        await write(
          "validation",
          epoch,
          scalars({ loss: validation.loss, accuracy: validation.accuracy, ...validation.metrics }),
        );
    },
    errors: async (predicted, epoch) => {
      const images = await Promise.all(
        errorsIn(predicted).map((error) => imageOf(error, predicted, encodePng)),
      );
      if (images.length > 0) await write("validation", epoch, images);
    },
  };
}

/** Keras's tags: "epoch_loss". */
const scalars = (values: Readonly<Record<string, number>>): readonly LogEntry[] =>
  Object.entries(values).map(([name, value]) => ({ type: "scalar", tag: `epoch_${snakeCase(name)}`, value }));

/** An image and the class that it was predicted as. */
interface PredictionError {
  readonly index: number;
  readonly predicted: number;
  readonly probability: number;
}

function errorsIn(images: PredictedImages): readonly PredictionError[] {
  const { prepared, indices, predicted: classes, probabilities, classNames } = images;
  return Array.from(indices, (index, row): PredictionError => {
    const predicted = at(classes, row);
    return { index, predicted, probability: at(probabilities, row * classNames.length + predicted) };
  })
    .filter(({ index, predicted }) => predicted !== prepared.labels[index])
    .sort((a, b) => b.probability - a.probability || a.index - b.index)
    .slice(0, maxErrors);
}

async function imageOf(
  { index, predicted, probability }: PredictionError,
  { prepared, classNames }: PredictedImages,
  encodePng: Services["encodePng"],
): Promise<LogEntry> {
  const [height, width, channels] = prepared.shape;
  const data = new Uint8Array(height * width * channels);
  await prepared.copyInto(index, data, 0);
  const label = at(classNames, at(prepared.labels, index));
  const said = `${label}, predicted ${at(classNames, predicted)} (${percentText(probability)})`;
  const png = await encodePng({ width, height, data });
  return { type: "image", tag: `errors/${at(prepared.paths, index)}: ${said}`, png, width, height };
}
