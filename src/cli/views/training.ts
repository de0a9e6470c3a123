import {
  type BatchEvent,
  type EpochEvent,
  type FoldEvent,
  type ReadyEvent,
  type TrainEvent,
  countText,
  durationText,
  lossText,
  percentText,
} from "../../app/index.ts";
import { messageText, monitorText, written } from "../../messages/index.ts";
import type { Progress } from "../terminal/progress.ts";
import { gauge, showData } from "./data.ts";

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
  let hasValidation = true;
  // Where no batch follows, the training has ended, and its result says what holds.
  let held: readonly string[] = [];
  const release = (): void => {
    for (const line of held) progress.line(line);
    held = [];
  };
  return (event) => {
    switch (event.type) {
      case "found":
      case "read":
      case "groups":
      case "working":
        return showData(event, progress);
      case "reading":
      case "comparing":
        return rarely(() => showData(event, progress));
      case "ready":
        return showReady(event, progress);
      case "fold":
        hasValidation = event.validationCount > 0;
        return showFold(event, progress);
      case "batch":
        release();
        // After the last batch the validation set follows, which has no events of its own.
        if (event.done >= 1 && hasValidation)
          return progress.redraw(`${epochName(event)}evaluating on the validation set`);
        return rarely(() => progress.redraw(batchLine(event, progress)));
      case "epoch":
        return progress.line(epochLine(event));
      case "advice":
        held = [...held, progress.paint.warn(`  ${messageText(event)}`)];
        return;
      case "advice-withdrawn":
        held = [...held, progress.paint.dim(`  ${messageText(event)}`)];
        return;
      default:
        return event satisfies never;
    }
  };
}

function showReady(event: ReadyEvent, progress: Progress): void {
  const {
    model,
    modelFrom,
    parameters,
    size,
    memory,
    epochs,
    batchSize,
    averaged,
    firstEpoch,
    folds,
    views,
    time,
  } = event;
  progress.line(sizesText(event));
  for (const warning of event.split.warnings) progress.line(progress.paint.warn(`  ${messageText(warning)}`));
  const { ownParts } = event.split;
  if (ownParts) progress.line(messageText(written({ code: "own-parts", data: ownParts })));
  progress.line(
    written({ code: "model", data: { model, from: modelFrom, parameters, size, bytes: memory.total } }).text,
  );
  for (const note of event.notes) progress.line(progress.paint.warn(`  ${messageText(note)}`));
  if (event.augmentation) progress.line(messageText(event.augmentation));
  const begin = { epochs, batchSize, averaged, firstEpoch, folds, views, time };
  progress.line(`${written({ code: "training-begins", data: begin }).text}\n`);
  showHead(event, progress);
}

/** Columns of the table; the monitored figure has one where it is neither loss nor accuracy. */
function showHead({ monitor }: ReadyEvent, progress: Progress): void {
  const isOther = monitor !== "loss" && monitor !== "accuracy";
  const column = isOther ? `  ${monitorText[monitor]}` : "";
  progress.line(progress.paint.dim("            train             validation"));
  progress.line(progress.paint.dim(`  epoch     loss  accuracy    loss  accuracy${column}    time`));
}

/** Sizes of the training and validation set of a fold. */
function showFold({ fold, folds, trainCount, validationCount }: FoldEvent, progress: Progress): void {
  const { text } =
    fold === undefined
      ? written({ code: "final-model-begins", data: { images: trainCount } })
      : written({
          code: "fold-begins",
          data: { fold, folds, training: trainCount, validation: validationCount },
        });
  progress.line(progress.paint.bold(text));
}

/** How many images, and groups where they are known, each set has. */
function sizesText({ trainCount, validationCount, testCount, folds, split }: ReadyEvent): string {
  const { source, groups, leakShare } = split;
  if (folds > 0)
    return written({ code: "fold-sizes", data: { source, folds, images: trainCount, groups: groups.train } })
      .text;
  const data = {
    source,
    images: { training: trainCount, validation: validationCount, test: testCount },
    groups: { training: groups.train, validation: groups.validation, test: groups.test },
    leakShare,
  };
  return written({ code: "set-sizes", data }).text;
}

const epochLine = (event: EpochEvent): string =>
  [
    `  ${`${event.epoch}/${event.epochs}`.padStart(5)}`,
    lossText(event.loss).padStart(9),
    percentText(event.accuracy).padStart(10),
    lossText(event.validationLoss).padStart(8),
    percentText(event.validationAccuracy).padStart(10),
    monitoredColumn(event),
    `    ${durationText(event.seconds)}`,
  ].join("");

function monitoredColumn({ monitored }: EpochEvent): string {
  if (!monitored) return "";
  const { metric, value } = monitored;
  const text = metric === "balancedAccuracy" ? percentText(value) : lossText(value);
  return text.padStart(monitorText[metric].length + 2);
}

const epochName = ({ epoch, epochs }: BatchEvent): string => `  ${`${epoch}/${epochs}`.padStart(5)}  `;

function batchLine(event: BatchEvent, progress: Progress): string {
  const { width, paint } = progress;
  const figures = [
    `${countText(Math.round(event.imagesPerSecond))} images/s`,
    `${durationText(event.secondsLeft)} left`,
    `loss ${lossText(event.loss)}`,
    `accuracy ${percentText(event.accuracy)}`,
  ].join("  ");
  const name = epochName(event);
  const room = Math.min(Math.max(width - name.length - figures.length - 4, 5), 24);
  return `${name}${paint.good(gauge(event.done, progress, room))}  ${figures}`;
}
