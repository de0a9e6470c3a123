import {
  type Collection,
  type Copies,
  type FileTree,
  type GroupSource,
  type PreparedPictures,
  type Sketch,
  countUngrouped,
  findCopies,
  groupNumbers,
  groupedByContent,
  groupsByPattern,
  parseGroupPattern,
} from "../../data/index.ts";
import type { EvaluateEvent, GroupsEvent } from "../events.ts";
import { type ReadOptions, readPictures } from "./load.ts";
import { reporting } from "./reporting.ts";
import type { Services } from "../context.ts";

/** How pictures came to their groups. */
export interface Grouping {
  readonly source: GroupSource;
  /** Pictures that the source names no group for; each is one of its own. */
  readonly unnamed: number;
  /** Photographs, where the pictures' content tells that some show the same scene: these are one group. */
  readonly photographs?: number;
}

/** Pictures with the groups that are known before any is read; no grouping where nobody names any. */
export interface NamedGroups {
  readonly collection: Collection;
  readonly grouping?: Grouping | undefined;
}

/** Groups as the data's column names them, else as the pattern finds them in the paths. @throws when the pattern matches none. */
export function namedGroups(collection: Collection, groupPattern: string | undefined): NamedGroups {
  const unnamed = countUngrouped(collection.pictures);
  const inColumn = unnamed < collection.pictures.length;
  const source = inColumn ? "column" : "pattern";
  if (groupPattern === undefined)
    return inColumn ? { collection, grouping: { source, unnamed } } : { collection };
  const { pictures, unmatched } = groupsByPattern(collection.pictures, parseGroupPattern(groupPattern));
  return { collection: { ...collection, pictures }, grouping: { source, unnamed: unmatched } };
}

/** The grouping of pictures that nobody names groups for. */
const ungrouped = ({ count }: PreparedPictures): Grouping => ({ source: "none", unnamed: count });

export interface GroupOptions extends Omit<ReadOptions, "inspect"> {
  /** Compare the pictures where nobody names groups. */
  readonly detect: boolean;
}

/** Pictures that were read, with their groups. */
export interface GroupedPictures {
  readonly prepared: PreparedPictures;
  readonly grouping: Grouping;
}

/**
 * Reads the pictures, with groups as they are known; where nobody names any, what the pictures show tells.
 * Close the pictures when done. What they are compared by is not kept: it may be larger than all else in memory.
 */
export async function* readGrouped(
  tree: FileTree,
  { collection, grouping }: NamedGroups,
  services: Services,
  { detect, ...options }: GroupOptions,
): AsyncGenerator<EvaluateEvent, GroupedPictures> {
  const inspect = detect && !grouping;
  const prepared = yield* readPictures(tree, collection, services, { ...options, inspect });
  try {
    const grouped: GroupedPictures = inspect
      ? yield* detectGroups(prepared, options.signal)
      : { prepared, grouping: grouping ?? ungrouped(prepared) };
    yield groupsEvent(grouped);
    return grouped;
  } catch (error) {
    await prepared.close();
    throw error;
  }
}

/** Finds out by their sketches which pictures are of one photograph. */
export const comparePictures = (
  sketches: readonly (Sketch | undefined)[],
  signal: AbortSignal,
): AsyncGenerator<EvaluateEvent, Copies> =>
  reporting((report) =>
    findCopies(sketches, {
      signal,
      onProgress: (done, total) => report({ type: "comparing", done, total }),
    }),
  );

/** Two shots of one field show the same thing, so all photographs of a scene are one group. */
async function* detectGroups(
  prepared: PreparedPictures,
  signal: AbortSignal,
): AsyncGenerator<EvaluateEvent, GroupedPictures> {
  const { inspections = [], ...pictures } = prepared;
  const copies = yield* comparePictures(
    inspections.map(({ sketch }) => sketch),
    signal,
  );
  const photographs = countOf(copies.groups);
  return {
    prepared: { ...pictures, pictures: groupedByContent(pictures.pictures, copies) },
    grouping: { source: "content", unnamed: 0, ...(photographs > countOf(copies.scenes) && { photographs }) },
  };
}

const countOf = (numbers: Int32Array): number =>
  numbers.reduce((most, number) => Math.max(most, number), -1) + 1;

function groupsEvent({ prepared: { pictures, count }, grouping }: GroupedPictures): GroupsEvent {
  return { type: "groups", ...grouping, groups: countOf(groupNumbers(pictures)), pictures: count };
}
