/** What stands at an index of a list. @throws RangeError outside the list, which is a bug of the caller */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`index ${index} is outside 0 to ${list.length - 1}`);
  return found;
}

/** Adds to the number at an index. @throws RangeError outside the list, which is a bug of the caller */
export function addAt(
  sums: { [index: number]: number; readonly length: number },
  index: number,
  amount: number,
): void {
  sums[index] = at(sums, index) + amount;
}

/** What a record holds under a name. @throws RangeError where it holds nothing, which is a bug of the caller */
export function entryOf<T>(record: Readonly<Record<string, T>>, name: string): T {
  const found = record[name];
  if (found === undefined) throw new RangeError(`"${name}" is not among ${Object.keys(record).join(", ")}`);
  return found;
}
