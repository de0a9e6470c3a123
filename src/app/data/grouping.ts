import { at } from "../../base/index.ts";
import { withCleanup } from "../cleanup.ts";
import type { Steps } from "../protocol.ts";
import {
  type AcrossGroups,
  type Collection,
  type NearDuplicates,
  type FileTree,
  type GroupSource,
  type MatchedPair,
  type PreparedImages,
  type DecodeOptions,
  type FingerprintedImage,
  type RecalledNearDuplicates,
  acrossGroupsOf,
  countUngrouped,
  digestsOf,
  groupNumbers,
  groupedByContent,
  groupsByPattern,
  linkedByContent,
  parseGroupPattern,
  rangeOf,
  recallNearDuplicates,
  searchNearDuplicates,
} from "../../data/index.ts";
import type { DataEvent, GroupsEvent } from "../events.ts";
import { type LoadImagesOptions, readImages } from "./load.ts";
import { reporting } from "./reporting.ts";
import type { Services } from "../context.ts";

/** How images came to their groups. */
export interface Grouping {
  readonly source: GroupSource;
  /** Images that the source names no group for; each is one of its own. */
  readonly ungrouped: number;
  /** Photographs, where the images' content tells that some show the same scene: these are one group. */
  readonly photographs?: number;
  /** Near-duplicates across the groups that a column or a pattern names. */
  readonly acrossGroups?: AcrossGroups;
}

/** Images that were read, with their groups. */
export interface GroupedImages {
  readonly prepared: PreparedImages;
  readonly grouping: Grouping;
  /** Near-duplicates that were found, by indices of the prepared images; none where they were not compared. */
  readonly pairs: readonly MatchedPair[];
}

/** Images with the groups that are known before any is read; no grouping where nobody names any. */
export interface NamedGroups {
  readonly collection: Collection;
  readonly grouping?: Grouping | undefined;
}

/** Groups as the data's column names them, else as the pattern finds them in the paths. @throws when the pattern matches none. */
export function namedGroups(collection: Collection, groupPattern: string | undefined): NamedGroups {
  const unnamed = countUngrouped(collection.images);
  const inColumn = unnamed < collection.images.length;
  const source = inColumn ? "column" : "pattern";
  if (groupPattern === undefined)
    return inColumn ? { collection, grouping: { source, ungrouped: unnamed } } : { collection };
  const { images, unmatched } = groupsByPattern(collection.images, parseGroupPattern(groupPattern));
  return { collection: { ...collection, images }, grouping: { source, ungrouped: unmatched } };
}

/** The grouping of images that nobody names groups for. */
const ungrouped = ({ count }: PreparedImages): Grouping => ({ source: "none", ungrouped: count });

export interface GroupOptions extends Omit<LoadImagesOptions, "inspect"> {
  /** Compare the images: for their groups where nobody names any, else for near-duplicates across the groups. */
  readonly detect: boolean;
}

/**
 * Reads the images, with groups as they are known; where nobody names any, what the images show tells. Groups that are named stay
 * what they are; those that near-duplicates link share a scene.
 * Close the images when done. What they are compared by is not kept: it may be larger than all else in memory.
 */
export const readGrouped = (
  tree: FileTree,
  { collection, grouping }: NamedGroups,
  services: Services,
  { detect, ...options }: GroupOptions,
): Steps<DataEvent, GroupedImages> =>
  withCleanup(async function* (cleanup) {
    const range = rangeOf(options.transforms);
    const known = detect ? await knownAlready(tree, collection, services, { range, ...options }) : undefined;
    let found = known?.found;
    // Where near-duplicates are known, nobody needs the fingerprints, which are most of what the cache holds.
    const first = { ...options, digests: known?.digests, inspect: detect && !found };
    let prepared = yield* readImages(tree, collection, services, first);
    cleanup.onFailure(() => prepared.close());
    if (found && prepared.sha256.join() !== known?.digests.join()) {
      // A file changed meanwhile.
      await prepared.close();
      found = undefined;
      prepared = yield* readImages(tree, collection, services, { ...options, inspect: true });
    }
    const grouped: GroupedImages = detect
      ? yield* detectGroups(prepared, grouping, { ...options, cache: services.cache, range, found })
      : { prepared, grouping: grouping ?? ungrouped(prepared), pairs: [] };
    yield groupsEvent(grouped);
    return grouped;
  });

/** What the cache knows of the images before they are read. */
async function knownAlready(
  tree: FileTree,
  { images }: Collection,
  { codec, cache }: Services,
  { range, signal }: DecodeOptions & { readonly signal: AbortSignal },
): Promise<RecalledNearDuplicates | undefined> {
  const paths = images.map(({ path }) => path);
  return cache && recallNearDuplicates(() => digestsOf(tree, paths, { codec, signal }), { cache, range });
}

interface CompareOptions extends Pick<Services, "cache">, DecodeOptions {
  readonly signal: AbortSignal;
}

/** Finds by their fingerprints which images are of one photograph. */
export const compareImages = (
  images: readonly (FingerprintedImage | undefined)[],
  { cache, range, signal }: CompareOptions,
): Steps<DataEvent, NearDuplicates> =>
  reporting(
    (report, stop) =>
      searchNearDuplicates(images, {
        cache,
        range,
        signal: stop,
        onProgress: (done, total) => report({ type: "comparing", done, total }),
      }),
    { signal },
  );

interface DetectOptions extends CompareOptions {
  /** Near-duplicates, where they are known. */
  readonly found: NearDuplicates | undefined;
}

/** Two shots of one field show the same thing, so all photographs of a scene are one group. */
async function* detectGroups(
  prepared: PreparedImages,
  named: Grouping | undefined,
  { found, ...options }: DetectOptions,
): Steps<DataEvent, GroupedImages> {
  const { inspections = [], ...images } = prepared;
  const fingerprinted = inspections.map(({ fingerprint }, i) => ({
    sha256: at(images.sha256, i),
    fingerprint,
  }));
  const copies = found ?? (yield* compareImages(fingerprinted, options));
  if (named) {
    const linked = linkedByContent(images.images, copies.groups);
    const acrossGroups = acrossGroupsOf(linked);
    const grouping = { ...named, ...(acrossGroups && { acrossGroups }) };
    return { prepared: { ...images, images: linked }, grouping, pairs: copies.pairs };
  }
  const photographs = countOf(copies.groups);
  return {
    prepared: { ...images, images: groupedByContent(images.images, copies) },
    pairs: copies.pairs,
    grouping: {
      source: "content",
      ungrouped: 0,
      ...(photographs > countOf(copies.scenes) && { photographs }),
    },
  };
}

const countOf = (numbers: Int32Array): number =>
  numbers.reduce((most, number) => Math.max(most, number), -1) + 1;

function groupsEvent({ prepared: { images, count }, grouping }: GroupedImages): GroupsEvent {
  return { type: "groups", ...grouping, groups: countOf(groupNumbers(images)), images: count };
}
