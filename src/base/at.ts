/** What stands at an index of a list. @throws RangeError outside the list, which is a bug of the caller */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`index ${index} is outside 0 to ${list.length - 1}`);
  return found;
}
