// The binary format's parts (WebAssembly Core 2.0, §5).

/** Bytes of instructions, nested as they were composed and flattened once at the end. */
export type Code = readonly (number | Code)[];

/** Unsigned LEB128 of a 32-bit number. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 127;
    rest >>>= 7;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return bytes;
}

/** Signed LEB128 of a 32-bit number. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && !(low & 64)) || (rest === -1 && low & 64)) return [...bytes, low];
    bytes.push(low | 128);
  }
}

export function flattenCode(code: Code, into: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === "number") into.push(part);
    else flattenCode(part, into);
  }
  return into;
}

/** Content after its length in bytes. */
export function sized(content: Code): number[] {
  const bytes = flattenCode(content);
  return [...unsigned(bytes.length), ...bytes];
}

/** Items after their number. */
export const vector = (items: readonly Code[]): Code => [unsigned(items.length), items];

/** A name in ASCII. */
export const text = (value: string): Code => sized(Array.from(value, (letter) => letter.charCodeAt(0)));
