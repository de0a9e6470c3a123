import { type NonFinite, firstNonFinite } from "../base/index.ts";
import { type Batch, type BatchSource, type TrainingSource, rowsOf, runBatches } from "../evaluate/index.ts";
import type { TrainingAdvice } from "./advice.ts";

type NotFinite = Extract<TrainingAdvice, { readonly code: "not-finite" }>;
/** Where in the data, and when it came up. */
type Found = Pick<NotFinite["data"], "array" | "at" | "value">;

/** The first NaN or infinity among the examples of a batch; `order` tells which examples they are. */
export function nonFiniteIn(
  batch: Batch,
  source: BatchSource | TrainingSource,
  order: Int32Array,
): Found | undefined {
  const { x, y } = rowsOf(batch, batch.count, source);
  const named = ({ at: [row = 0, ...rest], value }: NonFinite): Pick<Found, "at" | "value"> => ({
    at: [order[batch.from + row] ?? row, ...rest],
    value,
  });
  const input = firstNonFinite(x, source.inputShape);
  if (input) return { array: "x", ...named(input) };
  const target = firstNonFinite(y, source.targetShape);
  return target && { array: "y", ...named(target) };
}

/** The first NaN or infinity of a whole source, or of some of its examples, which are read once more for it. */
export async function nonFiniteInSource(
  source: BatchSource | TrainingSource,
  {
    batchSize,
    order = Int32Array.from({ length: source.count }, (_, i) => i),
  }: { readonly batchSize: number; readonly order?: Int32Array },
): Promise<Found | undefined> {
  const look = (batch: Batch): Promise<Found | undefined> =>
    Promise.resolve(nonFiniteIn(batch, source, order));
  for await (const { result } of runBatches({ source, order, batchSize }, look)) if (result) return result;
  return undefined;
}

/** What to say when training had to stop for such a number. */
export const notFinite = (data: NotFinite["data"]): TrainingAdvice => ({
  code: "not-finite",
  action: "fix-data",
  data,
});
