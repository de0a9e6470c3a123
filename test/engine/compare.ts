/** The first number that lies further from the exact one than allowed, said in words; undefined if all are near. NaN equals NaN alone. */
export function firstApart(
  found: ArrayLike<number>,
  exact: ArrayLike<number>,
  allowed: { readonly rtol: number; readonly atol: number },
): string | undefined {
  if (found.length !== exact.length) return `${found.length} numbers for ${exact.length}`;
  for (let i = 0; i < exact.length; i++) {
    const [is, should] = [found[i]!, exact[i]!];
    const near =
      Object.is(is, should) ||
      is === should ||
      Math.abs(is - should) <= allowed.atol + allowed.rtol * Math.abs(should);
    if (!near) return `[${i}] is ${is}, not ${should}`;
  }
  return undefined;
}

type Arrays = Readonly<Record<string, Float32Array>>;

/** The name of the first array whose bytes differ between two records of arrays, or that one of them lacks; undefined if all are the same. */
export function firstDifferent(a: Arrays, b: Arrays): string | undefined {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].find((name) => {
    const [left, right] = [a[name], b[name]];
    return !left || !right || bytesOf(left).compare(bytesOf(right)) !== 0;
  });
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
