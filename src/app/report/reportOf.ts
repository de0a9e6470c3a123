import { at } from "../../base/index.ts";
import { type AugmentChoice, augmentSteps, type PreparedImages } from "../../data/index.ts";
import { type ModelSize, type SummaryRow, modelSize } from "../../nn/index.ts";
import { type ReportAccuracy, type ReportNote, type ReportPart, type RunReport } from "../../report/index.ts";
import type { Fact } from "../../messages/index.ts";
import { type History, epochsIn } from "../../train/index.ts";
import { commandOf } from "../train/command.ts";
import { join, titleOfPath } from "../files/paths.ts";
import { runFiles } from "../files/runFolder.ts";
import { caveatNote, dataNotesOf } from "./notes.ts";
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
  readonly invocation: Services["invocation"];
  /** In hexadecimal: of split.csv, and of all images' own digests, sorted, a line each. */
  readonly sha256: { readonly split: string; readonly data: string };
  readonly images: Pick<RunReport, "errors" | "uncertain">;
}

/** What the page of a run shows. */
export function reportOf({
  training,
  result,
  history,
  versions,
  invocation,
  sha256,
  images,
}: RunRecord): RunReport {
  const { task, dataset } = training;
  const { settings } = task;
  const { bestEpoch, advice, skipped, test } = result;
  const { confusionMatrix, perClass, curves } = test ?? result;
  const sizes = modelSize(settings.model, dataset.prepared.shape);
  return {
    title: titleOfPath(result.run),
    groupSource: result.splitReport.source,
    summary: summaryOf(result, settings),
    validation: accuracyRow(result),
    ...(test && { test: accuracyRow(test) }),
    ...(result.folds && { folds: result.folds }),
    metrics: metricsOf(test ?? result),
    baselines: baselineRows(result),
    comparison: result.baselines.comparison,
    calibration: calibrationSummary(result),
    notes: notesOf(result),
    dataNotes: [...dataNotesOf(result.notes), ...labelNotes(result)],
    parts: result.folds ? foldPartsOf(training) : partsOf(training),
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
    command: commandOf(settings, { invocation, config: join(result.run, runFiles.config) }),
    complete: result.end !== "interrupted",
    provenance: [
      { code: "version", data: { fovea: versions.fovea } },
      { code: "runs-on", data: { runtime: versions.runtime, system: versions.system } },
      { code: "arithmetic", data: { arithmetic: result.arithmetic } },
      { code: "digest", data: { of: "split", sha256: sha256.split } },
      { code: "digest", data: { of: "images", sha256: sha256.data } },
    ],
  };
}

const summaryOf = (
  { images, classes, architecture, epochs, end }: TrainResult,
  { data }: TrainSettings,
): RunReport["summary"] => ({
  code: "run-summary",
  data: {
    architecture,
    classes: classes.length,
    images: images.train,
    dataset: titleOfPath(data),
    epochs,
    end,
  },
});

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
    { kind, statement: splitBasis(result) },
    ...warnings.map((statement) => ({ kind: "warning", statement }) as const),
    ...caveatsOf(test ?? result).map(caveatNote),
  ];
}

/** Where the labels that look wrong are listed, beside the page. */
const labelNotes = ({ labels }: TrainResult): readonly ReportNote[] =>
  labels !== undefined && labels.images > 0
    ? [
        {
          kind: "plain",
          statement: {
            code: "labels-to-review",
            data: { path: runFiles.labels, images: labels.images },
          },
        },
      ]
    : [];

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

/** Cross-validation: every image of the folds was in the validation set once. */
const foldPartsOf = (training: Training): readonly ReportPart[] =>
  partsOf(training)
    .filter(({ name }) => name !== partNames.validation)
    .map((part) => (part.name === partNames.train ? { ...part, name: "cross-validated" } : part));

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
): readonly Fact[] {
  const { hidden, parameters: connected, parameterBytes: bytes } = fullyConnected;
  return [
    { code: "architecture", data: { name: architecture } },
    { code: "parameters", data: { ...parameters, bytes: parameterBytes } },
    { code: "activations", data: { bytes: outputBytes } },
    { code: "fully-connected", data: { hidden, parameters: connected, bytes } },
    { code: "training-memory", data: { total: memory.total, parameters: memory.parameters } },
  ];
}

/** The set by its name, and its steps. */
const augmentationFact = (augment: AugmentChoice): Fact => ({
  code: "augmentation",
  data: {
    ...(typeof augment === "string" && { name: augment }),
    steps: augmentSteps(augment).map(({ type }) => type),
  },
});

function settingsFacts(
  { seconds, epochs, end, bestEpoch, monitor }: TrainResult,
  settings: TrainSettings,
): readonly Fact[] {
  const { optimizer, size, batchSize, augment, seed, split, validation, folds } = settings;
  const { type: name, learningRate } = optimizer;
  return [
    { code: "image-size", data: { size } },
    {
      code: "training",
      data: {
        epochs,
        planned: epochsIn({ planned: settings.epochs, changes: settings.lengths ?? [] }),
        end,
        batchSize,
      },
    },
    ...(folds === undefined && bestEpoch > 0
      ? [{ code: "saved-epoch", data: { epoch: bestEpoch, monitor } } as const]
      : []),
    { code: "optimizer", data: { name, learningRate } },
    augmentationFact(augment),
    { code: "split", data: { split, into: folds === undefined ? { validation } : { folds } } },
    { code: "seed", data: { seed } },
    { code: "time", data: { seconds } },
  ];
}
