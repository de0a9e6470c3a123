import {
  type BatchEvent,
  type EpochEvent,
  type FoldEvent,
  type ReadyEvent,
  type TrainEvent,
  bytesText,
  countText,
  durationText,
  groupWord,
  lossText,
  percentText,
  plural,
} from "../../app/index.ts";
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
        return progress.line(progress.paint.warn(`  ${event.sentence} ${event.tryThis}`));
      default:
        return event satisfies never;
    }
  };
}

function showReady(event: ReadyEvent, progress: Progress): void {
  const { size, epochs, batchSize, firstEpoch, folds } = event;
  progress.line(partsLine(event));
  for (const warning of event.split.warnings) progress.line(progress.paint.warn(`  ${warning}`));
  if (event.partsPooled)
    progress.line(
      "The data's own train and validation parts were pooled and drawn anew; --split folders keeps them.",
    );
  progress.line(
    `Model ${event.model}: ${countText(event.parameters)} numbers to learn; images at ${size} × ${size}; ` +
      `${bytesText(event.memory.total)} of memory`,
  );
  const times =
    firstEpoch > 1
      ? `Going on at epoch ${firstEpoch} of ${epochs}`
      : `Training for ${plural(epochs, "epoch")}${folds > 0 ? " each" : ""}`;
  progress.line(`${times} (an epoch shows it every image once), ${batchSize} images at a time\n`);
  showHead(progress);
}

function showHead(progress: Progress): void {
  progress.line(progress.paint.dim("            training          kept back"));
  progress.line(progress.paint.dim("  epoch     loss  accuracy    loss  accuracy    time"));
}

/** Which part is kept back now. */
function showFold({ fold, folds, trainCount, validationCount }: FoldEvent, progress: Progress): void {
  progress.line(
    progress.paint.bold(
      fold === undefined
        ? `The model that is kept: from all ${countText(trainCount)} images`
        : `Fold ${fold} of ${folds}: ${countText(trainCount)} to learn from, ${countText(validationCount)} kept back`,
    ),
  );
}

/** How many images, and groups where they are known, each part has. */
function partsLine({ trainCount, validationCount, testCount, folds, split }: ReadyEvent): string {
  const { source, groups, leakShare } = split;
  const apart = source === "none" || leakShare > 0 ? "" : `; no ${groupWord(source)} is on both sides`;
  const grouped = (n: number): string => (source === "none" ? "" : ` (${plural(n, groupWord(source))})`);
  if (folds > 0)
    return `${folds} folds of ${countText(trainCount)} images${grouped(groups.train)}: each is kept back once, while it learns from the others${apart}`;
  const parts = [
    `${countText(trainCount)} to learn from${grouped(groups.train)}`,
    `${countText(validationCount)} kept back to check the result${grouped(groups.validation)}`,
    ...(testCount > 0 ? [`${countText(testCount)} for a last test${grouped(groups.test)}`] : []),
  ].join(", ");
  return `${parts}${apart}`;
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
