import { fault, kebabCase, plural } from "../../../base/index.ts";
import { type RateCurve, type Recipe, parseRateCurve } from "../../../models/index.ts";
import { type Optimizer, withMomentum } from "../../../nn/index.ts";
import type { TrainRequest } from "../../requests.ts";
import { flagOf } from "./flag.ts";

export type ScheduleRequest = Pick<TrainRequest, "schedule" | "warmupEpochs">;

/** Where a schedule comes from. */
interface ScheduleOrigin {
  readonly recipe: Recipe;
  readonly optimizer: Optimizer;
  /** Of the training. */
  readonly epochs: number;
}

/**
 * The recipe's schedule, or another one; one that is asked for by its name begins with the recipe's warm-up, but for oneCycle, which
 * is a warm-up itself. @throws naming what does not fit, a warm-up without an end, or where it cycles a momentum that the optimiser
 * does not have
 */
export function chosenSchedule(
  request: ScheduleRequest,
  { recipe, optimizer, epochs }: ScheduleOrigin,
): RateCurve {
  const curve = curveOf(request, recipe);
  const { warmupEpochs = 0 } = request;
  // A recipe's own is cut to fit; who asks for one means the rate to reach its full size.
  if (warmupEpochs >= epochs) {
    throw fault(flagOf("warmupEpochs"), {
      expected: `a number from 0, below the ${plural(epochs, "epoch")} of the training`,
      received: `${warmupEpochs}`,
      exitCode: 2,
    });
  }
  if (curve.type === "oneCycle" && curve.momentum) withMomentum(optimizer, curve.momentum.min);
  return curve;
}

function curveOf({ schedule, warmupEpochs }: ScheduleRequest, recipe: Recipe): RateCurve {
  const base = schedule === undefined ? recipe.schedule : parseRateCurve("--schedule", schedule);
  const isNamed = typeof schedule === "string" && base.type !== "oneCycle";
  const warmup = warmupEpochs ?? (isNamed ? recipe.schedule.warmupEpochs : undefined);
  return warmup === undefined ? base : parseRateCurve("--schedule", { ...base, warmupEpochs: warmup });
}

/** Options of the command line that choose this schedule; none for the recipe's. */
export function scheduleFlags(
  schedule: RateCurve,
  recipe: Recipe,
): Readonly<Record<string, string | number>> {
  const same = (request: ScheduleRequest): boolean =>
    JSON.stringify(curveOf(request, recipe)) === JSON.stringify(schedule);
  const { type, warmupEpochs } = schedule;
  if (same({})) return {};
  if (same({ schedule: type })) return { schedule: kebabCase(type) };
  const warmup = warmupEpochs === undefined ? {} : { warmupEpochs };
  if (!same({ schedule: type, ...warmup })) return { schedule: JSON.stringify(schedule) };
  return {
    schedule: kebabCase(type),
    ...(warmupEpochs !== undefined && { "warmup-epochs": warmupEpochs }),
  };
}
