import type { TrainRequest } from "../requests.ts";
import type { DrawnSettings, SearchRequest } from "./types.ts";

/** What a training with the settings of a trial would be asked for. */
export function requestOfTrial(request: SearchRequest, drawn: DrawnSettings): TrainRequest {
  const { minutes: _, trials: __, reduction: ___, space: ____, folds: _____, ...fixed } = request;
  return { ...fixed, ...drawn };
}
