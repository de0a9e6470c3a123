import type { Steps } from "../protocol.ts";
import type { Checkpoint, FitEpochEvent, FitEvent, MonitorName, StartEvent } from "../../train/index.ts";
import { type AdviceWithdrawn, withText } from "../../messages/index.ts";
import type { TrainEvent } from "../events.ts";
import { refuseTooMuch } from "../data/memory.ts";
import type { Services } from "../context.ts";
import type { Fitted } from "./types.ts";

/** What forwarding needs to know of a training. */
export interface ForwardOptions {
  /** In all, as things stand. */
  readonly epochs: () => number;
  /** Images of an epoch. */
  readonly count: number;
  /** The events once everything is compiled. */
  readonly begin: (event: StartEvent) => readonly TrainEvent[];
  readonly keep?: (checkpoint: Checkpoint) => Promise<void>;
  /** Figure by which epochs are compared. */
  readonly monitor?: MonitorName | undefined;
  /** Called at each epoch's end; training waits for it. */
  readonly onEpoch?: (event: FitEpochEvent) => Promise<void>;
  /** Advice waits for the end. @default false */
  readonly quiet?: boolean;
  readonly services: Services;
}

/** Passes on what happens while training, and keeps each checkpoint. @throws when it would take more memory than there is. */
export async function* forwardEvents(
  events: AsyncGenerator<FitEvent, void, undefined>,
  { epochs, count, begin, keep, monitor, onEpoch, quiet = false, services }: ForwardOptions,
): Steps<TrainEvent, Fitted> {
  yield { type: "working", on: "compiling" };
  let epochStarted = services.clock();
  let start: StartEvent | undefined;
  for await (const event of events) {
    switch (event.type) {
      case "start":
        refuseTooMuch(event.memory, services.memory);
        start = event;
        yield* begin(event);
        epochStarted = services.clock();
        break;
      case "batch": {
        const { epoch, loss, accuracy, images } = event;
        const seconds = Math.max((services.clock() - epochStarted) / 1000, 1e-3);
        const imagesPerSecond = images / seconds;
        const secondsLeft = (count - images) / imagesPerSecond;
        const done = images / count;
        yield { type: "batch", epoch, epochs: epochs(), done, loss, accuracy, imagesPerSecond, secondsLeft };
        break;
      }
      case "epoch": {
        await onEpoch?.(event);
        const { epoch, loss, accuracy, validation, seconds, stallFraction } = event;
        const { loss: validationLoss, accuracy: validationAccuracy } = validation ?? {
          loss: Number.NaN,
          accuracy: Number.NaN,
        };
        const value = monitor && validation?.metrics?.[monitor];
        const figures = { loss, accuracy, validationLoss, validationAccuracy, seconds };
        yield {
          type: "epoch",
          epoch,
          epochs: epochs(),
          ...figures,
          ...(monitor && value !== undefined && { monitored: { metric: monitor, value } }),
          ...(stallFraction !== undefined && { stallFraction }),
        };
        epochStarted = services.clock();
        break;
      }
      case "advice":
        if (!quiet) yield { ...withText(event), type: "advice" };
        break;
      case "advice-withdrawn": {
        const statement: AdviceWithdrawn = { code: event.type, data: { advice: event.code } };
        if (!quiet) yield { ...withText(statement), type: event.type };
        break;
      }
      case "checkpoint":
        await keep?.(event.checkpoint);
        break;
      case "end":
        if (start) return { start, end: event };
        break;
      default:
        event satisfies never;
    }
  }
  throw new Error("fit ended without an end event");
}
