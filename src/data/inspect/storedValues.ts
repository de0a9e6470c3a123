import { at } from "../../base/index.ts";
import type { ScanNote } from "../scan/notes.ts";
import { maxOf8Bits } from "../transforms/range.ts";
import type { Codec, DecodeOptions, FileTree, Image, StoredValues } from "../types.ts";

/** Images looked at; one bright one in so many shows that the values are used. */
const looks = 16;

/** Highest values of 8, 10, 12 and 14 bits: cameras and scanners write these into files of 16. */
const usualMax = [maxOf8Bits, 2 ** 10 - 1, 2 ** 12 - 1, 2 ** 14 - 1] as const;

/** What some images, evenly spread, show of the values in files of more than 8 bits: unused by most of their range, or beyond the one asked for. */
export async function valueNotes(
  tree: FileTree,
  images: readonly Image[],
  { codec, range }: DecodeOptions & { readonly codec: Codec },
): Promise<readonly ScanNote[]> {
  const found: StoredValues[] = [];
  const count = Math.min(looks, images.length);
  for (let i = 0; i < count; i++) {
    const { path } = at(images, Math.floor((i * images.length) / count));
    // A file that cannot be read is named when all are read.
    const bytes = await tree.read(path).catch(() => undefined);
    const values = bytes && (await codec.values?.(bytes, path));
    if (values) found.push(values);
  }
  const [first] = found;
  if (!first) return [];
  const max = found.reduce((most, one) => Math.max(most, one.max), 0);
  const facts = { images: found.length, bits: first.bits, max };
  if (range) return max > range.max ? [{ code: "range-exceeded", data: { ...facts, range } }] : [];
  const full = usualMax.find((one) => one >= max);
  return full === undefined ? [] : [{ code: "unused-range", data: { ...facts, full } }];
}
