import type { TrainEvent } from "../../events.ts";
import type { Steps } from "../../protocol.ts";
import { epochsFitting, givenTime } from "../time/budget.ts";
import { measureTimes } from "../time/speeds.ts";
import { timesOf } from "../time/timesOf.ts";
import type { DataSplit, Grouped, PipelineContext } from "../types.ts";

/**
 * Where a time is given, times the network on this machine and sets the epochs that fit into what is left of it.
 * @throws where not even one does
 */
export async function* fitToTime(
  grouped: Grouped,
  split: DataSplit,
  { services }: PipelineContext,
): Steps<TrainEvent, Grouped> {
  const { task, backend } = grouped;
  const { settings, started, resumed } = task;
  const { minutes } = settings;
  if (minutes === undefined || resumed) return grouped;
  yield { type: "working", on: "measuring-speed" };
  const count = split.parts.train.length;
  const { clock, memory } = services;
  const perImage = await measureTimes(settings, { backend, clock, memory, count });
  const times = timesOf(perImage, split, settings);
  const facts = { minutes, spent: (clock() - started) / 1000, ...times };
  const epochs = epochsFitting(facts);
  // Until here they were the recipe's.
  const given = givenTime(facts, { fitting: epochs, recipe: settings.epochs });
  return { ...grouped, task: { ...task, settings: { ...settings, epochs }, times: { ...times, given } } };
}
