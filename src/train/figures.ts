import { type NdArray, fault, ndarray, showValue } from "../base/index.ts";
import { type BatchSource, type Predictions, weightedAccuracy } from "../evaluate/index.ts";

/**
 * A figure of one's own, measured beside loss and accuracy.
 * @example
 * const confident: CustomMetric = {
 *   name: "confident",
 *   of: ({ data, shape }) => data.filter((p) => p > 0.9).length / (shape[0] ?? 1),
 * };
 */
export interface CustomMetric {
  /** Stands in the history; not "loss" or "accuracy". */
  readonly name: string;
  /** Whether a higher value is the better one, or a lower; needed where `monitor` names it. */
  readonly direction?: "max" | "min";
  /**
   * From outputs of the last layer [n, …] and labels [n] or [n, …], over an epoch or a validation set; and, where examples have some,
   * their weights [n]. @returns a number
   */
  of(
    predictions: NdArray<Float32Array>,
    labels: NdArray<Float32Array>,
    sampleWeight?: NdArray<Float32Array>,
  ): number;
}

/** Accuracy in which each example counts by its weight (Keras: weighted_metrics). */
export const weightedAccuracyMetric: CustomMetric = {
  name: "weightedAccuracy",
  direction: "max",
  of: (probabilities, targets, weights) =>
    weightedAccuracy({ probabilities, targets, ...(weights && { weights }) }),
};

/** Each figure by name; nothing where there is no metric. @throws naming a metric that gives no number */
export function figuresOf(
  metrics: readonly CustomMetric[],
  gathered: () => Predictions,
): { readonly metrics?: Readonly<Record<string, number>> } {
  if (metrics.length === 0) return {};
  const { probabilities, targets, weights } = gathered();
  return {
    metrics: Object.fromEntries(
      metrics.map((metric) => {
        const value: unknown = metric.of(probabilities, targets, weights);
        if (typeof value === "number") return [metric.name, value];
        throw fault(`metric ${metric.name}`, {
          expected: "a number",
          received: showValue(value),
          exitCode: 2,
        });
      }),
    ),
  };
}

/** What came of the rows of a batch. */
export interface PredictedRows {
  readonly predictions: Float32Array;
  readonly labels: Float32Array;
  /** Of a weighted source. */
  readonly weights?: Float32Array | undefined;
  readonly count: number;
}

/** Gathers the rows of an epoch, batch after batch; does nothing where no metric asks for them. */
export function gatherRows(
  { count, targetShape, weighted = false }: Pick<BatchSource, "count" | "targetShape" | "weighted">,
  wanted: boolean,
): {
  readonly add: (rows: PredictedRows) => void;
  readonly gathered: () => Predictions;
} {
  const held = {
    predictions: new Float32Array(0),
    labels: new Float32Array(0),
    weights: new Float32Array(0),
  };
  let done = 0;
  const put = (key: keyof typeof held, data: Float32Array, rows: number): void => {
    const width = data.length / rows;
    if (done === 0) held[key] = new Float32Array(count * width);
    held[key].set(data, done * width);
  };
  return {
    add: ({ predictions, labels, weights, count: rows }) => {
      if (!wanted) return;
      put("predictions", predictions, rows);
      put("labels", labels, rows);
      if (weights) put("weights", weights.subarray(0, rows), rows);
      done += rows;
    },
    gathered: () => ({
      probabilities: ndarray(held.predictions, [count, held.predictions.length / count]),
      targets: ndarray(held.labels, [count, ...targetShape]),
      ...(weighted && { weights: ndarray(held.weights, [count]) }),
    }),
  };
}
