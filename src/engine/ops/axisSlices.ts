import { type Shape, at, fault, showShape, sizeOf } from "../../base/index.ts";

/** An array seen as [outer, extent, inner] around one of its axes. */
export interface AxisSlices {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
}

/** The axis as a whole number from 0; negative ones count from the last. @throws when the shape has no such axis. */
export function axisOf(who: string, shape: Shape, axis: number): number {
  const found = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(found) || found < 0 || found >= shape.length) {
    throw fault(`${who}: axis`, { expected: `an axis of x ${showShape(shape)}`, received: `${axis}` });
  }
  return found;
}

export const axisSlices = (shape: Shape, axis: number): AxisSlices => ({
  outer: sizeOf(shape.slice(0, axis)),
  extent: at(shape, axis),
  inner: sizeOf(shape.slice(axis + 1)),
});

/** Calls `visit` with the flat index of each slice's first element; the others follow at distance `inner`. */
export function forEachAxisSlice(
  { outer, extent, inner }: AxisSlices,
  visit: (first: number, slice: number) => void,
): void {
  for (let slice = 0; slice < outer * inner; slice++) {
    visit(Math.floor(slice / inner) * extent * inner + (slice % inner), slice);
  }
}
