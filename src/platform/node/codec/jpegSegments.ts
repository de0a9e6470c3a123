/** One segment before a JPEG's first scan (ITU-T T.81, B.1). */
export interface JpegSegment {
  readonly marker: number;
  /** Offset of its content, after the length. */
  readonly start: number;
  /** Offset after its content; may lie beyond the end of a file that is cut off. */
  readonly end: number;
}

const startOfImage = 0xd8;
const startOfScan = 0xda;

/** Markers of frame headers, tables and metadata (T.81, table B.1). */
export const jpegMarkers = {
  frames: { baseline: 0xc0, extended: 0xc1, progressive: 0xc2 },
  quantisation: 0xdb,
  startOfScan,
  /** Frame headers of every coding: C0-CF without the tables and the reserved one among them. */
  isFrame: (marker: number): boolean =>
    marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc,
} as const;

/** The segments of a JPEG up to and with its first start of scan; ends early where the file is no JPEG or is broken. */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
  if (bytes[0] !== 0xff || bytes[1] !== startOfImage) return;
  for (let start = 2; start + 4 <= bytes.length && bytes[start] === 0xff;) {
    const [, marker = 0, high = 0, low = 0] = bytes.subarray(start, start + 4);
    const end = start + 2 + high * 256 + low;
    yield { marker, start: start + 4, end };
    if (marker === startOfScan) return;
    start = end;
  }
}
