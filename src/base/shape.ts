/**
 * Extents of an array's axes, outermost first, e.g. [N, H, W, C].
 * @example
 * const shape: Shape = [1, 8, 8, 3];
 */
export type Shape = readonly number[];

/** Number of elements of an array of that shape; 1 for a scalar []. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1);

/** Row-major strides, in elements: the last axis has stride 1. */
export function stridesOf(shape: Shape): number[] {
  const strides: number[] = Array.from({ length: shape.length }, () => 1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] ?? 1) * (shape[i + 1] ?? 1);
  return strides;
}

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((extent, i) => extent === b[i]);

/** "[16, 200, 200, 3]" */
export const showShape = (shape: Shape): string => `[${shape.join(", ")}]`;
