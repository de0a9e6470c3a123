import { type Shape, fault, showShape, sizeOf } from "../../base/index.ts";

/** The shape two arrays take together (numpy's broadcasting). @throws when an axis differs and is not 1. */
export function broadcastShapes(who: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw fault(who, {
        expected: "shapes that broadcast (equal axes, or 1, from the right)",
        received: `${showShape(a)} and ${showShape(b)}`,
      });
    }
    return x === 1 ? y : x;
  });
}

/** Σ strides[i] · index[i] */
export const dot = (strides: readonly number[], index: readonly number[]): number =>
  strides.reduce((sum, stride, i) => sum + stride * index[i]!, 0);

/** Calls `visit` with every index of a shape in row-major order; the index array is reused. */
export function forEachIndex(shape: Shape, visit: (index: readonly number[], flat: number) => void): void {
  const index = shape.map(() => 0);
  const size = sizeOf(shape);
  for (let flat = 0; flat < size; flat++) {
    visit(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = index[axis]! + 1;
      index[axis] = next < shape[axis]! ? next : 0;
      if (index[axis] !== 0) break;
    }
  }
}

/** Whether a number takes the place of the greatest so far: it is greater, or the first NaN. */
export const outranks = (x: number, greatest: number): boolean =>
  x > greatest || (x !== x && greatest === greatest);
