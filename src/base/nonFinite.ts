import { type Shape, sizeOf } from "./shape.ts";

/** A number that is none: where it stands in an array, and what stands there. */
export interface NonFinite {
  /** Index along each axis. */
  readonly at: readonly number[];
  readonly value: "NaN" | "Infinity" | "-Infinity";
}

/** The first NaN or infinity of an array [n, …rowShape], row by row; undefined where there is none. */
export function firstNonFinite(data: ArrayLike<number>, rowShape: Shape): NonFinite | undefined {
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value !== undefined && !Number.isFinite(value))
      return { at: indicesOf(i, rowShape), value: nameOf(value) };
  }
  return undefined;
}

const nameOf = (value: number): NonFinite["value"] =>
  value > 0 ? "Infinity" : value < 0 ? "-Infinity" : "NaN";

/** 17 in rows of [2, 3] is [2, 1, 2]. */
function indicesOf(index: number, rowShape: Shape): readonly number[] {
  const row = sizeOf(rowShape);
  const at = [Math.floor(index / row)];
  let rest = index % row;
  for (const [axis] of rowShape.entries()) {
    const inner = sizeOf(rowShape.slice(axis + 1));
    at.push(Math.floor(rest / inner));
    rest %= inner;
  }
  return at;
}
