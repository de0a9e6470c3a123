import type { Buffer } from "../../kernels/index.ts";
import type { PlanContext } from "../types.ts";

/** A temporary of float32 numbers. */
export const floats = ({ temporary }: PlanContext, name: string, ...shape: number[]): Buffer =>
  temporary(name, { shape, dtype: "f32" });

/** At most `wanted` parts of equal size, none of them empty. */
export const evenParts = (count: number, wanted: number): number =>
  Math.ceil(count / Math.ceil(count / wanted));
