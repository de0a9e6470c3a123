/** Marks of HEIF files (ISO/IEC 23008-12, annex B; AV1 image file format, §6). */
const avif: ReadonlySet<string> = new Set(["avif", "avis"]);
const heic: ReadonlySet<string> = new Set([
  "heic",
  "heix",
  "heim",
  "heis",
  "hevc",
  "hevx",
  "hevm",
  "hevs",
  "mif1",
  "msf1",
]);

/** AVIF or HEIC, by the brands at the file's beginning; "video" for another file of that family, nothing for any other file. */
export function heifKind(bytes: Uint8Array): "avif" | "heic" | "video" | undefined {
  const brands = brandsOf(bytes);
  if (brands.length === 0) return undefined;
  if (brands.some((brand) => avif.has(brand))) return "avif";
  return brands.some((brand) => heic.has(brand)) ? "heic" : "video";
}

/** The major brand, then the compatible ones. */
function brandsOf(bytes: Uint8Array): readonly string[] {
  if (textAt(bytes, 4) !== "ftyp") return [];
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const brands = [textAt(bytes, 8)];
  for (let at = 16; at + 4 <= Math.min(size, bytes.length, 256); at += 4) brands.push(textAt(bytes, at));
  return brands;
}

const textAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
