import { isRefusal } from "../../base/index.ts";
import {
  type Collection,
  type DecodeOptions,
  type FileTree,
  type Image,
  countUngrouped,
  rangeOf,
  sha256Of,
  stagesOf,
} from "../../data/index.ts";
import type { Services } from "../context.ts";
import type { DataEvent } from "../events.ts";
import type { Steps } from "../protocol.ts";
import type { NamedGroups } from "../data/grouping.ts";
import type { ModelFile } from "../files/modelFile.ts";
import { splitBeside } from "../files/overlap.ts";

/** Where the images and the split of the model are read. */
export interface KnownGroupsOptions {
  readonly model: ModelFile;
  readonly services: Pick<Services, "files" | "codec">;
  readonly signal: AbortSignal;
}

/**
 * The groups that the split.csv beside the model gives the images, where it knows the bytes of every one that can be read, so that they
 * need not be compared again. Reads on only as long as every image is known.
 */
export async function* knownGroups(
  tree: FileTree,
  collection: Collection,
  { model, services, signal }: KnownGroupsOptions,
): Steps<DataEvent, NamedGroups> {
  const table = await splitBeside(model, services.files);
  if (!table?.grouped) return { collection };
  const byDigest = new Map(
    [...table.rows.values()].flatMap((row) => (row.sha256 ? [[row.sha256, row] as const] : [])),
  );
  const range = rangeOf(stagesOf(model.bundle.transforms).prepare);
  const images: Image[] = [];
  for (const image of collection.images) {
    signal.throwIfAborted();
    const done = images.length / collection.images.length;
    if (images.length % 16 === 0) yield { type: "working", on: "recognising-images", done };
    const bytes = await tree.read(image.path);
    const row = byDigest.get(await sha256Of(bytes));
    if (!row && (await canBeDecoded({ bytes, path: image.path, range }, services))) return { collection };
    const { group, scene, nearDuplicates } = row ?? {};
    images.push({
      ...image,
      ...(group !== undefined && { group }),
      ...(scene !== undefined && { scene }),
      ...(nearDuplicates !== undefined && { nearDuplicates }),
    });
  }
  return {
    collection: { ...collection, images },
    grouping: { source: "file", ungrouped: countUngrouped(images) },
  };
}

/** What no split knows since it was skipped there as well needs no group. */
async function canBeDecoded(
  { bytes, path, range }: DecodeOptions & { readonly bytes: Uint8Array; readonly path: string },
  { codec }: Pick<Services, "codec">,
): Promise<boolean> {
  try {
    await codec.decode(bytes, path, { range });
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}
