import type { FindLearningRateRequest, LabelsRequest } from "../../requests.ts";
import type { SearchRequest } from "../../search/types.ts";
import type { ConfiguredRequest } from "./fields.ts";

/** Settings that a request does not have; the types see to it that none is missing. */
type Unused<Request> = Readonly<Record<Exclude<keyof ConfiguredRequest, keyof Request>, true>>;

const unusedByLabels: Unused<LabelsRequest> = {
  minutes: true,
  lengths: true,
  ensemble: true,
  validation: true,
  monitor: true,
  patience: true,
  minDelta: true,
  startFromEpoch: true,
};

const unusedByFindLr: Unused<FindLearningRateRequest> = {
  folds: true,
  ensemble: true,
  epochs: true,
  minutes: true,
  lengths: true,
  learningRate: true,
  schedule: true,
  warmupEpochs: true,
  accumulate: true,
  ema: true,
  lookahead: true,
  batchNormStatistics: true,
  monitor: true,
  patience: true,
  minDelta: true,
  startFromEpoch: true,
};

const unusedBySearch: Unused<SearchRequest> = unusedByLabels;

/** Verbs that train in a way of their own. */
const unused = { labels: unusedByLabels, "find-lr": unusedByFindLr, search: unusedBySearch } as const;

/** What of a file's settings such a verb takes: those of `train` alone do not concern it. */
export const settingsFor = (verb: keyof typeof unused, config: ConfiguredRequest): ConfiguredRequest =>
  Object.fromEntries(
    Object.entries(config).filter(
      ([key, value]) =>
        !Object.hasOwn(unused[verb], key) &&
        // The data's own parts are one split, and these draw folds.
        !(verb !== "find-lr" && key === "split" && value === "folders"),
    ),
  );
