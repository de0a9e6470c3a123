import {
  at,
  bytesText,
  countText,
  durationText,
  parametersText,
  percentText,
  plural,
} from "../../base/index.ts";
import { type PreparedImages, groupWord } from "../../data/index.ts";
import { type ModelSize, type SummaryRow, modelSize } from "../../nn/index.ts";
import {
  type ReportAccuracy,
  type ReportNote,
  type ReportPart,
  type ReportImage,
  type RunReport,
} from "../../report/index.ts";
import { messageText, written } from "../../messages/index.ts";
import type { History } from "../../train/index.ts";
import { commandOf } from "../train/command.ts";
import { titleOfPath } from "../files/paths.ts";
import { metricsOf, baselineRows, calibrationSummary } from "./metrics.ts";
import type { EvaluateResult, TrainResult } from "../results.ts";
import type { Services } from "../context.ts";
import { splitBasis } from "../train/splitReport.ts";
import { caveatsOf } from "../verdicts.ts";
import type { TrainSettings } from "../train/settings.ts";
import type { Training } from "../train/types.ts";

/** What a run's page is made from. */
export interface RunRecord {
  readonly training: Training;
  readonly result: TrainResult;
  readonly history: History;
  readonly versions: Services["versions"];
  /** In hexadecimal: of split.csv, and of all images' own digests, sorted, a line each. */
  readonly sha256: { readonly split: string; readonly data: string };
  readonly images: {
    readonly mistakes: readonly ReportImage[];
    readonly uncertain: readonly ReportImage[];
  };
}

/** What the page of a run shows. */
export function reportOf({ training, result, history, versions, sha256, images }: RunRecord): RunReport {
  const { task, dataset } = training;
  const { settings } = task;
  const { bestEpoch, advice, skipped, test } = result;
  const { confusionMatrix, perClass, curves } = test ?? result;
  const sizes = modelSize(settings.model, dataset.prepared.shape);
  return {
    title: titleOfPath(result.run),
    groupWord: groupWord(result.splitReport.source),
    asked: askedOf(result, settings),
    validation: accuracyRow(result),
    ...(test && { test: accuracyRow(test) }),
    ...(result.folds && { folds: result.folds }),
    metrics: metricsOf(test ?? result),
    baselines: baselineRows(result),
    lead: result.baselines.comparison.text,
    calibration: calibrationSummary(result),
    notes: notesOf(result),
    parts: result.folds ? wholeOf(training, result) : partsOf(training),
    skipped,
    bestEpoch,
    history: history.map(({ epoch, loss, accuracy, validation }) => ({
      epoch,
      loss,
      accuracy,
      validationLoss: validation?.loss ?? Number.NaN,
      validationAccuracy: validation?.accuracy ?? Number.NaN,
    })),
    classNames: result.classes,
    confusionMatrix,
    perClass,
    curves,
    ...images,
    layers: sizes.layers.map(layerOf),
    modelFacts: sizeFacts(result, sizes),
    advice,
    settings: settingsFacts(result, settings),
    command: commandOf(settings),
    complete: result.end !== "interrupted",
    provenance: Object.entries({
      Fovea: versions.fovea,
      "Runs on": `${versions.runtime}, ${versions.system}`,
      Arithmetic: result.arithmetic,
      "split.csv, sha256": sha256.split,
      "All images, sha256": sha256.data,
    }).map(([name, value]) => ({ name, value })),
  };
}

function askedOf(
  { images, classes, architecture, epochs, end }: TrainResult,
  { data }: TrainSettings,
): string {
  const what = `${architecture}, trained to classify ${plural(classes.length, "class", "classes")}`;
  return `${what} on ${plural(images.train, "image")} of “${titleOfPath(data)}” for ${epochs === 0 ? "less than an epoch" : plural(epochs, "epoch")}.${endings[end]}`;
}

/** How a training ended, where that is worth a word. */
const endings: Readonly<Record<TrainResult["end"], string>> = {
  done: "",
  "stopped early": " It stopped early, as validation no longer improved.",
  interrupted: " Training was interrupted.",
  diverged: " Training diverged; the last finite weights were saved.",
};

const accuracyRow = ({ accuracy, loss, count, groups, intervals }: EvaluateResult): ReportAccuracy => ({
  accuracy,
  loss,
  count,
  groups,
  interval: intervals.accuracy,
});

/** The basis of the split, and what weakens the metrics. */
function notesOf(result: TrainResult): readonly ReportNote[] {
  const { split, splitReport, test } = result;
  const { source, leakShare, warnings } = splitReport;
  const sound = source !== "none" && leakShare === 0;
  const kind = sound ? "good" : split === "folders" ? "plain" : "warning";
  return [
    { kind, text: written(splitBasis(result)).text },
    ...[...warnings.map(messageText), ...caveatsOf(test ?? result).map((caveat) => written(caveat).text)].map(
      (text) => ({ kind: "warning", text }) as const,
    ),
  ];
}

const partNames = { train: "training", validation: "validation", test: "test" } as const;

/** The parts that hold images, with their groups where any are known. */
function partsOf({ task, dataset, split: { parts, report } }: Training): readonly ReportPart[] {
  return (["train", "validation", "test"] as const)
    .filter((part) => parts[part].length > 0)
    .map((part) => ({
      name: partNames[part],
      images: parts[part].length,
      perClass: countsOf(parts[part], dataset.prepared, task.settings),
      ...(report.source !== "none" && { groups: report.groups[part] }),
    }));
}

/** Cross-validation: every image was in the validation set once. */
const wholeOf = (
  { task, dataset, split: { parts, report } }: Training,
  { groups }: TrainResult,
): readonly ReportPart[] => [
  {
    name: "all (cross-validated)",
    images: parts.train.length,
    perClass: countsOf(parts.train, dataset.prepared, task.settings),
    ...(report.source !== "none" && { groups }),
  },
];

/** Images of each class among some of the prepared ones. */
function countsOf(
  indices: Int32Array,
  { labels }: PreparedImages,
  { classNames }: TrainSettings,
): readonly number[] {
  const counts = classNames.map(() => 0);
  for (const index of indices) {
    const label = at(labels, index);
    counts[label] = at(counts, label) + 1;
  }
  return counts;
}

const layerOf = ({
  name,
  type,
  outputShape,
  parameters,
  depth,
}: SummaryRow): RunReport["layers"][number] => ({
  name,
  type,
  outputShape: outputShape.join(" × "),
  parameters,
  depth,
});

function sizeFacts(
  { parameters, memory, architecture }: TrainResult,
  { parameterBytes, outputBytes, fullyConnected }: ModelSize,
): RunReport["modelFacts"] {
  const { hidden, parameters: connected, parameterBytes: bytes } = fullyConnected;
  return factsOf({
    Architecture: architecture,
    Parameters: `${parametersText(parameters)}, ${bytesText(parameterBytes)}`,
    "One image": `${bytesText(outputBytes)} of activations`,
    "For comparison": `a fully connected net with ${hidden} hidden units on the same images would need ${countText(connected)} parameters, ${bytesText(bytes)}`,
    "Training memory": `${bytesText(memory.total)}, of which ${bytesText(memory.parameters)} for parameters`,
  });
}

function settingsFacts(
  { seconds, epochs, end }: TrainResult,
  settings: TrainSettings,
): RunReport["settings"] {
  const { optimizer, size, batchSize, augment, seed, split, validation, folds } = settings;
  return factsOf({
    "Image size": `${size} × ${size} pixels`,
    Training: `${plural(epochs, "epoch")} of ${settings.epochs}${end === "done" ? "" : `, ${end}`}, batches of ${batchSize}`,
    Optimizer: `${optimizer.type}, learning rate ${optimizer.learningRate}`,
    Augmentation: augment,
    Split:
      folds === undefined ? `${split}, ${percentText(validation)} validation` : `${split}, in ${folds} folds`,
    Seed: String(seed),
    Time: durationText(seconds),
  });
}

const factsOf = (facts: Readonly<Record<string, string>>): RunReport["settings"] =>
  Object.entries(facts).map(([name, value]) => ({ name, value }));
