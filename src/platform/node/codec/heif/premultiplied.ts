/** One box of a file (ISO/IEC 14496-12, §4.2). */
interface Box {
  readonly type: string;
  readonly content: Uint8Array;
}

function* boxesIn(bytes: Uint8Array): Generator<Box> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start + 8 <= bytes.length;) {
    const size = view.getUint32(start);
    // Less: it goes to the end, or is media data with a length of 64 bits, behind which nothing is looked for.
    const end = size < 8 ? bytes.length : start + size;
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    yield { type, content: bytes.subarray(start + 8, end) };
    start = end;
  }
}

const childOf = (bytes: Uint8Array, type: string): Uint8Array | undefined =>
  [...boxesIn(bytes)].find((box) => box.type === type)?.content;

/** Whether a HEIF file's colours are multiplied by alpha (a reference "prem" from one item to another). */
export function isPremultiplied(bytes: Uint8Array): boolean {
  // Version and flags stand before the boxes of both.
  const meta = childOf(bytes, "meta")?.subarray(4);
  const references = meta && childOf(meta, "iref")?.subarray(4);
  return references !== undefined && childOf(references, "prem") !== undefined;
}
