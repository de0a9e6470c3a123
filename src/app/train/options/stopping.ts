import { kebabCase } from "../../../base/index.ts";
import { stoppingIn } from "../../../train/index.ts";
import type { StoppingRequest } from "../../requests.ts";

/** Options of the command line that choose the best epoch and end a training, as far as they are given. */
export const stoppingFlags = (settings: StoppingRequest): Readonly<Record<string, string | number>> =>
  Object.fromEntries(
    Object.entries(stoppingIn(settings)).map(([option, value]) => [
      kebabCase(option),
      typeof value === "string" ? kebabCase(value) : value,
    ]),
  );
