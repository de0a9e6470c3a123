// TFRecord: each record is its length, a checksum of that, the bytes, and a checksum of them (tensorflow/core/lib/io/record_writer.h).

/** Of each byte, by Castagnoli's polynomial in reversed bits (RFC 3720, appendix B.4). */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0x82f63b78 : 0);
  return rest;
});

/** CRC-32C, without sign. */
export function crc32c(bytes: Uint8Array): number {
  let sum = ~0;
  for (const byte of bytes) sum = (table[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** Rotated and shifted, as the format wants it, so that a checksum of checksums is none. */
function masked(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

/** One record with its length and checksums. */
export function framed(bytes: Uint8Array): Uint8Array {
  const record = new Uint8Array(16 + bytes.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint32(8, masked(record.subarray(0, 8)), true);
  record.set(bytes, 12);
  view.setUint32(12 + bytes.length, masked(bytes), true);
  return record;
}
