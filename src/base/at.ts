/** What stands at an index of a list. @throws RangeError outside the list, which is a bug of the caller */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const found = list[index];
  return found === undefined ? outside(list, index) : found;
}

// V8 loads by a slow path in a function that has seen more than four kinds of list, as `at` has: a forest's predictions took
// twice as long with it as with plain indices (Node 20). A function for one kind costs up to 15% over a plain index.

/** {@link at} for hot loops over float64 numbers. */
export function float64At(list: Float64Array, index: number): number {
  return list[index] ?? outside(list, index);
}

/** {@link at} for hot loops over whole numbers. */
export function int32At(list: Int32Array, index: number): number {
  return list[index] ?? outside(list, index);
}

/** {@link at} for hot loops over bytes. */
export function uint8At(list: Uint8Array, index: number): number {
  return list[index] ?? outside(list, index);
}

function outside({ length }: { readonly length: number }, index: number): never {
  throw new RangeError(`index ${index} is outside 0 to ${length - 1}`);
}

/** Adds to the number at an index. @throws RangeError outside the list, which is a bug of the caller */
export function addAt(
  sums: { [index: number]: number; readonly length: number },
  index: number,
  amount: number,
): void {
  const held = sums[index];
  sums[index] = (held ?? outside(sums, index)) + amount;
}

/** What a record holds under a name. @throws RangeError where it holds nothing, which is a bug of the caller */
export function entryOf<T>(record: Readonly<Record<string, T>>, name: string): T {
  const found = record[name];
  if (found === undefined) throw new RangeError(`"${name}" is not among ${Object.keys(record).join(", ")}`);
  return found;
}

/** What a map holds under a key. @throws RangeError where it holds nothing, which is a bug of the caller */
export function entryIn<K, T>(map: ReadonlyMap<K, T>, key: K): T {
  const found = map.get(key);
  if (found === undefined)
    throw new RangeError(`"${String(key)}" is not among ${[...map.keys()].join(", ")}`);
  return found;
}
