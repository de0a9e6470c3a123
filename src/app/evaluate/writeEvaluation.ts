import { at } from "../../base/index.ts";
import { type FileTree, type PreparedImages, sha256Of } from "../../data/index.ts";
import type { Backend } from "../../engine/index.ts";
import { type EvaluationReport, curveFiles, renderEvaluation } from "../../report/index.ts";
import type { Services } from "../context.ts";
import type { Measured } from "../data/measure.ts";
import { jsonText } from "../files/json.ts";
import type { ModelFile } from "../files/modelFile.ts";
import { seenDigests, splitBeside } from "../files/overlap.ts";
import { join, titleOfPath } from "../files/paths.ts";
import { type RunFolder, runFiles } from "../files/runFolder.ts";
import { predictionsCsv } from "../files/tables.ts";
import { reportImages } from "../report/images.ts";
import { metricsOf } from "../report/metrics.ts";
import { caveatNote, dataNotesOf } from "../report/notes.ts";
import type { EvaluationResult } from "../results.ts";
import { besideMajority } from "./besideMajority.ts";
import { calibrationStatement, caveatsOf } from "../verdicts.ts";

/** What the folder of an evaluation is made from. */
export interface Evaluated {
  readonly result: EvaluationResult;
  readonly run: RunFolder;
  /** Path of the data, as it was given. */
  readonly data: string;
  readonly model: ModelFile;
  readonly prepared: PreparedImages;
  readonly measured: Measured;
  readonly tree: FileTree;
  readonly backend: Backend;
}

/** Writes metrics.json, predictions.csv and the curves, the page last. The result with the folder and the page in it. */
export async function writeEvaluation(evaluated: Evaluated, services: Services): Promise<EvaluationResult> {
  const { result: bare, run, model, prepared, measured } = evaluated;
  const result = { ...bare, run: run.path, report: join(run.path, runFiles.report) };
  const page = await pageOf(evaluated, services);
  const part = await partsOf(prepared, model, services);
  const { classNames } = model.bundle;
  await run.write(runFiles.metrics, jsonText(result));
  await run.write(
    runFiles.predictions,
    predictionsCsv(prepared, { classNames, parts: [{ ...measured, part }] }),
  );
  for (const [name, svg] of Object.entries(await curveFiles(page)))
    await run.write(`curves/${name}.svg`, svg);
  await run.write(runFiles.report, await renderEvaluation(page));
  return result;
}

/** The part of the model's own split that an image is in; "new" for one that it does not know; nothing where there is no split. */
async function partsOf(
  { sha256 }: PreparedImages,
  model: ModelFile,
  { files }: Pick<Services, "files">,
): Promise<(index: number) => string> {
  const table = await splitBeside(model, files);
  const seen = table && seenDigests(table);
  if (!seen) return () => "";
  return (index) => {
    const digest = at(sha256, index);
    return seen.training.has(digest) ? "train" : seen.validation.has(digest) ? "validation" : "new";
  };
}

async function pageOf(
  { result, data, model, prepared, measured, tree, backend }: Evaluated,
  services: Services,
): Promise<EvaluationReport> {
  const { bundle } = model;
  const { indices, probabilities } = measured;
  const context = {
    task: { settings: bundle, tree },
    dataset: { prepared },
    transforms: bundle.transforms,
    backend,
  };
  // What one net of an ensemble looks at does not explain their mean.
  const weights = model.nets.length === 1 ? { weights: bundle.weights } : {};
  const images = await reportImages({ ...weights, indices, probabilities }, context, services);
  const { accuracy, loss, count, groups, intervals, reliability } = result;
  const digests = new TextEncoder().encode(prepared.sha256.toSorted().join("\n"));
  const { fovea, runtime, system } = services.versions;
  return {
    title: titleOfPath(data),
    model: model.path,
    groupSource: result.groupSource,
    validation: { accuracy, loss, count, groups, interval: intervals.accuracy },
    set: "data",
    metrics: metricsOf(result),
    classNames: result.classes,
    confusionMatrix: result.confusionMatrix,
    perClass: result.perClass,
    classEstimates: result.classEstimates,
    curves: result.curves,
    calibration: { bins: reliability, statement: calibrationStatement(result) },
    notes: [
      { kind: result.overlap.code === "training-overlap" ? "warning" : "plain", statement: result.overlap },
      ...caveatsOf(result).map(caveatNote),
    ],
    dataNotes: dataNotesOf(result.notes),
    ...besideMajority(
      measured,
      indices.map((index) => at(prepared.labels, index)),
    ),
    ...images,
    skipped: result.skipped,
    provenance: [
      { code: "version", data: { fovea } },
      { code: "runs-on", data: { runtime, system } },
      { code: "digest", data: { of: "images", sha256: await sha256Of(digests) } },
    ],
  };
}
