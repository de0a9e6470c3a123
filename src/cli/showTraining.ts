import {
  type BatchEvent,
  type EpochEvent,
  type ReadyEvent,
  type TrainEvent,
  bytesText,
  countText,
  durationText,
  lossText,
  percentText,
  plural,
} from "../app/index.ts";
import type { Progress } from "./say.ts";
import { bar, showFound, showRead, showReading } from "./showData.ts";

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
        return showFound(event, progress);
      case "reading":
        return rarely(() => showReading(event, progress));
      case "read":
        return showRead(event, progress);
      case "ready":
        return showReady(event, progress);
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
  const { trainCount, validationCount, testCount, size, epochs, batchSize, firstEpoch } = event;
  const test = testCount > 0 ? `, ${countText(testCount)} for a last test` : "";
  progress.line(
    `${countText(trainCount)} to learn from, ${countText(validationCount)} kept back to check the result${test}`,
  );
  if (event.partsPooled)
    progress.line(
      "The data's own train and validation parts were pooled and drawn anew; --split folders keeps them.",
    );
  progress.line(
    `Model ${event.model}: ${countText(event.parameters)} numbers to learn; pictures at ${size} × ${size}; ` +
      `${bytesText(event.memory.total)} of memory`,
  );
  const times =
    firstEpoch > 1
      ? `Going on at epoch ${firstEpoch} of ${epochs}`
      : `Training for ${plural(epochs, "epoch")}`;
  progress.line(`${times} (an epoch shows it every picture once), ${batchSize} pictures at a time\n`);
  progress.line(progress.paint.dim("            training          kept back"));
  progress.line(progress.paint.dim("  epoch     loss  accuracy    loss  accuracy    time"));
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
    `${countText(Math.round(event.picturesPerSecond))} pictures/s`,
    `${durationText(event.secondsLeft)} left`,
    `loss ${lossText(event.loss)}`,
    `accuracy ${percentText(event.accuracy)}`,
  ].join("  ");
  const name = `  ${`${event.epoch}/${event.epochs}`.padStart(5)}  `;
  const room = Math.min(Math.max(width - name.length - figures.length - 4, 5), 24);
  return `${name}${paint.good(bar(event.done, room))}  ${figures}`;
}
