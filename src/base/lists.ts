import { type NdArray, ndarray } from "./array.ts";
import { fault } from "./errors.ts";
import { isObject } from "./json.ts";
import { showValue } from "./options.ts";
import { type Shape, sizeOf } from "./shape.ts";

/**
 * Numbers in lists of lists, all of one length at each depth: [[0, 1], [1, 0]] is of shape [2, 2].
 * @example
 * const rows: NestedNumbers = [
 *   [0, 1],
 *   [1, 0],
 * ];
 */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/**
 * What a function takes for an array: one with a shape, or lists of numbers whose shape shows in their nesting.
 * @example
 * const rows: ArrayInput = [
 *   [0, 1, 2],
 *   [3, 4, 5],
 * ]; // shape [2, 3]
 */
export type ArrayInput = NdArray | NestedNumbers;

/** The array that a value stands for; lists become float32. @throws FoveaError saying what to give, where it stands for none */
export function toNdArray(who: string, value: unknown): NdArray {
  if (isObject(value) && Array.isArray(value["shape"]))
    return withNumbers(who, value["data"], value["shape"]);
  if (Array.isArray(value)) return ofLists(who, value);
  if (isTyped(value)) return withNumbers(who, value, [value.length]);
  throw fault(who, {
    expected: "an array, such as ndarray(numbers, shape), or lists of numbers",
    received: showValue(value),
    exitCode: 2,
  });
}

type Typed =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int32Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Uint32Array
  | Uint8ClampedArray;

/** A typed array of numbers: not of bigints, and no DataView. */
const isTyped = (value: unknown): value is Typed =>
  ArrayBuffer.isView(value) &&
  !(value instanceof DataView || value instanceof BigInt64Array || value instanceof BigUint64Array);

/** Numbers of other kinds are copied to the kind that holds them all. */
function withNumbers(who: string, data: unknown, shape: Shape): NdArray {
  if (data instanceof Uint8Array || data instanceof Int32Array) return ndarray(data, shape);
  if (data instanceof Float32Array || data instanceof Float64Array) return ndarray(data, shape);
  if (data instanceof Uint8ClampedArray) return ndarray(new Uint8Array(data), shape);
  if (isTyped(data))
    return ndarray(data instanceof Uint32Array ? Float64Array.from(data) : Int32Array.from(data), shape);
  if (Array.isArray(data)) return { ...toNdArray(who, data), shape: sizedAs(who, data, shape) };
  throw fault(who, {
    expected: "numbers in a typed array, such as a Float32Array",
    received: showValue(data),
    exitCode: 2,
  });
}

function sizedAs(who: string, { length }: readonly unknown[], shape: Shape): Shape {
  if (length === sizeOf(shape)) return shape;
  throw fault(who, {
    expected: `${sizeOf(shape)} numbers for shape [${shape.join(", ")}]`,
    received: `${length}`,
    exitCode: 2,
  });
}

function ofLists(who: string, lists: readonly unknown[]): NdArray {
  const shape: number[] = [];
  for (let first: unknown = lists; Array.isArray(first) || isTyped(first); first = first[0])
    shape.push(first.length);
  const data = new Float32Array(sizeOf(shape));
  let next = 0;
  const fill = (value: unknown, path: string, [length, ...inner]: Shape): void => {
    if (length === undefined) {
      if (typeof value !== "number") throw noNumber(`${who}${path}`, value);
      data[next++] = value;
      return;
    }
    const list: ArrayLike<unknown> | undefined = Array.isArray(value) || isTyped(value) ? value : undefined;
    if (list?.length !== length) {
      throw fault(`${who}${path}`, {
        expected: `a list of ${length}, as the first one`,
        received: list ? `${list.length}` : showValue(value),
        exitCode: 2,
      });
    }
    for (let i = 0; i < length; i++) fill(list[i], `${path}[${i}]`, inner);
  };
  fill(lists, "", shape);
  return ndarray(data, shape);
}

const noNumber = (who: string, value: unknown): Error =>
  fault(who, {
    expected: "a number",
    received: showValue(value),
    ...(typeof value === "string" && {
      fix: "for names of classes give their indices: labels.map((label) => classNames.indexOf(label))",
    }),
    exitCode: 2,
  });
