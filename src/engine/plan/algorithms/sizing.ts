import type { Buffer } from "../../kernels/index.ts";
import type { PlanContext } from "../types.ts";

/** A temporary of float32 numbers. */
export const floats = ({ temporary }: PlanContext, name: string, ...shape: number[]): Buffer =>
  temporary(name, { shape, dtype: "f32" });

/** Products that are worth a task, and bytes of source rows that stay in cache while it runs; chosen, not measured. */
export const TASK = { products: 2_000_000, sourceBytes: 131_072 };

/** At most `wanted` parts of equal size, none of them empty. */
export const evenParts = (count: number, wanted: number): number =>
  Math.ceil(count / Math.ceil(count / wanted));
