import { fault } from "./errors.ts";
import { type Shape, showShape, sizeOf } from "./shape.ts";

/**
 * The numbers an array may hold: measured ones, 0-255 image bytes, or class indices.
 * @example
 * const labels: Numbers = Int32Array.of(0, 1, 1);
 */
export type Numbers = Float32Array | Float64Array | Uint8Array | Int32Array;

/**
 * A dense row-major array: the numbers and the shape they stand for.
 * @example
 * const image: NdArray<Uint8Array> = ndarray(new Uint8Array(12), [2, 2, 3]);
 * image.shape; // → [2, 2, 3]
 */
export interface NdArray<T extends Numbers = Numbers> {
  /** Extent of each axis, outermost first. */
  readonly shape: Shape;
  /** The numbers, the last axis varying fastest; as many as the product of `shape`. */
  readonly data: T;
}

/**
 * Pairs numbers with a shape. @throws when their counts differ.
 * @example
 * const batch = ndarray(new Float32Array(2 * 8 * 8 * 3), [2, 8, 8, 3]); // [2, 8, 8, 3]
 */
export function ndarray<T extends Numbers>(data: T, shape: Shape): NdArray<T> {
  if (data.length !== sizeOf(shape)) {
    throw fault("ndarray: data", {
      expected: `${sizeOf(shape)} numbers for shape ${showShape(shape)}`,
      received: `${data.length}`,
    });
  }
  return { shape, data };
}

/** Whether two arrays of one length hold the same numbers: 0 is not -0, and NaN is NaN. */
export function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** As `map`, of a tuple into a tuple of the same length. */
export function mapTuple<const T extends readonly unknown[], U>(
  items: T,
  change: (item: T[number], i: number) => U,
): { readonly [K in keyof T]: U } {
  return items.map(change) as { readonly [K in keyof T]: U };
}

/** `N` of `T`: a tuple where the count is known when types are checked, any number of them where `N` is `number`. */
export type Tuple<T, N extends number, Found extends readonly T[] = readonly []> = number extends N
  ? readonly T[]
  : Found["length"] extends N
    ? Found
    : Tuple<T, N, readonly [...Found, T]>;
