import type { FileFacts } from "../../../data/index.ts";
import type { Header } from "./headers.ts";
import { jpegMarkers, jpegSegments } from "../codec/jpegSegments.ts";

/** The luminance table of quality 50 (ITU-T T.81, table K.1) in the order of the file. */
const quality50 = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58,
  51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103,
  62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];

/** The table that libjpeg's jpeg_set_quality makes of it. */
function tableOf(quality: number): Uint8Array {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return Uint8Array.from(quality50, (x) => Math.min(Math.max(Math.floor((x * scale + 50) / 100), 1), 255));
}

const standardTables = Array.from({ length: 100 }, (_, i) => tableOf(i + 1));

/** The quality whose table is the nearest; exact for files of libjpeg and what follows it. */
function nearestQuality(table: Uint8Array): number {
  let best = { quality: 0, distance: Number.POSITIVE_INFINITY };
  for (const [i, other] of standardTables.entries()) {
    const distance = other.reduce((sum, x, k) => sum + Math.abs(x - (table[k] ?? 0)), 0);
    if (distance < best.distance) best = { quality: i + 1, distance };
  }
  return best.quality;
}

/** The first table of 8 bits in a segment of quantisation tables, if it is that of the luminance. */
function luminanceTable(content: Uint8Array): Uint8Array | undefined {
  return content[0] === 0 && content.length >= 65 ? content.subarray(1, 65) : undefined;
}

const spaces: Readonly<Record<number, FileFacts["space"]>> = { 1: "grey", 3: "rgb", 4: "cmyk" };

/** What a JPEG's header says. */
export function describeJpeg(bytes: Uint8Array): Header {
  const segments = Array.from(jpegSegments(bytes), ({ marker, start, end }) => ({
    marker,
    content: bytes.subarray(start, end),
  }));
  const frame = segments.find(
    ({ marker, content }) => jpegMarkers.isFrame(marker) && content.length >= 6,
  )?.content;
  const tables = segments.find(({ marker }) => marker === jpegMarkers.quantisation)?.content;
  const table = tables && luminanceTable(tables);
  const exif = segments.find(({ content }) => startsWith(content, "Exif\0\0"))?.content;
  const [depth, , , , , components = 0] = frame ?? [];
  const space = spaces[components];
  return {
    ...(depth !== undefined && { depth }),
    ...(space && { space }),
    ...(table && { jpegQuality: nearestQuality(table) }),
    ...(exif && { exifBytes: exif.subarray(6) }),
  };
}

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  Array.from(text).every((letter, i) => bytes[i] === letter.charCodeAt(0));
