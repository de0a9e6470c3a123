import { type NdArray, fault, ndarray, showValue } from "../base/index.ts";
import type { BatchSource, Predictions } from "../evaluate/index.ts";

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
  /** From outputs of the last layer [n, …] and labels [n] or [n, …], over an epoch or a validation set. @returns a number */
  of(predictions: NdArray<Float32Array>, labels: NdArray<Float32Array>): number;
}

/** Each figure by name; nothing where there is no metric. @throws naming a metric that gives no number */
export function figuresOf(
  metrics: readonly CustomMetric[],
  gathered: () => Predictions,
): { readonly metrics?: Readonly<Record<string, number>> } {
  if (metrics.length === 0) return {};
  const { probabilities, targets } = gathered();
  return {
    metrics: Object.fromEntries(
      metrics.map((metric) => {
        const value: unknown = metric.of(probabilities, targets);
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

/** Gathers the rows of an epoch, batch after batch; does nothing where no metric asks for them. */
export function gatherRows(
  { count, targetShape }: Pick<BatchSource, "count" | "targetShape">,
  wanted: boolean,
): {
  readonly add: (predictions: Float32Array, labels: Float32Array, rows: number) => void;
  readonly gathered: () => Predictions;
} {
  const held = { probabilities: new Float32Array(0), targets: new Float32Array(0) };
  let done = 0;
  const put = (key: keyof typeof held, data: Float32Array, rows: number): void => {
    const width = data.length / rows;
    if (done === 0) held[key] = new Float32Array(count * width);
    held[key].set(data, done * width);
  };
  return {
    add: (predictions, labels, rows) => {
      if (!wanted) return;
      put("probabilities", predictions, rows);
      put("targets", labels, rows);
      done += rows;
    },
    gathered: () => ({
      probabilities: ndarray(held.probabilities, [count, held.probabilities.length / count]),
      targets: ndarray(held.targets, [count, ...targetShape]),
    }),
  };
}
