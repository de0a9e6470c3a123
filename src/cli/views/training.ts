import {
  type BatchEvent,
  type EpochEvent,
  type FoldEvent,
  type ReadyEvent,
  type TrainEvent,
  bytesText,
  countText,
  durationText,
  lossText,
  percentText,
  plural,
} from "../../app/index.ts";
import { parametersText } from "../../base/index.ts";
import { messageText } from "../../messages/index.ts";
import type { Progress } from "../terminal/progress.ts";
import { bar, showData } from "./data.ts";

/** Redrawing more often than this costs time and cannot be read. */
const redrawMs = 80;

/** Shows the events of a training as they come. */
export function trainingView(progress: Progress): (event: TrainEvent) => void {
  let drawn = Number.NEGATIVE_INFINITY;
  const rarely = (draw: () => void): void => {
    if (performance.now() - drawn < redrawMs) return;
    drawn = performance.now();
    draw();
  };
  let last = false;
  return (event) => {
    switch (event.type) {
      case "found":
      case "read":
      case "groups":
        return showData(event, progress);
      case "reading":
      case "comparing":
        return rarely(() => showData(event, progress));
      case "ready":
        return showReady(event, progress);
      case "fold":
        return showFold(event, progress);
      case "batch":
        return rarely(() => progress.redraw(batchLine(event, progress)));
      case "epoch":
        last = event.epoch === event.epochs;
        return progress.line(epochLine(event));
      case "advice":
        // After the last epoch the result says it.
        if (last) return;
        return progress.line(progress.paint.warn(`  ${messageText(event)}`));
      case "advice-withdrawn":
        if (last) return;
        return progress.line(progress.paint.dim(`  ${messageText(event)}`));
      default:
        return event satisfies never;
    }
  };
}

function showReady(event: ReadyEvent, progress: Progress): void {
  const { size, epochs, batchSize, firstEpoch, folds } = event;
  progress.line(partsLine(event));
  for (const warning of event.split.warnings) progress.line(progress.paint.warn(`  ${messageText(warning)}`));
  if (event.partsPooled)
    progress.line(
      "The data set's own train and validation parts were pooled and split again; --split folders keeps them.",
    );
  progress.line(
    `Model ${event.model}: ${parametersText(event.parameters)}, input ${size} × ${size} × 3, ` +
      `about ${bytesText(event.memory.total)} of memory`,
  );
  const times =
    firstEpoch > 1
      ? `Resuming at epoch ${firstEpoch} of ${epochs}`
      : `Training: ${plural(epochs, "epoch")}${folds > 0 ? " per fold" : ""} (passes over the training set)`;
  progress.line(`${times}, batch size ${batchSize}\n`);
  showHead(progress);
}

function showHead(progress: Progress): void {
  progress.line(progress.paint.dim("            train             validation"));
  progress.line(progress.paint.dim("  epoch     loss  accuracy    loss  accuracy    time"));
}

/** Sizes of the training and validation set of a fold. */
function showFold({ fold, folds, trainCount, validationCount }: FoldEvent, progress: Progress): void {
  progress.line(
    progress.paint.bold(
      fold === undefined
        ? `Final model: trained on all ${countText(trainCount)} images`
        : `Fold ${fold} of ${folds}: ${countText(trainCount)} training images, ${countText(validationCount)} validation images`,
    ),
  );
}

/** How many images, and groups where they are known, each part has. */
function partsLine({ trainCount, validationCount, testCount, folds, split }: ReadyEvent): string {
  const { source, groups, leakShare } = split;
  const disjoint = source === "none" || leakShare > 0 ? "" : " No group is in both.";
  const part = (name: string, images: number, count: number): string =>
    `${name}: ${plural(images, "image")}${source === "none" ? "" : ` (${plural(count, "group")})`}.`;
  if (folds > 0)
    return `${part(`Cross-validation in ${folds} folds`, trainCount, groups.train)} Each image is predicted by a model that was not trained on it.`;
  const parts = [
    part("Training", trainCount, groups.train),
    part("Validation", validationCount, groups.validation),
    ...(testCount > 0 ? [part("Test", testCount, groups.test)] : []),
  ].join(" ");
  return `${parts}${disjoint}`;
}

const epochLine = (event: EpochEvent): string =>
  [
    `  ${`${event.epoch}/${event.epochs}`.padStart(5)}`,
    lossText(event.loss).padStart(9),
    percentText(event.accuracy).padStart(10),
    lossText(event.validationLoss).padStart(8),
    percentText(event.validationAccuracy).padStart(10),
    `    ${durationText(event.seconds)}`,
  ].join("");

function batchLine(event: BatchEvent, { width, paint }: Progress): string {
  const figures = [
    `${countText(Math.round(event.imagesPerSecond))} images/s`,
    `${durationText(event.secondsLeft)} left`,
    `loss ${lossText(event.loss)}`,
    `accuracy ${percentText(event.accuracy)}`,
  ].join("  ");
  const name = `  ${`${event.epoch}/${event.epochs}`.padStart(5)}  `;
  const room = Math.min(Math.max(width - name.length - figures.length - 4, 5), 24);
  return `${name}${paint.good(bar(event.done, room))}  ${figures}`;
}
